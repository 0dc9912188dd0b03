"""Where tapes come from: ``bot tape export``, ``import`` and ``fetch``."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, err, guarded
from bot.cli.tape import OutOption, required_span
from bot.cli.tape_view import written
from bot.cli.target import find_target
from bot.tapes import fetching
from bot.tapes.bundled import read_bundled
from bot.tapes.cells import TimeFormat
from bot.tapes.files import write
from bot.tapes.foreign import REQUIRED, Wanted
from bot.tapes.importing import imported
from bot.tapes.shelf import put_on_shelf, recorded
from bot.tapes.sources import raw_rows
from chalicelib.domain.errors import InputError
from chalicelib.domain.origin import Origin
from chalicelib.loop import run
from chalicelib.tapes.facts import TapeFacts
from chalicelib.tapes.kinds import RowKind
from chalicelib.venues import open_history
from chalicelib.web.dispatch import complete

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
SHOWN = 20

LicenceOption = Annotated[str, typer.Option(help="Who may use it how, and whom to name")]
StartOption = Annotated[str, typer.Option("--from", help="First instant; UTC if no offset")]
EndOption = Annotated[str, typer.Option("--to", help="End, not included; UTC if no offset")]


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error; what it gives is told how much is done, of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@guarded
def export(
    out_file: OutOption,
    start: StartOption,
    end: EndOption,
    licence: LicenceOption = "",
    shelve: Annotated[bool, typer.Option("--archive", help="Keep it in the archive too")] = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Make a tape of what the committed cycles of a stage saw and traded on."""
    first, last = required_span(start, end)
    target = find_target(stage)
    with _progress("records") as show:
        number = itertools.count(1)
        recorder = complete(
            recorded(
                target.table(), target.archive(), first, last, _now(),
                lambda _: show(next(number), None),
            )
        )  # fmt: skip
    title = f"cycles of {stage}, {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    body = write(out_file, recorder.recording(title, f"records of stage {stage}", licence))
    key = complete(put_on_shelf(target.archive(), out_file.name, body)) if shelve else None
    written(out_file, body, {"archive": key}, as_json)


@guarded
def import_file(
    file: Annotated[Path, typer.Argument(help=".csv, .jsonl, .parquet, or a tape of schema 1")],
    out_file: OutOption,
    kind: Annotated[RowKind, typer.Option(help="What the rows are")] = RowKind.QUOTES,
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="OURS=THEIRS: what the file calls it")
    ] = None,
    fixed: Annotated[
        list[str] | None, typer.Option("--set", help="OURS=VALUE for all rows")
    ] = None,
    time: Annotated[str, typer.Option(help="How times are written: iso, s, ms or us")] = "iso",
    origin: Annotated[Origin, typer.Option(help="Where the numbers are from")] = Origin.RECORDED,
    title: Annotated[str, typer.Option(help="What it is")] = "",
    source: Annotated[str, typer.Option(help="Who made the file")] = "",
    licence: LicenceOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a tape of a foreign table.  Exit code 4: some rows were refused; the rest is written."""
    if file.suffix.lower() in {".bin", ".tape"}:
        written(out_file, write(out_file, read_bundled(file)), {}, as_json)
        return
    wanted = _wanted(kind, columns or [], fixed or [], time)
    facts = TapeFacts(title or file.name, origin, sources=(source or file.name,), licence=licence)
    found = imported(raw_rows(file), wanted, facts, str(file))
    for row in found.bad[:SHOWN]:
        err.print(row.text, markup=False, soft_wrap=True)
    more: dict[str, Any] = {"refused": len(found.bad), "reordered": found.unordered}
    if as_json:
        more["bad_rows"] = [asdict(row) for row in found.bad]
    written(out_file, write(out_file, found.recording), more, as_json)
    if found.bad:
        raise typer.Exit(Exit.REFUSED)


def _wanted(kind: RowKind, columns: list[str], fixed: list[str], time: str) -> Wanted:
    if kind not in REQUIRED:
        raise InputError(f"{kind} cannot be imported", f"Kinds: {', '.join(REQUIRED)}.")
    if time not in set(TimeFormat):
        raise InputError(f"--time {time!r} is unknown", f"Known: {', '.join(TimeFormat)}.")
    return Wanted(kind, _pairs(columns), _pairs(fixed), TimeFormat(time))


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        ours, _, theirs = text.partition("=")
        if not ours or not theirs:
            raise InputError(f"{text!r} is not NAME=VALUE", "Write it like --column time=ts.")
        pairs[ours] = theirs
    return pairs


@guarded
def fetch(
    venue: Annotated[str, typer.Argument(help="A venue that publishes its past")],
    instruments: Annotated[list[str], typer.Argument(help="Its ids, with or without VENUE:")],
    out_file: OutOption,
    start: StartOption,
    end: EndOption,
    interval: Annotated[str, typer.Option(help="Of the candles: 1m, 5m, 1h, 1d ...")] = "1m",
    trades: Annotated[bool, typer.Option("--trades", help="Trades too")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch candles of the past. Stopped or failed: the same command goes on where it was."""
    first, last = required_span(start, end)
    if last > _now():
        raise InputError(f"--to {end} lies in the future", "Choose an end that is past.")
    names = tuple(dict.fromkeys(_full(venue, name) for name in instruments))
    plan = fetching.Plan(venue, names, first, last, length(interval), trades)
    history = open_history(venue, os.environ)
    with _progress(f"{venue}: windows") as show:
        done = fetching.fetch(history, plan, out_file, run, show)
    if not any(map(len, done.merged.recording.tables.values())):
        err.print(f"{venue} published nothing of this; the tape is empty", soft_wrap=True)
    written(out_file, done.body, {"parts": done.parts, "resumed": done.resumed}, as_json)


def _full(venue: str, name: str) -> str:
    return name if name.startswith(f"{venue}:") else f"{venue}:{name}"


def length(text: str) -> timedelta:
    """An interval such as 15m; InputError for anything else."""
    number, unit = text[:-1], text[-1:]
    if unit not in UNITS or not number.isdecimal() or not 0 < int(number) < 10**6:
        raise InputError(f"--interval {text!r} is not an interval", "Write it like 1m, 4h or 1d.")
    return timedelta(seconds=int(number) * UNITS[unit])
