"""Kalshi's answers to domain values. Pure; raises VenuePayloadError for what cannot be.

A market has two contracts, Yes and No, and one set of orders: a bid for the one is an offer of the
other. The venue gives no time with its quotes, so that they occurred when we saw them; a list of
markets may be 15 seconds old.
"""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from chalicelib.domain.book import Quote
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import (
    Market,
    MarketStatus,
    Outcome,
    TickBand,
)
from chalicelib.domain.money import ONE, ZERO
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.kalshi.contracts import VENUE, contracts_of, market_id_of
from chalicelib.venues.kalshi.fees import NOT_READ
from chalicelib.venues.kalshi.prices import CENT, first
from chalicelib.venues.kalshi.schemas import (
    KalshiEvent,
    KalshiMarket,
    KalshiSeries,
    KalshiStatus,
    PriceRange,
    series_of,
)
from chalicelib.venues.payload import read_model, refused
from chalicelib.venues.text import RULES_LIMIT, clean_text, safe_url

SITE_HOST = "kalshi.com"
COMBINATION_MARK = "KXMVE"
"""How the tickers begin of markets that combine others."""

HUNDREDTH = Decimal("0.01")
STATUS = {
    KalshiStatus.INITIALIZED: MarketStatus.PAUSED,
    KalshiStatus.ACTIVE: MarketStatus.OPEN,
    KalshiStatus.INACTIVE: MarketStatus.PAUSED,
    KalshiStatus.CLOSED: MarketStatus.CLOSED,
    KalshiStatus.DETERMINED: MarketStatus.RESOLVING,
    KalshiStatus.DISPUTED: MarketStatus.RESOLVING,
    KalshiStatus.AMENDED: MarketStatus.RESOLVING,
    KalshiStatus.FINALIZED: MarketStatus.RESOLVED,
    KalshiStatus.SETTLED: MarketStatus.RESOLVED,
}


def read_market(raw: object, path: str) -> KalshiMarket | None:
    """Read a market as it came; None for one that combines other markets."""
    if isinstance(raw, dict) and _is_combination(raw):
        return None
    wire = read_model(KalshiMarket, raw, path)
    pays = first(wire.notional_value_dollars, wire.notional_value)
    if pays is not None and pays != ONE:
        raise refused(f"{path}.notional_value_dollars", pays, "expected a contract of one dollar")
    return wire


def _is_combination(raw: dict[str, object]) -> bool:
    ticker = raw.get("ticker")
    is_named_so = isinstance(ticker, str) and ticker.startswith(COMBINATION_MARK)
    return is_named_so or bool(raw.get("mve_collection_ticker"))


def listing_of(
    wire: KalshiMarket, event: KalshiEvent | None, path: str, seen_at: datetime
) -> Listing:
    """A market as it is shown, with quotes while it trades; its fee is added when it is known."""
    bid, ask = _top_of_book(wire, path)
    bands = _bands(wire, path)
    market = Market(
        market_id=market_id_of(wire.ticker),
        venue=VENUE,
        title=_title(wire, event, path),
        status=STATUS[wire.status],
        outcomes=_outcomes(wire),
        closes_at=wire.close_time,
        tick=min(band.step for band in bands),
        # Since counts are written with two places, a hundredth of a contract can be traded.
        min_size=ONE if wire.volume_fp is None else HUNDREDTH,
        size_step=ONE if wire.volume_fp is None else HUNDREDTH,
        min_notional=ZERO,
        fee=FeeUnknown(VENUE, wire.ticker, seen_at, NOT_READ),
        category=category_of(event),
        mirrored=True,
        exclusive_group=_exclusive_group(event),
        volume_24h=_volume(wire, bid, ask),
        url=safe_url(f"https://{SITE_HOST}/markets/{series_of(wire.ticker).lower()}", {SITE_HOST}),
        tick_bands=bands if len(bands) > 1 else (),
        liquidity=_liquidity(wire, bid, ask),
        series=series_of(wire.event_ticker) if event is None else event.series,
        event=wire.event_ticker,
        rules=clean_text(f"{wire.rules_primary or ''} {wire.rules_secondary or ''}", RULES_LIMIT),
        resolution_source=sources_of(event),
    )
    quotes = _quotes(wire, bid, ask, seen_at)
    return Listing(market, quotes, free_until=wire.fee_waiver_expiration_time)


def _title(wire: KalshiMarket, event: KalshiEvent | None, path: str) -> str:
    """The question; several markets of an event may share it, and differ in a subtitle."""
    question = clean_text(wire.title or (event and event.title) or "", 150)
    subtitle = clean_text(wire.yes_sub_title or "", 80)
    if not question and not subtitle:
        raise refused(f"{path}.title", wire.title, "no visible text")
    if not subtitle or subtitle.lower() in question.lower():
        return question
    return clean_text(f"{question} {subtitle}".strip())


def _outcomes(wire: KalshiMarket) -> tuple[Outcome, Outcome]:
    yes, no = contracts_of(wire.ticker)
    return Outcome(yes, "Yes", complement=no), Outcome(no, "No", complement=yes)


def _exclusive_group(event: KalshiEvent | None) -> str | None:
    return f"{VENUE}:{event.event_ticker}" if event and event.mutually_exclusive else None


def category_of(stated: KalshiEvent | KalshiSeries | None) -> str:
    """The category in small letters, nothing where none is stated."""
    return "" if stated is None else clean_text(stated.category or "", 40).lower()


def sources_of(stated: KalshiEvent | KalshiSeries | None) -> str:
    """Whose word settles the markets, nothing where none is stated."""
    named = (source.name for source in (stated and stated.settlement_sources) or ())
    return clean_text(", ".join(name for name in named if name))


def _bands(wire: KalshiMarket, path: str) -> tuple[TickBand, ...]:
    """The price steps. Answers without them are of the time when every price was a whole cent."""
    if wire.price_ranges is None:
        return (TickBand(ZERO, ONE, CENT * (wire.tick_size or 1)),)
    bands = _bands_of(wire.price_ranges)
    if not bands:
        raise refused(f"{path}.price_ranges", wire.price_ranges, "expected spans of prices")
    return bands


@lru_cache(maxsize=256)
def _bands_of(ranges: tuple[PriceRange, ...]) -> tuple[TickBand, ...]:
    """The spans as bands; none when one of them is no span, which is the caller's to refuse."""
    if any(span.start >= span.end or span.step > span.end - span.start for span in ranges):
        return ()
    return tuple(TickBand(span.start, span.end, span.step) for span in ranges)


def _top_of_book(wire: KalshiMarket, path: str) -> tuple[Decimal | None, Decimal | None]:
    """Bid and ask of Yes. An empty side is written as bid 0 or ask 1; of old, as ask 0 too."""
    if wire.status is not KalshiStatus.ACTIVE:
        return None, None
    bid = first(wire.yes_bid_dollars, wire.yes_bid) or None
    ask = first(wire.yes_ask_dollars, wire.yes_ask) or None
    if bid == ONE:
        raise refused(f"{path}.yes_bid_dollars", bid, "expected less than 1")
    ask = None if ask == ONE else ask
    if bid is not None and ask is not None and bid >= ask:
        raise refused(f"{path}.yes_bid_dollars", bid, f"not below yes_ask_dollars {ask}")
    return bid, ask


def _quotes(
    wire: KalshiMarket, bid: Decimal | None, ask: Decimal | None, seen_at: datetime
) -> tuple[Quote, ...]:
    if bid is None and ask is None:
        return ()
    bid_size = None if bid is None else wire.yes_bid_size_fp or None
    ask_size = None if ask is None else wire.yes_ask_size_fp or None
    yes, no = contracts_of(wire.ticker)
    no_bid = None if ask is None else ONE - ask
    no_ask = None if bid is None else ONE - bid
    return (
        Quote(yes, bid, bid_size, ask, ask_size, seen_at, seen_at),
        Quote(no, no_bid, ask_size, no_ask, bid_size, seen_at, seen_at),
    )


def _volume(wire: KalshiMarket, bid: Decimal | None, ask: Decimal | None) -> Decimal | None:
    """Dollars traded in 24 hours: the venue counts contracts, valued here at the last price."""
    contracts = first(wire.volume_24h_fp, wire.volume_24h)
    price = first(wire.last_price_dollars, wire.last_price) or bid or ask
    if contracts is None or (contracts and price is None):
        return None
    return contracts * (price or ZERO)


def _liquidity(wire: KalshiMarket, bid: Decimal | None, ask: Decimal | None) -> Decimal | None:
    """Dollars resting: the venue's figure, else what rests at the best prices.

    The venue has stated 0 for every market since 2026.
    """
    stated = first(wire.liquidity_dollars, wire.liquidity)
    if stated or (wire.yes_bid_size_fp is None and wire.yes_ask_size_fp is None):
        return stated
    bids = (wire.yes_bid_size_fp or ZERO) * (bid or ZERO)
    asks = ZERO if ask is None else (wire.yes_ask_size_fp or ZERO) * (ONE - ask)
    return bids + asks
