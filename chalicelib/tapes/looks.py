"""A tape as the cycles saw it: which markets, quotes and history there were at each look."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.cycle import CYCLE_SECONDS, HistoryRow
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.tapes.decimals import DecimalColumn, IntArray
from chalicelib.tapes.facts import microseconds, moment_of
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import books, quotes, rows_of
from chalicelib.tapes.table import TapeTable

_MICROSECONDS = 1_000_000 * CYCLE_SECONDS
HISTORY_COLUMNS = ("bid", "ask", "bid_size", "ask_size")


def moments(recording: Recording) -> list[datetime]:
    """The times at which the venues were looked at, oldest first."""
    return [moment_of(stamp) for stamp in recording.table(RowKind.MOMENTS).times.tolist()]


def markets_at(recording: Recording, at: datetime) -> dict[MarketId, Market]:
    """The markets that were listed in the look ``at``."""
    found = {}
    for row in rows_of(_at(recording, RowKind.LISTINGS, at)):
        facts = recording.facts.markets[row["market"]]
        market = facts.versions[row["version"]]
        found[facts.market_id] = replace(
            market, volume_24h=row["volume_24h"], liquidity=row["liquidity"]
        )
    return found


def quotes_at(recording: Recording, at: datetime) -> dict[InstrumentId, Quote]:
    """The quotes of the look ``at``."""
    found = quotes(_at(recording, RowKind.QUOTES, at), recording.facts.instruments)
    return {quote.instrument_id: quote for quote in found}


def books_at(recording: Recording, at: datetime) -> dict[InstrumentId, OrderBook]:
    """The books that were fetched in the look ``at``, after its decisions."""
    found = books(_at(recording, RowKind.BOOKS, at), recording.facts.instruments)
    return {book.instrument_id: book for book in found}


def _at(recording: Recording, kind: RowKind, at: datetime) -> TapeTable:
    stamp = microseconds(at)
    return recording.table(kind).between(stamp, stamp + 1)


def history_rows(recording: Recording) -> Iterator[HistoryRow]:
    """The rows that strategies were shown, oldest first: the same floats as in the records."""
    table = recording.table(RowKind.QUOTES)
    looked = recording.table(RowKind.MOMENTS).times
    numbers = [_known(table.decimals(name)) for name in HISTORY_COLUMNS]
    looks = zip(looked.tolist(), _bounds(table.times, looked), _volumes(recording), strict=True)
    for stamp, (first, last), volumes in looks:
        subjects = table.subjects[first:last]
        names = [recording.facts.instruments[n] for n in subjects.tolist()]
        values = tuple(tuple(column[first:last]) for column in numbers)
        volume = tuple(None if np.isnan(v) else v for v in volumes[subjects].tolist())
        yield HistoryRow(stamp // _MICROSECONDS, tuple(names), (*values, volume))


def _volumes(recording: Recording) -> Iterator[FloatArray]:
    """For each look, the 24 hours' volume of every instrument's market, NaN where not stated."""
    facts, table = recording.facts, recording.table(RowKind.LISTINGS)
    place = {name: number for number, name in enumerate(facts.instruments)}
    market_of = np.full(len(facts.instruments), len(facts.markets))
    for number, known in enumerate(facts.markets):
        outcomes = (o.instrument_id for version in known.versions for o in version.outcomes)
        market_of[[place[name] for name in outcomes if name in place]] = number
    stated = table.decimals("volume_24h").floats()
    for first, last in _bounds(table.times, recording.table(RowKind.MOMENTS).times):
        by_market = np.full(len(facts.markets) + 1, np.nan)
        by_market[table.numbers("market")[first:last]] = stated[first:last]
        yield by_market[market_of]


def _bounds(times: IntArray, looked: IntArray) -> Iterator[tuple[int, int]]:
    starts = np.searchsorted(times, looked, "left").tolist()
    ends = np.searchsorted(times, looked, "right").tolist()
    return zip(starts, ends, strict=True)


def _known(column: DecimalColumn) -> list[float | None]:
    values = zip(column.floats().tolist(), column.present.tolist(), strict=True)
    return [value if present else None for value, present in values]
