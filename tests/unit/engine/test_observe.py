"""Venues are looked at together; one that fails is a fault, and its markets are simply absent."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account, apply_fill
from chalicelib.domain.reference import ReferencePrice
from chalicelib.engine.observe import fetch_books, observe
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import Depth, MarketData, Results, Scan
from tests.builders import NOW, SetClock, account, book, fill, market, quote, runtime


class Stall:
    """A venue that answers what it was given, or raises it."""

    def __init__(self, name: str, answer: Any) -> None:
        self.name = name
        self.answer = answer
        self.asked: list[str] = []

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """The answer."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return Scan(self.answer, {i: quote(i, "0.4", "0.5") for i in outcomes(self.answer)})

    async def books(self, instrument_ids: Sequence[str], at: datetime) -> Depth:
        """A book of each."""
        self.asked.extend(instrument_ids)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Depth({i: book(i, asks=[("0.5", 9)]) for i in instrument_ids})

    async def resolutions(self, market_ids: Sequence[str], at: datetime) -> Results:
        """None, but remember who was asked about."""
        self.asked.extend(market_ids)
        return Results(())


def outcomes(markets: Mapping[str, Any]) -> list[str]:
    return [o.instrument_id for m in markets.values() for o in m.outcomes]


def stage(*venues: MarketData) -> Runtime:
    made = runtime(MemoryTable(), MemoryArchive(), venues[0], {}, SetClock())
    return replace(made, venues={v.name: v for v in venues})


class Almanac(Stall):
    """A source of index prices, with no market of its own."""

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """One index price."""
        return Scan({}, {}, references={self.answer.instrument_id: self.answer})


def holding(*names: str) -> dict[str, Account]:
    held = account()
    for name in names:
        held = apply_fill(held, fill(Side.BUY, 10, "0.5", f"test:{name}:yes"))
    return {"test": held}


def test_observe_keeps_index_prices_apart_from_what_can_be_traded() -> None:
    index = ReferencePrice("index:coin", "COIN", "USD", Decimal(7), None, NOW, NOW)
    good = Stall("test", {"test:m": market()})
    seen = asyncio.run(observe(stage(good, Almanac("index", index)), {}, NOW))

    assert seen.references == {"index:coin": index}
    assert "index:coin" not in seen.quotes
    assert seen.markets.keys() == {"test:m"}


def test_observe_joins_what_the_venues_show_and_names_the_one_that_failed() -> None:
    good = Stall("test", {"test:m": market()})
    down = Stall("down", VenueUnavailable("no answer within 25 s"))
    odd = Stall("odd", VenuePayloadError("bids[0].price is NaN"))
    buggy = Stall("buggy", ZeroDivisionError("ours"))
    seen = asyncio.run(observe(stage(good, down, odd, buggy), {}, NOW))

    assert seen.markets.keys() == {"test:m"}
    assert seen.quotes.keys() == {"test:m:yes", "test:m:no"}
    assert [(f.venue, f.code, f.reason) for f in seen.faults] == [
        ("down", "VenueUnavailable", "no answer within 25 s"),
        ("odd", "VenuePayloadError", "bids[0].price is NaN"),
        ("buggy", "Defect", "ZeroDivisionError: ours"),
    ]


def test_observe_asks_for_results_only_of_held_markets_that_may_be_over() -> None:
    venue = Stall(
        "test",
        {
            "test:open": market("open"),
            "test:shut": market("shut", status=MarketStatus.CLOSED),
            "test:past": market("past", closes_at=NOW),
            "test:soon": market("soon", closes_at=NOW + timedelta(seconds=1)),
            "test:endless": market("endless", closes_at=None),
            "test:foreign": market("foreign", status=MarketStatus.RESOLVED),
        },
    )
    held = holding("open", "shut", "past", "soon", "endless", "unlisted")
    asyncio.run(observe(stage(venue), held, NOW))
    assert venue.asked == ["test:past", "test:shut", "test:unlisted"]


def test_books_are_fetched_from_the_venue_that_each_belongs_to() -> None:
    here, there = Stall("test", {}), Stall("other", VenueUnavailable("down"))
    wanted = ["test:m:yes", "other:x:yes", "unknown:y:yes"]
    depth, faults = asyncio.run(fetch_books(stage(here, there), wanted, NOW))

    assert depth.books.keys() == {"test:m:yes"}
    assert (here.asked, there.asked) == (["test:m:yes"], ["other:x:yes"])
    assert [f.venue for f in faults] == ["other"]
