"""Rules about one quote by itself: time, prices, sizes, and the operator's floors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.market import Market, MarketKind
from chalicelib.domain.money import MOST_CONTRACTS, ONE
from chalicelib.domain.quarantine import BOUNDS, CROSSED, SIZE, STALE, THIN, TIME
from chalicelib.domain.reference import ReferencePrice
from chalicelib.validation.listing import Fault
from chalicelib.validation.look import Look

HIGHEST_SPOT = Decimal(10**12)
CYCLE_AT_MOST = timedelta(minutes=5)
"""After its time within which a cycle has surely ended: nothing is seen later."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one kind of price may be, worked out once: every quote is held against it."""

    skew: timedelta
    earliest: datetime
    latest: datetime
    oldest: timedelta
    highest: Decimal

    @classmethod
    def of(cls, look: Look, seconds: int, highest: Decimal = HIGHEST_SPOT) -> "Bounds":
        """The bounds of what may be so many seconds old, and has to cost less than ``highest``."""
        oldest, skew = timedelta(seconds=seconds), timedelta(seconds=look.rules.clock_skew)
        return cls(skew, look.at - oldest, look.at + CYCLE_AT_MOST, oldest, highest)

    @classmethod
    def of_quotes(cls, look: Look, venue: str, kind: MarketKind) -> "Bounds":
        """The bounds of a venue's quotes of one kind of market."""
        is_spot = kind is MarketKind.SPOT
        highest = HIGHEST_SPOT if is_spot else ONE
        return cls.of(look, look.rules.quote_age(venue, spot=is_spot), highest)

    @classmethod
    def of_books(cls, look: Look, venue: str, market: Market | None) -> "Bounds":
        """The bounds of a book; one whose market is not known may show any price."""
        is_contract = market is not None and market.kind is MarketKind.BINARY
        highest = ONE if is_contract else HIGHEST_SPOT
        return cls.of(look, look.rules.book_age_of(venue), highest)


def time_fault(shown: Quote | OrderBook | ReferencePrice, bounds: Bounds) -> Fault | None:
    """What is wrong with when it was stamped and seen. Its age is that when it was looked at."""
    occurred, seen = shown.occurred_at, shown.seen_at
    if occurred.tzinfo is None or seen.tzinfo is None:
        return TIME, "its times are in no time zone"
    age = seen - occurred
    if -age > bounds.skew or seen > bounds.latest:
        return TIME, f"stamped {occurred.isoformat()}, seen {seen.isoformat()}"
    if age > bounds.oldest or occurred < bounds.earliest:
        age = max(age, bounds.earliest + bounds.oldest - occurred)
        return STALE, f"{_seconds(age)} s old, at most {_seconds(bounds.oldest)} s are taken"
    return None


def _seconds(age: timedelta) -> str:
    return f"{age.total_seconds():.0f}"


def price_fault(quote: Quote, highest: Decimal) -> Fault | None:
    """What is wrong with its prices; its construction saw that they are finite and above zero."""
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
    bid_size, ask_size = quote.bid_size, quote.ask_size
    if bid_size is not None and bid_size > MOST_CONTRACTS:
        return SIZE, f"{bid_size} are bid for, at most {MOST_CONTRACTS:f} is possible"
    if ask_size is not None and ask_size > MOST_CONTRACTS:
        return SIZE, f"{ask_size} are offered, at most {MOST_CONTRACTS:f} is possible"
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
