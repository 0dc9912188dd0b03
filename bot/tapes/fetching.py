"""Backfills: a venue's past fetched window by window, each kept as soon as it is there.

A fetch that stops, for whatever reason, goes on where it was: its parts lie in a folder beside the
tape to be, each written whole or not at all. Only the last step writes the tape itself.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.tapes.files import read, write, write_bytes
from bot.tapes.merge import Merged, merge
from chalicelib.domain.errors import InputError, VenueError
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.origin import Origin
from chalicelib.ports import PublicHistory
from chalicelib.tapes.facts import TapeFacts
from chalicelib.tapes.file import SUFFIX, Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import candle_row, table_of, trade_row

CANDLES_PER_WINDOW = 500
TRADES_WINDOW = timedelta(hours=6)
"""How much is asked for at once, and lost when a fetch is killed: a request or a few."""

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted of a venue's past, ``start <= t < end``."""

    venue: str
    instruments: tuple[InstrumentId, ...]
    start: datetime
    end: datetime
    interval: timedelta
    trades: bool

    def document(self) -> dict[str, object]:
        """The plan as JSON: what a folder of parts belongs to."""
        return {
            "venue": self.venue,
            "instruments": list(self.instruments),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "interval_seconds": self.interval // timedelta(seconds=1),
            "trades": self.trades,
        }

    def windows(self) -> list["Window"]:
        """The pieces in which it is fetched, in order."""
        steps = {RowKind.CANDLES: self.interval * CANDLES_PER_WINDOW}
        if self.trades:
            steps[RowKind.TRADES] = TRADES_WINDOW
        return [
            Window(name, kind, start, min(start + step, self.end))
            for name in self.instruments
            for kind, step in steps.items()
            for start in _starts(self.start, self.end, step)
        ]


def _starts(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


@dataclass(frozen=True, slots=True)
class Window:
    """One instrument's candles or trades over a stretch of time."""

    instrument_id: InstrumentId
    kind: RowKind
    start: datetime
    end: datetime

    @property
    def file_name(self) -> str:
        """The name of its part, which any instrument's id can have."""
        digest = hashlib.sha256(self.instrument_id.encode()).hexdigest()[:12]
        return f"{self.kind}-{digest}-{self.start:%Y%m%dT%H%M%S}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished fetch: the tape, and how many of its parts were there already."""

    merged: Merged
    body: bytes
    resumed: int
    parts: int


def parts_of(out: Path) -> Path:
    """Where the parts of a fetch into this file are kept."""
    return out.with_name(f"{out.name}.parts")


def fetch(
    history: PublicHistory,
    plan: Plan,
    out: Path,
    wait: Callable[[Coroutine[Any, Any, Recording]], Recording],
    seen: Callable[[int, int], None],
) -> Fetched:
    """Fetch what is missing, then make one tape of all parts.

    ``wait`` runs a request to its end; ``seen`` is told how many windows are done, of how many.
    Raises VenueError with what to do next when the venue fails: what was fetched is kept.
    """
    folder = _opened(plan, parts_of(out))
    windows = plan.windows()
    missing = [window for window in windows if not (folder / window.file_name).exists()]
    done = len(windows) - len(missing)
    seen(done, len(windows))
    for number, window in enumerate(missing, done + 1):
        try:
            part = wait(_part(history, plan, window))
        except VenueError as exc:
            raise _stopped(exc, window, number - 1, len(windows)) from exc
        write(folder / window.file_name, part)
        seen(number, len(windows))
    merged = merge([(str(path), read(path)) for path in (folder / w.file_name for w in windows)])
    body = write(out, merged.recording)
    shutil.rmtree(folder)
    return Fetched(merged, body, done, len(windows))


def _stopped(exc: VenueError, window: Window, done: int, windows: int) -> VenueError:
    what = f"{window.kind} of {window.instrument_id} from {window.start:%Y-%m-%d %H:%M}"
    return type(exc)(
        f"{what}: {exc.message}",
        f"{done} of {windows} parts are kept. The same command goes on from there. {exc.hint}",
    )


def _opened(plan: Plan, folder: Path) -> Path:
    """The folder of this plan's parts; InputError when it holds those of another plan."""
    note = folder / PLAN
    wanted = json.dumps(plan.document(), indent=1) + "\n"
    if note.exists():
        if note.read_text("utf-8") != wanted:
            raise InputError(
                f"{folder} holds the parts of another fetch",
                f"See {note}; or choose another --out.",
            )
        return folder
    if folder.exists() and any(folder.glob(f"*{SUFFIX}")):
        raise InputError(
            f"{folder} holds parts and no {PLAN}", "Delete it, or choose another --out."
        )
    write_bytes(note, wanted.encode())
    return folder


async def _part(history: PublicHistory, plan: Plan, window: Window) -> Recording:
    name = window.instrument_id
    places = {name: 0}
    if window.kind is RowKind.CANDLES:
        candles = await history.candles(name, plan.interval, window.start, window.end)
        rows = [candle_row(candle, places) for candle in candles]
    else:
        trades = await history.trades(name, window.start, window.end)
        rows = [trade_row(trade, places) for trade in trades]
    facts = TapeFacts(
        _title(plan), Origin.LIVE, (name,), sources=(f"{plan.venue}: {window.kind} as published",)
    )
    return Recording(facts, {window.kind: table_of(window.kind, rows)})


def _title(plan: Plan) -> str:
    names: Sequence[str] = plan.instruments
    what = names[0] if len(names) == 1 else f"{len(names)} instruments of {plan.venue}"
    return f"{what}, {plan.start:%Y-%m-%d %H:%M} to {plan.end:%Y-%m-%d %H:%M} UTC"
