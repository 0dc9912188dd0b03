"""Tapes in files: ``bot tape list``, ``summary``, ``verify``, ``slice``, ``merge``, ``convert``."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, say
from bot.cli.tape_view import entry, show_list, show_summary, written
from bot.cli.target import find_target
from bot.tapes.converting import csv_lines, json_lines
from bot.tapes.coverage import coverage
from bot.tapes.cut import only
from bot.tapes.files import found_in, opened, read, write, write_bytes
from bot.tapes.merge import merge as merge_tapes
from bot.tapes.shelf import shelved
from chalicelib.domain.errors import InputError, TesterError
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.reader import read_bytes
from chalicelib.web.dispatch import complete

tape = typer.Typer(help="Recordings of markets as checked files.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(help="A tape")]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="File to write")]
FromOption = Annotated[str | None, typer.Option("--from", help="First instant; UTC if no offset")]
ToOption = Annotated[str | None, typer.Option("--to", help="End, not included; UTC if no offset")]
CONVERTIBLE = (RowKind.QUOTES, RowKind.BOOKS, RowKind.CANDLES, RowKind.TRADES)


def instant(text: str) -> datetime:
    """A time from the command line, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InputError(f"{text!r} is not a time", "Write it like 2026-09-28T08:46.") from exc
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def span(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """A range from the command line; InputError when it is empty."""
    if start is not None and end is not None:
        return required_span(start, end)
    return instant(start) if start else None, instant(end) if end else None


def required_span(start: str, end: str) -> tuple[datetime, datetime]:
    """A range with both ends; InputError when it is empty."""
    first, last = instant(start), instant(end)
    if first >= last:
        raise InputError(f"--from {start} is not before --to {end}", "Exchange them.")
    return first, last


@tape.command("list")
@guarded
def list_all(
    folder: Annotated[Path, typer.Argument(help="Folder to look in")] = Path(),
    archive: Annotated[bool, typer.Option("--archive", help="The stage's archive too")] = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show the tapes in a folder, and in a stage's archive: size, span, rows, whether sound."""
    found = [*_local(folder), *(_archived(stage) if archive else ())]
    answer(found, as_json, lambda: show_list(found))


def _local(folder: Path) -> Iterator[dict[str, Any]]:
    for path in found_in(folder):
        try:
            with opened(path) as reader:
                yield entry(str(path), reader)
        except TesterError as exc:
            yield {"tape": str(path), "bytes": path.stat().st_size, "state": exc.message}


def _archived(stage: str) -> Iterator[dict[str, Any]]:
    archive = find_target(stage).archive()
    for key in complete(shelved(archive)):
        body = complete(archive.get(key)) or b""
        try:
            yield entry(f"archive:{key}", read_bytes(body, key))
        except TesterError as exc:
            yield {"tape": f"archive:{key}", "bytes": len(body), "state": exc.message}


@tape.command()
@guarded
def verify(
    files: Annotated[list[Path], typer.Argument(help="Tapes")], as_json: JsonOption = False
) -> None:
    """Read tapes from end to end.  Exit code 4: one is damaged; it is said where."""
    found: list[dict[str, Any]] = []
    for path in files:
        try:
            with opened(path) as reader:
                damage, checksum = reader.damage(), reader.checksum
        except InputError as exc:
            damage, checksum = [f"{exc.message} ({exc.hint})"], None
        found.append({"tape": str(path), "checksum": checksum, "damage": damage})
    answer(found, as_json, lambda: _show_verified(found))
    if any(one["damage"] for one in found):
        raise typer.Exit(Exit.REFUSED)


def _show_verified(found: list[dict[str, Any]]) -> None:
    for one in found:
        for line in one["damage"]:
            say(line)
        say(f"{one['tape']}: {'DAMAGED' if one['damage'] else 'sound'}")


@tape.command()
@guarded
def summary(file: FileArgument, as_json: JsonOption = False) -> None:
    """Show how complete a tape is: rows, gaps, minutes covered, crossed and empty books."""
    with opened(file) as reader:
        listed = entry(str(file), reader)
        found = [asdict(one) for one in coverage(reader.recording())]
    facts = reader.facts
    document = {
        **listed,
        "sources": list(facts.sources),
        "licence": facts.licence,
        "markets": len(facts.markets),
        "instruments": found,
    }
    answer(document, as_json, lambda: show_summary(document))


@tape.command("slice")
@guarded
def cut(
    file: FileArgument,
    out_file: OutOption,
    start: FromOption = None,
    end: ToOption = None,
    instruments: Annotated[
        list[str] | None, typer.Option("--instrument", "-i", help="Only this one; repeatable")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take a part of a tape: a range of time, some instruments, or both."""
    with opened(file) as reader:
        part = reader.recording(*span(start, end))
    if instruments:
        part = only(part, set(instruments))
    if not any(len(table) for table in part.tables.values()):
        raise InputError(f"{file} has no row there", "`bot tape summary` says what it has.")
    written(out_file, write(out_file, part), {}, as_json)


@tape.command()
@guarded
def merge(
    files: Annotated[list[Path], typer.Argument(help="Tapes; of two that differ the first counts")],
    out_file: OutOption,
    as_json: JsonOption = False,
) -> None:
    """Make one tape of several. Tapes that contradict each other are refused."""
    merged = merge_tapes([(str(path), read(path)) for path in files])
    more = {"same": merged.same, "overruled": merged.overruled}
    written(out_file, write(out_file, merged.recording), more, as_json)


@tape.command()
@guarded
def convert(
    file: FileArgument,
    out_file: Annotated[Path, typer.Option("--out", "-o", help="File to write: .csv or .jsonl")],
    kind: Annotated[RowKind, typer.Option(help="Which rows")] = RowKind.QUOTES,
    as_json: JsonOption = False,
) -> None:
    """Write the rows of one kind as CSV or JSON lines."""
    lines = {".csv": csv_lines, ".jsonl": json_lines}.get(out_file.suffix)
    if lines is None or kind not in CONVERTIBLE:
        kinds = ", ".join(CONVERTIBLE)
        raise InputError(
            f"cannot write {kind} to {out_file.name}", f"Write {kinds} to .csv or .jsonl."
        )
    with opened(file) as reader:
        table = reader.table(kind)
    if not len(table):
        raise InputError(f"{file} has no {kind}", "`bot tape summary` says what it has.")
    write_bytes(out_file, "".join(lines(table, reader.facts.instruments)).encode())
    document = {"file": str(out_file), "kind": kind.value, "rows": len(table)}
    answer(document, as_json, lambda: say(f"{out_file}: {len(table):,} {kind}"))
