"""Polymarket's answers to domain values. Pure; raises VenuePayloadError for what cannot be."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import InstrumentId, Market, MarketId, MarketStatus, Outcome
from chalicelib.domain.money import MONEY_QUANTUM, ONE, ZERO
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.payload import read_model, refused
from chalicelib.venues.polymarket.fees import fee_of, terse_fee
from chalicelib.venues.polymarket.schemas import (
    BookLevel,
    ClobBook,
    GammaMarket,
    GammaMember,
    GammaPage,
    GammaState,
    TerseMarket,
)
from chalicelib.venues.text import RULES_LIMIT, clean_text, safe_url

VENUE = "polymarket"
SITE_HOST = "polymarket.com"

SIZE_STEP = Decimal("0.01")
MIN_NOTIONAL = Decimal(1)
"""Dollars; the least a buy that takes at once must cost."""
RESALE_SECONDS = 5
"""How long bought tokens are on their way on the chain before they can be sold; an assumption."""

_FINEST_TICK, _COARSEST_TICK = Decimal("0.0001"), Decimal("0.1")
_LARGEST_MIN_SIZE = Decimal(100_000)
_CLOCK_SKEW = timedelta(minutes=1)
_MAIN_TAGS = frozenset(
    {"crypto", "sports", "finance", "politics", "economics", "economy", "culture", "weather"}
    | {"tech", "mentions", "geopolitics"}
)
"""Of a market's many tags, those that are a category and not a name."""
_FEE_TYPE_ENDING = re.compile(r"_fees(_v[0-9]+)?$")


def market_id_of(condition_id: str) -> MarketId:
    """Our id of a market."""
    return f"{VENUE}:{condition_id}"


def instrument_id_of(token_id: str) -> InstrumentId:
    """Our id of an outcome."""
    return f"{VENUE}:{token_id}"


def read_page(raw: object) -> GammaPage:
    """Read the envelope of a page, not its entries, in any shape the catalogue has had.

    Markets may come as a page, as a bare list, alone, or inside of their events.
    """
    return read_model(GammaPage, _as_page(raw), "polymarket page")


def _as_page(raw: object) -> object:
    if isinstance(raw, list):
        return {"markets": [market for entry in raw for market in _unfolded(entry)]}
    if not isinstance(raw, dict):
        return raw
    if "id" in raw:
        return {"markets": list(_unfolded(raw))}
    if isinstance(raw.get("events"), list) and "markets" not in raw:
        return {**raw, "markets": [m for entry in raw["events"] for m in _unfolded(entry)]}
    return raw


def _unfolded(entry: object) -> Iterator[object]:
    """The markets inside of an event, each with its event in it; a market as it is."""
    nested = entry.get("markets") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(nested, list):
        yield entry
        return
    event = {name: value for name, value in entry.items() if name != "markets"}
    event["marketsListed"] = _members(nested)
    for market in nested:
        yield {"events": [event], **market} if isinstance(market, dict) else market


def _members(nested: list[object]) -> int:
    """How many markets there are, if they are one group of which exactly one wins; otherwise 0."""
    groups = {
        market.get("negRiskMarketID") if market.get("negRisk") is True else None
        for market in nested
        if isinstance(market, dict)
    }
    alone = any(not isinstance(market, dict) for market in nested)
    return 0 if alone or len(groups) != 1 or None in groups else len(nested)


def read_group_size(raw: object, path: str) -> int:
    """How many markets an event lists of which exactly one wins; 0 where that is not so."""
    members = read_page(raw).markets
    if not members:
        return 0
    event = read_model(GammaMember, members[0], path).event
    return 0 if event.neg_risk_augmented else event.markets_listed


def read_listing(raw: object, path: str, seen_at: datetime) -> Listing | None:
    """Read an entry of the catalogue; None when it takes no orders."""
    try:
        wire = read_model(GammaMarket, raw, path)
    except VenuePayloadError:
        if read_model(GammaState, raw, path).takes_orders:
            raise
        return None  # one in preparation has little but its state
    if not wire.takes_orders:
        return None
    market = _market(wire, path, seen_at)
    return Listing(market, _quotes(wire, market, path, seen_at), wire.id)


def _market(wire: GammaMarket, path: str, seen_at: datetime) -> Market:
    tick, min_size = wire.order_price_min_tick_size, wire.order_min_size
    if tick is None or not _FINEST_TICK <= tick <= _COARSEST_TICK:
        raise refused(f"{path}.orderPriceMinTickSize", tick, "expected 0.0001 to 0.1")
    if min_size is None or not ZERO < min_size <= _LARGEST_MIN_SIZE:
        raise refused(f"{path}.orderMinSize", min_size, f"expected 0 to {_LARGEST_MIN_SIZE}")
    category, group = _category(wire), _exclusive_group(wire, path)
    return Market(
        market_id=market_id_of(wire.condition_id),
        venue=VENUE,
        title=_words(wire.question, f"{path}.question"),
        status=MarketStatus.OPEN,
        outcomes=_outcomes(wire, path),
        closes_at=wire.end_date,
        tick=tick,
        min_size=min_size,
        size_step=SIZE_STEP,
        min_notional=MIN_NOTIONAL,
        fee=fee_of(
            wire.condition_id,
            category,
            seen_at,
            enabled=wire.fees_enabled,
            fee_type=wire.fee_type,
            schedule=wire.fee_schedule,
        ),
        category=category,
        exclusive_group=group,
        group_size=0 if group is None else wire.event.markets_listed,
        volume_24h=wire.volume_24h,
        resale_seconds=RESALE_SECONDS,
        url=safe_url(f"https://{SITE_HOST}/market/{wire.slug}" if wire.slug else "", {SITE_HOST}),
        liquidity=wire.liquidity if wire.liquidity_num is None else wire.liquidity_num,
        series=clean_text(wire.event.series_name),
        event=clean_text(wire.event.id),
        rules=clean_text(wire.description or "", RULES_LIMIT),
        resolution_source=clean_text(wire.resolution_source or wire.event.resolution_source or ""),
        mirrored=True,
    )


def read_terse_fee(raw: object, path: str) -> FeeTerms | None:
    """The fee in the exchange's short form of a market; None when it states none."""
    return terse_fee(read_model(TerseMarket, raw, path).fee)


def _outcomes(wire: GammaMarket, path: str) -> tuple[Outcome, Outcome]:
    tokens = wire.clob_token_ids
    if len(tokens) != 2 or tokens[0] == tokens[1]:
        raise refused(f"{path}.clobTokenIds", tokens, "expected two different tokens")
    if len(wire.outcomes) != 2:
        raise refused(f"{path}.outcomes", wire.outcomes, "expected two outcomes")
    first, second = (_words(label, f"{path}.outcomes") for label in wire.outcomes)
    if first == second:
        raise refused(f"{path}.outcomes", wire.outcomes, "expected two different names")
    ids = instrument_id_of(tokens[0]), instrument_id_of(tokens[1])
    return Outcome(ids[0], first, complement=ids[1]), Outcome(ids[1], second, complement=ids[0])


def _words(raw: str, where: str) -> str:
    words = clean_text(raw)
    if not words:
        raise refused(where, raw, "no visible text")
    return words


def _category(wire: GammaMarket) -> str:
    named = wire.category or _FEE_TYPE_ENDING.sub("", wire.fee_type or "")
    if not named:
        labels = [tag.label for tag in wire.tags or wire.event.tags or ()]
        main = (label for label in labels if label.lower() in _MAIN_TAGS)
        named = next(main, labels[0] if labels else "")
    return clean_text(named, 40).lower()


def _exclusive_group(wire: GammaMarket, path: str) -> str | None:
    """What of several markets one wins; none where an answer's meaning may still change.

    An augmented event gets new answers while it trades, which are taken out of its "Other".
    """
    event = wire.event
    if not wire.neg_risk or wire.neg_risk_other or event.neg_risk_augmented:
        return None
    if group := wire.neg_risk_market_id or event.neg_risk_market_id:
        return f"{VENUE}:{group}"
    if not event.id:
        raise refused(f"{path}.negRiskMarketID", None, "missing although negRisk is true")
    return f"{VENUE}:event-{clean_text(event.id, 40)}"


def _quotes(wire: GammaMarket, market: Market, path: str, seen_at: datetime) -> tuple[Quote, ...]:
    bid, ask = _top_of_book(wire, path)
    if bid is None and ask is None:
        return ()
    occurred_at = _not_after(wire.updated_at or seen_at, seen_at, f"{path}.updatedAt")
    first, second = (outcome.instrument_id for outcome in market.outcomes)
    # A bid for one outcome is an offer of the other: the venue keeps both as one set of orders.
    other_bid = None if ask is None else ONE - ask
    other_ask = None if bid is None else ONE - bid
    return (
        Quote(first, bid, None, ask, None, occurred_at, seen_at),
        Quote(second, other_bid, None, other_ask, None, occurred_at, seen_at),
    )


def _top_of_book(wire: GammaMarket, path: str) -> tuple[Decimal | None, Decimal | None]:
    """Bid and ask of the first outcome. The catalogue writes an empty side as bid 0 or ask 1."""
    # Its numbers pass through floating point, so that 0.29 may arrive as 0.28999999999999998.
    bid = None if wire.best_bid is None else wire.best_bid.quantize(MONEY_QUANTUM).normalize()
    ask = None if wire.best_ask is None else wire.best_ask.quantize(MONEY_QUANTUM).normalize()
    if bid == ONE:
        raise refused(f"{path}.bestBid", wire.best_bid, "expected less than 1")
    if ask == ZERO:
        raise refused(f"{path}.bestAsk", wire.best_ask, "expected more than 0")
    if bid is not None and ask is not None and bid >= ask:
        raise refused(f"{path}.bestBid", bid, f"not below bestAsk {ask}")
    return (None if bid == ZERO else bid), (None if ask == ONE else ask)


def read_book(raw: object, path: str, seen_at: datetime) -> OrderBook | None:
    """Read one order book, sorting its levels, whatever order they came in.

    None when it is empty or crossed: a crossed book was put together at two different times.
    """
    wire = read_model(ClobBook, raw, path)
    occurred_at = datetime.fromtimestamp(int(wire.timestamp) / 1000, UTC)
    occurred_at = _not_after(occurred_at, seen_at, f"{path}.timestamp")
    bids = _levels(wire.bids, f"{path}.bids", descending=True)
    asks = _levels(wire.asks, f"{path}.asks", descending=False)
    if not bids and not asks:
        return None
    if bids and asks and bids[0].price >= asks[0].price:
        return None
    try:
        return OrderBook(instrument_id_of(wire.asset_id), bids, asks, occurred_at, seen_at)
    except ValueError as exc:
        raise refused(path, wire.asset_id, str(exc)) from exc


def _levels(wire: tuple[BookLevel, ...], path: str, *, descending: bool) -> tuple[Level, ...]:
    for position, level in enumerate(wire):
        if not ZERO < level.price < ONE or level.price != level.price.quantize(MONEY_QUANTUM):
            raise refused(f"{path}[{position}].price", level.price, "expected a tick in 0 to 1")
        if level.size == ZERO or level.size != level.size.quantize(MONEY_QUANTUM):
            raise refused(f"{path}[{position}].size", level.size, "expected more than 0, 6 places")
    levels = (Level(level.price, level.size) for level in wire)
    return tuple(sorted(levels, key=lambda level: level.price, reverse=descending))


def _not_after(occurred_at: datetime, seen_at: datetime, where: str) -> datetime:
    """Clip a time to when we saw it; refuse one that no difference of clocks explains."""
    if occurred_at > seen_at + _CLOCK_SKEW:
        raise refused(where, occurred_at.isoformat(), f"after we saw it, {seen_at.isoformat()}")
    return min(occurred_at, seen_at)
