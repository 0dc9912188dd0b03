"""A small market universe computed from numbers alone: prices move, markets end, new ones come."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.cycle import CYCLE_SECONDS, cycle_time
from chalicelib.domain.market import (
    InstrumentId,
    Market,
    MarketId,
    MarketStatus,
    Outcome,
    Resolution,
)
from chalicelib.fees.stated import quadratic_terms

VENUE = "sim"
SPREAD = 2
"""Cents between bid and ask."""
CALM = 8
"""Cycles in a row in which a price moves by a few cents only; then it jumps."""
CENTS = [Decimal(cents) / 100 for cents in range(101)]
FEE = quadratic_terms(VENUE, Decimal("0.03"), "simulated")
MIN_NOTIONAL = Decimal(5)
"""Dollars: the cheap leg of a small basket is below it now and then, and then does not fill."""
RESOLVES_AFTER = 2
"""Cycles between the end of a market and its result."""
KEPT = 8
"""Cycles whose quotes stay in memory: overlapping runs ask for the same ones."""


def mix(*numbers: int) -> int:
    """A well-spread 32-bit number that depends on these alone."""
    state = 2166136261
    for number in numbers:
        state = ((state ^ (number & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
        state ^= state >> 15
    return state


@dataclass(frozen=True, slots=True)
class Listing:
    """One market and the cycles during which it is listed."""

    market: Market
    slot: int
    number: int
    end: int


@dataclass
class Universe:
    """``slots`` markets at any time, each replaced by a new one after ``span`` cycles.

    A level shows ``depth`` contracts or, by chance, a part of them: then orders fill in part.
    """

    seed: int = 0
    slots: int = 3
    span: int = 24
    together: bool = False
    """Whether all markets end in the same cycle, as a day's markets do."""
    depth: int = 400
    _listings: dict[tuple[int, int], Listing] = field(default_factory=dict)
    _books: dict[tuple[int, InstrumentId], OrderBook | None] = field(default_factory=dict)
    _quotes: OrderedDict[int, dict[InstrumentId, Quote]] = field(default_factory=OrderedDict)

    def listed(self, cycle_id: int) -> list[Listing]:
        """The markets of this cycle, one for each slot."""
        return [self._listing(slot, self._number(slot, cycle_id)) for slot in range(self.slots)]

    def quotes(self, cycle_id: int) -> dict[InstrumentId, Quote]:
        """Top of book of every outcome listed."""
        found = self._quotes.get(cycle_id)
        if found is None:
            found = dict(self._fresh_quotes(cycle_id))
            self._quotes[cycle_id] = found
            if len(self._quotes) > KEPT:
                self._quotes.popitem(last=False)
        return found

    def book(self, instrument_id: InstrumentId, cycle_id: int) -> OrderBook | None:
        """The order book of an outcome listed in this cycle: three levels on each side."""
        if (cycle_id, instrument_id) not in self._books:
            if len(self._books) > KEPT * 2 * self.slots:
                self._books.clear()
            self._books[cycle_id, instrument_id] = self._fresh_book(instrument_id, cycle_id)
        return self._books[cycle_id, instrument_id]

    def _fresh_book(self, instrument_id: InstrumentId, cycle_id: int) -> OrderBook | None:
        quote = self.quotes(cycle_id).get(instrument_id)
        if quote is None or quote.bid is None or quote.ask is None:
            return None
        bid, ask = int(quote.bid * 100), int(quote.ask * 100)
        at = quote.occurred_at
        size = quote.bid_size or Decimal(self.depth)
        bids, asks = _levels(bid, -1, size), _levels(ask, 1, size)
        return OrderBook(instrument_id, bids, asks, at, at)

    def resolution(self, market_id: MarketId, at: datetime) -> Resolution | None:
        """The result of a market of ours, once it is known."""
        slot, number = (int(part) for part in market_id.partition(":m")[2].split("n"))
        listing = self._listing(slot, number)
        known = listing.end + RESOLVES_AFTER
        if int(at.timestamp()) // CYCLE_SECONDS < known:
            return None
        paid = Decimal(mix(self.seed, slot, number) % 3) / 2
        yes, no = (outcome.instrument_id for outcome in listing.market.outcomes)
        return Resolution(market_id, {yes: paid, no: 1 - paid}, cycle_time(known), VENUE)

    def _number(self, slot: int, cycle_id: int) -> int:
        return (cycle_id + self._offset(slot)) // self.span

    def _offset(self, slot: int) -> int:
        return 0 if self.together else slot * self.span // self.slots

    def _listing(self, slot: int, number: int) -> Listing:
        found = self._listings.get((slot, number))
        if found is None:
            end = (number + 1) * self.span - self._offset(slot)
            found = Listing(_market(slot, number, end), slot, number, end)
            if len(self._listings) > 64 * self.slots:
                self._listings.clear()
            self._listings[slot, number] = found
        return found

    def _fresh_quotes(self, cycle_id: int) -> list[tuple[InstrumentId, Quote]]:
        at = cycle_time(cycle_id)
        found = []
        for listing in self.listed(cycle_id):
            chance = mix(self.seed, listing.slot, cycle_id)
            cents = 20 + mix(self.seed, listing.slot, cycle_id // CALM) % 56 + chance % 9 - 4
            size = Decimal(max(1, self.depth // (1 + chance // 9 % 12)))
            yes, no = listing.market.outcomes
            found.append(self._quote(yes.instrument_id, cents, size, at))
            found.append(self._quote(no.instrument_id, 100 - SPREAD - cents, size, at))
        return found

    def _quote(
        self, instrument_id: InstrumentId, cents: int, size: Decimal, at: datetime
    ) -> tuple[str, Quote]:
        bid, ask = CENTS[cents], CENTS[cents + SPREAD]
        return instrument_id, Quote(instrument_id, bid, size, ask, size, at, at)


def _levels(best: int, step: int, size: Decimal) -> tuple[Level, ...]:
    return tuple(Level(CENTS[best + n * step], size) for n in range(3) if 0 < best + n * step < 100)


def _market(slot: int, number: int, end: int) -> Market:
    name = f"{VENUE}:m{slot}n{number}"
    yes, no = f"{name}:yes", f"{name}:no"
    return Market(
        name,
        VENUE,
        f"Market {slot}, number {number}",
        MarketStatus.OPEN,
        (Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
        cycle_time(end) - timedelta(seconds=1),
        Decimal("0.01"),
        Decimal(5),
        Decimal(1),
        MIN_NOTIONAL,
        FEE,
    )
