"""The universe as a venue that answers late, badly or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, cast

from bot.simulator.faults import VENUE_FAULTS, Fault
from bot.simulator.steps import pause
from bot.simulator.universe import VENUE
from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.cycle import CYCLE_SECONDS
from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.origin import Origin
from chalicelib.ports import Depth, Results, Scan

if TYPE_CHECKING:
    from bot.simulator.world import World

Answer = TypeVar("Answer")
OLD = timedelta(minutes=10)


class SimulatedVenue:
    """The MarketData port over a universe."""

    def __init__(self, world: "World") -> None:
        self._world = world

    @property
    def name(self) -> str:
        """The venue's name."""
        return VENUE

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the markets with their quotes."""
        fault = await self._call("venue scan")
        universe, cycle_id = self._world.universe, _cycle_of(at)
        listed = universe.listed(cycle_id)
        if fault is Fault.VENUE_PARTIAL:
            listed = listed[::2]
        markets = {listing.market.market_id: listing.market for listing in listed}
        quotes = universe.quotes(cycle_id)
        if fault is Fault.VENUE_PARTIAL:
            names = {o.instrument_id for market in markets.values() for o in market.outcomes}
            quotes = {name: quote for name, quote in quotes.items() if name in names}
        await pause("venue scan answered")
        return _maybe_wrong(fault, Scan(markets, quotes, origin=Origin.SIMULATED))

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books."""
        fault = await self._call("venue books")
        wanted = instrument_ids[::2] if fault is Fault.VENUE_PARTIAL else instrument_ids
        found = {name: self._world.universe.book(name, _cycle_of(at)) for name in wanted}
        books = {name: _spoilt(fault, book) for name, book in found.items() if book is not None}
        await pause("venue books answered")
        return _maybe_wrong(fault, Depth(books))

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Final results of those among these markets that have one."""
        fault = await self._call("venue resolutions")
        wanted = market_ids[::2] if fault is Fault.VENUE_PARTIAL else market_ids
        found = [self._world.universe.resolution(name, at) for name in wanted]
        await pause("venue resolutions answered")
        return _maybe_wrong(fault, Results(tuple(result for result in found if result)))

    async def _call(self, site: str) -> Fault | None:
        fault = self._world.strike(site, VENUE_FAULTS)
        await pause(site)
        if fault is Fault.VENUE_UNAVAILABLE:
            raise VenueUnavailable(f"{site}: no answer")
        if fault is Fault.VENUE_PAYLOAD:
            raise VenuePayloadError(f"{site}: a price is not a number")
        return fault


def _cycle_of(at: datetime) -> int:
    return int(at.timestamp()) // CYCLE_SECONDS


def _spoilt(fault: Fault | None, book: OrderBook) -> OrderBook:
    """A book that must not be traded on: too old, or crossed (which raises as it is made)."""
    if fault is Fault.VENUE_STALE:
        return replace(book, occurred_at=book.occurred_at - OLD)
    if fault is Fault.VENUE_CROSSED:
        return replace(book, bids=(Level(book.asks[0].price, book.bids[0].size),))
    return book


def _maybe_wrong(fault: Fault | None, answer: Answer) -> Answer:
    return cast("Answer", 42) if fault is Fault.VENUE_WRONG_TYPE else answer
