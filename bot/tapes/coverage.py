"""How complete a tape is, instrument by instrument."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from chalicelib.domain.market import InstrumentId
from chalicelib.tapes.decimals import DecimalColumn, IntArray
from chalicelib.tapes.facts import moment_of
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.table import TapeTable

MINUTE = 60_000_000
GAP = 1.5
"""A pause is a gap when it is this many times as long as the usual step."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a tape has of one kind of one instrument.

    ``step`` is the interval of candles, a minute for quotes and books, and None for trades, which
    have no usual step. ``covered`` is the share of steps from the first row to the last that have
    a row; ``crossed`` and ``empty`` are shares of rows, None where there is nothing to cross.
    """

    instrument_id: InstrumentId
    kind: RowKind
    rows: int
    first: datetime
    last: datetime
    step: timedelta | None
    gaps: int | None
    longest_gap: timedelta | None
    covered: float | None
    crossed: float | None
    empty: float | None


def coverage(recording: Recording) -> list[Coverage]:
    """Each kind of each instrument that has rows, by instrument."""
    found = [
        one
        for kind in (RowKind.QUOTES, RowKind.BOOKS, RowKind.CANDLES, RowKind.TRADES)
        for one in _of_kind(recording, recording.table(kind))
    ]
    return sorted(found, key=lambda one: one.instrument_id)


def _of_kind(recording: Recording, table: TapeTable) -> Iterator[Coverage]:
    for number in np.unique(table.subjects):
        mine = table.take(np.flatnonzero(table.subjects == number))
        instrument_id = recording.facts.instruments[number]
        for step, rows in _by_step(mine):
            yield _coverage(instrument_id, rows, step)


def _by_step(table: TapeTable) -> Iterator[tuple[int | None, TapeTable]]:
    """The rows by the step at which they should come: candles may have several intervals."""
    if table.kind is not RowKind.CANDLES:
        yield (None if table.kind is RowKind.TRADES else MINUTE), table
        return
    intervals = table.numbers("interval")
    for interval in np.unique(intervals).tolist():
        yield interval, table.take(np.flatnonzero(intervals == interval))


def _coverage(instrument_id: InstrumentId, rows: TapeTable, step: int | None) -> Coverage:
    first, last = int(rows.times[0]), int(rows.times[-1])
    crossed, empty = _shares(rows)
    gaps, longest = (None, None) if step is None else _gaps(rows.times, step)
    return Coverage(
        instrument_id,
        rows.kind,
        len(rows),
        moment_of(first),
        moment_of(last),
        None if step is None else timedelta(microseconds=step),
        gaps,
        longest,
        None if step is None else _share_of_steps(rows.times, step),
        crossed,
        empty,
    )


def _gaps(times: IntArray, step: int) -> tuple[int, timedelta]:
    pauses = np.diff(times)
    long = pauses[pauses > GAP * step]
    return len(long), timedelta(microseconds=int(long.max()) if len(long) else 0)


def _share_of_steps(times: IntArray, step: int) -> float:
    steps = np.unique((times - times[0]) // step)
    return float(len(steps) / (steps[-1] + 1))


def _shares(rows: TapeTable) -> tuple[float | None, float | None]:
    """How many rows show a bid at or above the ask, and how many show neither."""
    sides = _best(rows)
    if sides is None:
        return None, None
    bid, ask = sides
    # A missing side is NaN, which compares as false: it crosses nothing.
    crossed = bid.floats() >= ask.floats()
    return float(crossed.mean()), float((~bid.present & ~ask.present).mean())


def _best(rows: TapeTable) -> tuple[DecimalColumn, DecimalColumn] | None:
    if rows.kind is RowKind.QUOTES:
        return rows.decimals("bid"), rows.decimals("ask")
    if rows.kind is RowKind.BOOKS:
        return rows.levels("bids").best(), rows.levels("asks").best()
    return None
