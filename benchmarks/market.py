"""A made-up market and a made-up trader, for counting work. Nothing here is market data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.market import (
    InstrumentId,
    Market,
    MarketId,
    MarketStatus,
    Outcome,
)
from chalicelib.domain.origin import Origin
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.fees.stated import quadratic_terms
from chalicelib.ports import Depth, Results, Scan

ONE_CENT, SIZE = Decimal("0.01"), Decimal(10_000)
FREE = quadratic_terms("bench", Decimal(0), "no fee")


class BusyVenue:
    """Markets around one half that never end; ask is always a cent above bid."""

    name = "bench"

    def __init__(self, markets: int) -> None:
        self._ids = [f"bench:{n}" for n in range(markets)]

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """All markets, quoted now."""
        markets = {i: _market(i, at) for i in self._ids}
        quotes = {
            o.instrument_id: _quote(o.instrument_id, at)
            for m in markets.values()
            for o in m.outcomes
        }
        return Scan(markets, quotes, origin=Origin.SIMULATED)

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """One level on either side."""
        found = {}
        for name in instrument_ids:
            bid = _bid(name, at)
            found[name] = OrderBook(
                name, (Level(bid, SIZE),), (Level(bid + ONE_CENT, SIZE),), at, at
            )
        return Depth(found)

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """None: these markets never end."""
        return Results(())


def _bid(name: str, at: datetime) -> Decimal:
    """What is bid; NO mirrors YES, or nobody would believe either."""
    question, _, side = name.rpartition(":")
    if side == "no":
        return 1 - ONE_CENT - _bid(f"{question}:yes", at)
    step = (int(at.timestamp()) // 60 * 7 + sum(name.encode())) % 21
    return Decimal(40 + step) / 100


def _quote(name: str, at: datetime) -> Quote:
    bid = _bid(name, at)
    return Quote(name, bid, SIZE, bid + ONE_CENT, SIZE, at, at)


def _market(name: str, at: datetime) -> Market:
    yes, no = f"{name}:yes", f"{name}:no"
    return Market(
        name,
        "bench",
        name,
        MarketStatus.OPEN,
        (Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
        at + timedelta(days=1),
        ONE_CENT,
        Decimal(5),
        ONE_CENT,
        Decimal(1),
        FREE,
    )


class Trader(Strategy):
    """Buys everything in even minutes and sells everything in odd ones."""

    name = "trader"

    class Params(StrategyParams):
        """None are needed."""

    @property
    def lookback(self) -> int:
        """The newest observation decides."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Everything in, or everything out."""
        even = ((tape.times // 60) % 2 == 0)[:, np.newaxis]
        everywhere = np.ones(tape.bid.shape, bool)
        return Signals(
            entry=everywhere & even,
            exit=everywhere & ~even,
            edge=np.full(tape.bid.shape, 0.05),
            confidence=np.ones(tape.bid.shape),
            entry_reason="even minute",
            exit_reason="odd minute",
        )
