"""The bundled tape of schema 1 as a tape: every snapshot with every level, facts and results.

Its file stays in schema 1, which knows that one market's sides mirror each other and takes a
quarter of the bytes.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from chalicelib.domain.market import Market, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.tapes.column import IntColumn, LevelsColumn
from chalicelib.tapes.decimals import DecimalColumn
from chalicelib.tapes.facts import MarketFacts, TapeFacts
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import Row, table_of
from chalicelib.tapes.table import TapeTable, join
from chalicelib.venues.recorded.answers import market_answer
from chalicelib.venues.recorded.client import SETTLEMENT_DELAY_MS, SETTLEMENT_SOURCE
from chalicelib.venues.recorded.laps import Name, from_milliseconds
from chalicelib.venues.recorded.snapshots import PRICE_SCALE, SIZE_SCALE, Ladder, Snapshots
from chalicelib.venues.recorded.tape_file import RecordedMarket, RecordedTape, read_tape

LICENCE = (
    "© Resolved Markets, https://resolvedmarkets.com, CC BY 4.0. Changed: prices in thousandths, "
    "sizes in hundredths, sorted; see ATTRIBUTION.md of the recorded venue."
)
SIDES = ("up", "down")
_MICROSECONDS = 1_000


def read_bundled(path: Path) -> Recording:
    """The tape in a file of schema 1; VenueUnavailable when it is damaged."""
    tape = read_tape(path)
    facts = _facts(tape)
    places = {name: place for place, name in enumerate(facts.instruments)}
    numbers = {market.market_id: number for number, market in enumerate(facts.markets)}
    books = [
        _books(tape.books(slug).side(side), places[Name(slug).instrument_id(side)])
        for slug in tape.markets
        for side in SIDES
    ]
    listings = [row for market in tape.markets.values() for row in _listings(tape, market, numbers)]
    tables = {
        RowKind.LISTINGS: table_of(RowKind.LISTINGS, listings),
        RowKind.BOOKS: join(books).ordered(),
    }
    return Recording(facts, tables)


def _facts(tape: RecordedTape) -> TapeFacts:
    markets = sorted(tape.markets.values(), key=lambda market: Name(market.slug).market_id)
    names = (Name(market.slug).instrument_id(side) for market in markets for side in SIDES)
    return TapeFacts(
        tape.title,
        Origin.RECORDED,
        tuple(sorted(names)),
        tuple(MarketFacts(Name(m.slug).market_id, tuple(_versions(tape, m))) for m in markets),
        tuple(_resolution(market) for market in markets),
        (SETTLEMENT_SOURCE,),
        LICENCE,
    )


def _versions(tape: RecordedTape, market: RecordedMarket) -> Iterator[Market]:
    """The market with its first tick, and with the finer one if it got that."""
    closes_at = from_milliseconds(market.end_ms)
    name = Name(market.slug)
    yield market_answer(market, name, is_open=True, is_fine=False, closes_at=closes_at)
    if tape.books(market.slug).fine_from is not None:
        yield market_answer(market, name, is_open=True, is_fine=True, closes_at=closes_at)


def _listings(tape: RecordedTape, market: RecordedMarket, numbers: dict[str, int]) -> Iterator[Row]:
    """When each version was first seen."""
    row = {
        "time": market.first_ms * _MICROSECONDS,
        "market": numbers[Name(market.slug).market_id],
        "version": 0,
        "volume_24h": None,
        "liquidity": None,
    }
    yield row
    fine_from = tape.books(market.slug).fine_from
    if fine_from is not None and fine_from > market.first_ms:
        yield {**row, "time": fine_from * _MICROSECONDS, "version": 1}


def _resolution(market: RecordedMarket) -> Resolution:
    name = Name(market.slug)
    known_at = from_milliseconds(market.end_ms) + timedelta(milliseconds=SETTLEMENT_DELAY_MS)
    payouts = {
        name.instrument_id("up"): Decimal(market.payout_up),
        name.instrument_id("down"): Decimal(market.payout_down),
    }
    return Resolution(name.market_id, payouts, known_at, SETTLEMENT_SOURCE)


def _books(snapshots: Snapshots, place: int) -> TapeTable:
    times = IntColumn(snapshots.times * _MICROSECONDS)
    return TapeTable(
        RowKind.BOOKS,
        {
            "time": times,
            "instrument": IntColumn(np.full(len(times), place, np.int64)),
            "bids": _levels(snapshots.bids),
            "asks": _levels(snapshots.asks),
            "occurred_at": times,
            "seen_at": times,
        },
    )


def _levels(ladder: Ladder) -> LevelsColumn:
    return LevelsColumn(
        np.diff(ladder.offsets),
        _scaled(ladder.prices.astype(np.int64), PRICE_SCALE),
        _scaled(ladder.sizes.astype(np.int64), SIZE_SCALE),
    )


def _scaled(units: np.ndarray[tuple[int, ...], np.dtype[np.int64]], scale: int) -> DecimalColumn:
    """Whole units of one over a power of ten as decimals."""
    digits = len(str(scale)) - 1
    return DecimalColumn(
        np.zeros(len(units), np.uint64),
        units.astype(np.uint64),
        np.full(len(units), -digits, np.int8),
    )
