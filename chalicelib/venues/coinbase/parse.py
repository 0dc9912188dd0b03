"""Coinbase's answers to domain values. Pure; raises VenuePayloadError for what cannot be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.money import ZERO
from chalicelib.venues.coinbase.schemas import (
    AdvancedBookAnswer,
    AdvancedProduct,
    ExchangeBook,
    ExchangeProduct,
    ExchangeTicker,
    ProductFlags,
    ProductStatus,
)
from chalicelib.venues.ladder import pairs, read_ladder, records
from chalicelib.venues.payload import read_model, refused
from chalicelib.venues.spot import SpotTerms, book_of, quote_of, seen, step

VENUE = "coinbase"
LEVELS = 200
"""Of each side are read: the Exchange answers with all of them, tens of thousands."""

NOTHING = Level(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Product:
    """A product with the dollars traded in 24 hours, where the list says it."""

    terms: SpotTerms
    volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Top:
    """Top of a product's book, and dollars traded in 24 hours where that comes with it."""

    name: str
    quote: Quote | None
    volume: Decimal | None = None


def of_products(raw: object, path: str, key: str, wanted: Collection[str]) -> list[object]:
    """The entries of a list that are about wanted products; it holds all of them."""
    entries = as_list(raw, path)
    named = [entry for entry in entries if isinstance(entry, dict) and key in entry]
    if entries and not named:
        raise VenuePayloadError(f"{path}: expected a list of objects with {key}")
    return [entry for entry in named if str(entry[key]) in wanted]


def as_list(raw: object, path: str) -> list[object]:
    """The entries of a list, not read yet."""
    if not isinstance(raw, list):
        raise VenuePayloadError(f"{path}: expected a list, got {type(raw).__name__}")
    return raw


def read_exchange_product(raw: object, path: str) -> Product:
    """A product of the Exchange; one from before 2022 has a least size instead of a step."""
    wire = read_model(ExchangeProduct, raw, path)
    size_step = step(wire.base_increment or wire.base_min_size, f"{path}.base_increment")
    return Product(
        _terms(
            wire.id,
            (wire.base_currency, wire.quote_currency),
            _status(wire.status, wire),
            tick=step(wire.quote_increment, f"{path}.quote_increment"),
            sizes=(size_step, wire.base_min_size or size_step),
            min_notional=wire.min_market_funds or ZERO,
        )
    )


def read_advanced_product(raw: object, path: str) -> Product | None:
    """A product of Advanced Trade; None when it is a future and no currency."""
    wire = read_model(AdvancedProduct, raw, path)
    if wire.product_type != "SPOT":
        return None
    size_step = step(wire.base_increment, f"{path}.base_increment")
    terms = _terms(
        wire.product_id,
        (wire.base_currency_id, wire.quote_currency_id),
        _status(wire.status or ProductStatus.ONLINE, wire),
        tick=step(wire.price_increment or wire.quote_increment, f"{path}.price_increment"),
        sizes=(size_step, wire.base_min_size or size_step),
        min_notional=wire.quote_min_size or ZERO,
    )
    return Product(terms, wire.approximate_quote_24h_volume)


def _terms(
    name: str,
    currencies: tuple[str, str],
    status: MarketStatus,
    *,
    tick: Decimal,
    sizes: tuple[Decimal, Decimal],
    min_notional: Decimal,
) -> SpotTerms:
    url = f"https://www.coinbase.com/advanced-trade/spot/{name}"
    return SpotTerms(VENUE, name, *currencies, status, tick, *sizes, min_notional, url)


def _status(status: ProductStatus, flags: ProductFlags) -> MarketStatus:
    if status is ProductStatus.DELISTED:
        return MarketStatus.CLOSED
    takes_all = status is ProductStatus.ONLINE and not flags.restricted
    return MarketStatus.OPEN if takes_all else MarketStatus.PAUSED


def read_ticker(raw: object, name: str, seen_at: datetime) -> Top:
    """Top of book of the Exchange, without sizes; an empty side is missing, blank or 0."""
    path = f"coinbase ticker {name}"
    wire = read_model(ExchangeTicker, raw, path)
    times = seen(wire.time, seen_at, f"{path}.time")
    quote = _quote(name, Level(wire.bid or ZERO, ZERO), Level(wire.ask or ZERO, ZERO), times)
    known = wire.volume is not None and wire.price is not None
    return Top(name, quote, (wire.volume or ZERO) * (wire.price or ZERO) if known else None)


def read_top(raw: object, name: str, seen_at: datetime) -> Top:
    """Top of book of Advanced Trade, with its sizes."""
    book = read_advanced_book(raw, name, seen_at)
    if book is None:
        return Top(name, None)
    bid, ask = (side[0] if side else NOTHING for side in (book.bids, book.asks))
    return Top(name, _quote(name, bid, ask, (book.occurred_at, book.seen_at)))


def _quote(name: str, bid: Level, ask: Level, times: tuple[datetime, datetime]) -> Quote | None:
    try:
        return quote_of(f"{VENUE}:{name}", bid, ask, times)
    except ValueError as exc:
        raise refused("coinbase top of book", name, str(exc)) from exc


def read_exchange_book(raw: object, name: str, seen_at: datetime) -> OrderBook | None:
    """The best levels of an order book; None when it is empty, or an auction's."""
    path = f"coinbase book {name}"
    wire = read_model(ExchangeBook, raw, path)
    if wire.auction_mode:
        return None
    bids = read_ladder(wire.bids[:LEVELS], f"{path}.bids", pairs)
    asks = read_ladder(wire.asks[:LEVELS], f"{path}.asks", pairs)
    times = seen(wire.time or seen_at, seen_at, f"{path}.time")
    return book_of(f"{VENUE}:{name}", bids, asks, times, path)


def read_advanced_book(raw: object, name: str, seen_at: datetime) -> OrderBook | None:
    """The best levels of an order book; None when it is empty."""
    path = f"coinbase book {name}"
    wire = read_model(AdvancedBookAnswer, raw, path).pricebook
    if wire.product_id != name:
        raise refused(f"{path}.pricebook.product_id", wire.product_id, f"asked for {name}")
    bids = read_ladder(wire.bids[:LEVELS], f"{path}.pricebook.bids", records)
    asks = read_ladder(wire.asks[:LEVELS], f"{path}.pricebook.asks", records)
    times = seen(wire.time or seen_at, seen_at, f"{path}.pricebook.time")
    return book_of(f"{VENUE}:{name}", bids, asks, times, path)
