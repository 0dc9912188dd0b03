"""Venues are looked at together; one that fails is a fault, and its markets are simply absent."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.breaker import VenueBreaker
from chalicelib.domain.cycle import Observation
from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reference import ReferencePrice
from chalicelib.engine.observe import fetch_books, observe
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import Depth, MarketData, Results, Scan
from tests.builders import NOW, SetClock, account, book, fill, market, quote, runtime

NOTHING = Observation({}, {})


class Stall:
    """A venue that answers what it was given, or raises it."""

    def __init__(self, name: str, answer: Any) -> None:
        self.name = name
        self.answer = answer
        self.asked: list[str] = []
        self.scans = 0

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """The answer."""
        self.scans += 1
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
        ("down", "unavailable", "no answer within 25 s"),
        ("odd", "payload", "bids[0].price is NaN"),
        ("buggy", "defect", "ZeroDivisionError: ours"),
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
    depth, faults = asyncio.run(fetch_books(stage(here, there), wanted, NOW, NOTHING))

    assert depth.books.keys() == {"test:m:yes"}
    assert (here.asked, there.asked) == (["test:m:yes"], ["other:x:yes"])
    assert [f.venue for f in faults] == ["other"]


def opened(venue: str, minutes: int) -> VenueBreaker:
    """The breaker of a venue that was opened for so long, just now."""
    until = NOW + timedelta(minutes=minutes)
    return VenueBreaker(venue, 5, 1, NOW, until, "read-timeout", "no answer")


def test_venue_whose_breaker_is_open_is_not_asked_at_all() -> None:
    good, shut = Stall("other", {}), Stall("test", {"test:m": market()})
    stage_ = stage(good, shut)
    seen = asyncio.run(observe(stage_, holding("m"), NOW, [opened("test", 5)]))
    depth, faults = asyncio.run(fetch_books(stage_, ["test:m:yes"], NOW, seen))

    assert (shut.scans, shut.asked, good.scans) == (0, [], 1)
    assert (depth.books, faults) == ({}, [])
    (fault,) = seen.faults
    assert (fault.venue, fault.code) == ("test", "breaker-open")
    assert f"{NOW + timedelta(minutes=5):%H:%M} UTC" in fault.reason
    assert "no answer" in fault.reason


def test_probe_that_fails_is_the_only_thing_asked() -> None:
    down = Stall("test", VenueUnavailable("down"))
    stage_ = stage(down)
    later = NOW + timedelta(minutes=5)
    seen = asyncio.run(observe(stage_, holding("m"), later, [opened("test", 5)]))
    asyncio.run(fetch_books(stage_, ["test:m:yes"], later, seen))
    assert (down.scans, down.asked) == (1, [])


def test_probe_that_succeeds_opens_the_way_to_everything_else() -> None:
    up = Stall("test", {})
    stage_ = stage(up)
    later = NOW + timedelta(minutes=5)
    seen = asyncio.run(observe(stage_, holding("m"), later, [opened("test", 5)]))
    asyncio.run(fetch_books(stage_, ["test:m:yes"], later, seen))
    assert (up.scans, up.asked) == (1, ["test:m", "test:m:yes"])


def test_fault_says_what_was_asked_and_how_long_the_venue_wants_no_more() -> None:
    down = Stall("test", VenueUnavailable("403", "", FaultKind.REFUSED, 120.0))
    (fault,) = asyncio.run(observe(stage(down), {}, NOW)).faults
    assert (fault.code, fault.retry_after, fault.call) == ("refused", 120.0, "scan")
