"""What spot exchanges have in common: markets whose prices are dollars, quotes, ids. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.market import Market, MarketKind, MarketStatus, Outcome
from chalicelib.domain.money import ZERO
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.domain.quarantine import NOT_DOLLARS, NOT_LISTED, Quarantined
from chalicelib.venues.payload import refused
from chalicelib.venues.rejection import Sifted

CATEGORY = "crypto"
US_DOLLAR = "USD"
FINEST_STEP, COARSEST_STEP = Decimal("1e-18"), Decimal(10**9)
LARGEST = Decimal(10**15)
CLOCK_SKEW = timedelta(minutes=1)

_NAME = re.compile(r"[A-Z0-9][A-Z0-9-]{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SpotTerms:
    """A pair as its exchange lists it. Steps are quote currency per unit, and units."""

    venue: str
    name: str
    base: str
    quote: str
    status: MarketStatus
    tick: Decimal
    size_step: Decimal
    min_size: Decimal
    min_notional: Decimal
    url: str = ""

    @property
    def own_id(self) -> str:
        """Our id of the market and of the one thing that can be traded in it."""
        return f"{self.venue}:{self.name}"


def name_of(venue: str, own_id: str) -> str | None:
    """The exchange's name in one of our ids; None when it is another venue's, or no name."""
    prefix, _, name = own_id.partition(":")
    return name if prefix == venue and _NAME.fullmatch(name) else None


def names_of(venue: str, own_ids: Iterable[str]) -> list[str]:
    """The exchange's name in each of our ids, once; those of other venues are passed over."""
    return list(dict.fromkeys(name for given in own_ids if (name := name_of(venue, given))))


def only_dollars(listed: Iterable[SpotTerms], dollars: Collection[str]) -> Sifted[SpotTerms]:
    """Keep the pairs that are quoted in a currency counted as a dollar; no price is converted."""
    kept, others = [], []
    for terms in listed:
        if terms.quote in dollars:
            kept.append(terms)
            continue
        why = f"{terms.name} is quoted in {terms.quote}, and the ledger counts dollars"
        others.append(Quarantined(terms.venue, terms.name, NOT_DOLLARS, why))
    return Sifted(tuple(kept), tuple(others))


def not_listed(
    venue: str, names: Iterable[str], answered: Iterable[str]
) -> tuple[Quarantined, ...]:
    """Every name of which the exchange said nothing, be it misspelt or gone."""
    known = set(answered)
    return tuple(
        Quarantined(venue, name, NOT_LISTED, f"{venue} lists nothing that is called {name}")
        for name in names
        if name not in known
    )


def market_of(terms: SpotTerms, fee: FeeTerms | FeeUnknown, volume: Decimal | None) -> Market:
    """The market of a pair; ``volume`` is dollars traded in 24 hours."""
    return Market(
        market_id=terms.own_id,
        venue=terms.venue,
        title=f"{terms.base}/{terms.quote}",
        status=terms.status,
        outcomes=(Outcome(terms.own_id, terms.base),),
        closes_at=None,
        tick=terms.tick,
        min_size=terms.min_size,
        size_step=terms.size_step,
        min_notional=terms.min_notional,
        fee=fee,
        category=CATEGORY,
        volume_24h=volume,
        url=terms.url,
        kind=MarketKind.SPOT,
        rules=_words(terms),
    )


def _words(terms: SpotTerms) -> str:
    if terms.quote == US_DOLLAR:
        return f"Prices are US dollars for one {terms.base}. It has no end and no result."
    return (
        f"Prices are {terms.quote} for one {terms.base}, and one {terms.quote} is counted as one "
        "dollar whatever it trades at. It has no end and no result."
    )


def step(value: Decimal | None, where: str) -> Decimal:
    """A price or size step that a market can have."""
    if value is None or not FINEST_STEP <= value <= COARSEST_STEP:
        raise refused(where, value, f"expected {FINEST_STEP} to {COARSEST_STEP:E}")
    return value


def quote_of(own_id: str, bid: Level, ask: Level, times: tuple[datetime, datetime]) -> Quote | None:
    """Top of book; a side at price 0 shows nothing, and None shows nothing at all.

    Raises ValueError for a crossed one, which was put together at two times.
    """
    shown_bid, bid_size = _shown(bid)
    shown_ask, ask_size = _shown(ask)
    if shown_bid is not None and shown_ask is not None and shown_bid >= shown_ask:
        raise ValueError(f"bid {shown_bid} is not below ask {shown_ask}")
    if shown_bid is None and shown_ask is None:
        return None
    return Quote(own_id, shown_bid, bid_size, shown_ask, ask_size, *times)


def _shown(side: Level) -> tuple[Decimal | None, Decimal | None]:
    if side.price == ZERO:
        return None, None
    return side.price, side.size if side.size > ZERO else None


def book_of(
    own_id: str,
    bids: tuple[Level, ...],
    asks: tuple[Level, ...],
    times: tuple[datetime, datetime],
    path: str,
) -> OrderBook | None:
    """The book, best level first on both sides as the wire has it; None when it is empty."""
    if not bids and not asks:
        return None
    try:
        return OrderBook(own_id, bids, asks, *times)
    except ValueError as exc:
        raise refused(path, own_id, str(exc)) from exc


def seen(occurred_at: datetime, seen_at: datetime, where: str) -> tuple[datetime, datetime]:
    """When it occurred, clipped to when we saw it, and that; refuse what no skew explains."""
    if occurred_at > seen_at + CLOCK_SKEW:
        raise refused(where, occurred_at.isoformat(), f"after we saw it, {seen_at.isoformat()}")
    return min(occurred_at, seen_at), seen_at


def candle_of(
    own_id: str,
    start: datetime,
    interval: timedelta,
    prices: tuple[Decimal, Decimal, Decimal, Decimal],
    volume: Decimal,
    path: str,
) -> Candle:
    """A candle of trades; ``prices`` are open, high, low, close, all above 0."""
    if min(prices) <= ZERO or max(*prices, volume) > LARGEST:
        shown = [str(number) for number in (*prices, volume)]
        raise refused(path, shown, f"expected prices above 0, and nothing above {LARGEST}")
    try:
        return Candle(own_id, start, interval, *prices, volume, PriceBasis.TRADE)
    except ValueError as exc:
        raise refused(path, own_id, str(exc)) from exc


def within(
    candles: Iterable[Candle], start: datetime, end: datetime, now: datetime
) -> list[Candle]:
    """Those that begin in ``start <= t < end`` and are over by now: once each, oldest first."""
    found = {c.start: c for c in candles if start <= c.start < end and c.known_at <= now}
    return [found[at] for at in sorted(found)]


def trades_within(
    trades: Iterable[PublicTrade], start: datetime, end: datetime
) -> list[PublicTrade]:
    """Those that occurred in ``start <= t < end``: once each, oldest first."""
    found = {t.trade_id: t for t in trades if start <= t.occurred_at < end}
    return sorted(found.values(), key=lambda t: (t.occurred_at, len(t.trade_id), t.trade_id))
