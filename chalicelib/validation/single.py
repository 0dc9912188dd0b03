"""Rules about one quote by itself: time, prices, sizes, and the operator's floors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.market import Market, MarketKind
from chalicelib.domain.money import MOST_CONTRACTS, ONE, ZERO
from chalicelib.domain.quarantine import BOUNDS, CROSSED, SIZE, STALE, THIN, TIME
from chalicelib.validation.listing import Fault
from chalicelib.validation.look import Look

HIGHEST_SPOT = Decimal(10**12)
CYCLE_AT_MOST = timedelta(minutes=5)
"""After its time within which a cycle has surely ended: nothing is seen later."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a quote of one kind may be, worked out once."""

    at: datetime
    skew: timedelta
    oldest: timedelta
    highest: Decimal

    @classmethod
    def of_quotes(cls, look: Look, venue: str, kind: MarketKind) -> "Bounds":
        """The bounds of a venue's quotes of one kind of market."""
        is_spot = kind is MarketKind.SPOT
        return cls(
            look.at,
            timedelta(seconds=look.rules.clock_skew),
            timedelta(seconds=look.rules.quote_age(venue, spot=is_spot)),
            HIGHEST_SPOT if is_spot else ONE,
        )

    @classmethod
    def of_books(cls, look: Look, venue: str, market: Market | None) -> "Bounds":
        """The bounds of a book; one whose market is not known may show any price."""
        is_contract = market is not None and market.kind is MarketKind.BINARY
        return cls(
            look.at,
            timedelta(seconds=look.rules.clock_skew),
            timedelta(seconds=look.rules.book_age_of(venue)),
            ONE if is_contract else HIGHEST_SPOT,
        )


def time_fault(shown: Quote | OrderBook, bounds: Bounds) -> Fault | None:
    """What is wrong with when it was stamped and seen."""
    occurred, seen = shown.occurred_at, shown.seen_at
    if occurred.tzinfo is None or seen.tzinfo is None:
        return TIME, "its times are in no time zone"
    if occurred - seen > bounds.skew or seen - bounds.at > CYCLE_AT_MOST:
        return TIME, f"stamped {occurred.isoformat()}, seen {seen.isoformat()}"
    if max(seen, bounds.at) - occurred > bounds.oldest:
        age, most = (max(seen, bounds.at) - occurred).total_seconds(), bounds.oldest.total_seconds()
        return STALE, f"{age:.0f} s old, at most {most:.0f} s are taken"
    return None


def price_fault(quote: Quote, highest: Decimal) -> Fault | None:
    """What is wrong with its prices; that they are finite and above zero its construction saw."""
    bid, ask = quote.bid, quote.ask
    if bid is not None and ask is not None:
        if bid < ask < highest:
            return None
        if bid >= ask and bid < highest:
            return CROSSED, f"bid {bid} reaches ask {ask}"
    for price in (bid, ask):
        if price is not None and price >= highest:
            return BOUNDS, f"a price of {price}, expected less than {highest:f}"
    return None if bid is not None or ask is not None else (BOUNDS, "it shows no price")


def size_fault(quote: Quote) -> Fault | None:
    """What is wrong with its sizes; one that is not stated is no fault."""
    for size in (quote.bid_size, quote.ask_size):
        if size is not None and not ZERO < size <= MOST_CONTRACTS:
            return SIZE, f"a size of {size}, at most {MOST_CONTRACTS:f} is possible"
    return None


def thin_fault(market: Market, look: Look) -> Fault | None:
    """Whether it trades too little. What is held is looked at whatever it trades."""
    volume, liquidity = look.rules.min_volume_24h, look.rules.min_liquidity
    if (volume is None and liquidity is None) or market.market_id in look.held:
        return None
    floors = (("volume_24h", volume), ("liquidity", liquidity))
    for name, floor in floors:
        stated: Decimal | None = getattr(market, name)
        if stated is not None and floor is not None and stated < floor:
            return THIN, f"{name} of {stated:f} dollars is below {floor:f}"
    return None
