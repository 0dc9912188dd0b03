"""Binance's answers to domain values. Pure; raises VenuePayloadError for what cannot be."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.venues.binance.schemas import (
    BinanceModel,
    BookTicker,
    DayTicker,
    DepthBook,
    ErrorBody,
    ExchangeInfo,
    LeastNotional,
    LotSize,
    PriceFilter,
    SymbolInfo,
    SymbolStatus,
    WireTrade,
)
from chalicelib.venues.ladder import read_ladder
from chalicelib.venues.payload import exact_number, read_model, refused
from chalicelib.venues.spot import SpotTerms, book_of, candle_of, quote_of, step
from chalicelib.venues.stamps import from_milliseconds
from chalicelib.venues.text import clean_text

VENUE = "binance"
TOO_MANY = frozenset({-1003, -1015, -1034})
"""Codes of asking or connecting too often; they come with status 429, or through a proxy 200."""

KLINE_FIELDS = 11

Rule = TypeVar("Rule", bound=BinanceModel)


def require_answer(raw: object, path: str) -> object:
    """The answer itself, unless it is one of the venue's error bodies."""
    if not (isinstance(raw, dict) and "code" in raw):
        return raw
    error = read_model(ErrorBody, raw, path)
    said = f"{path} answered {error.code}: {clean_text(error.msg)}"
    if error.code in TOO_MANY:
        raise VenueUnavailable(said, "It is asked again in the next cycle; ask for fewer symbols.")
    raise VenuePayloadError(said, "Compare the request with the venue's API.")


def read_symbols(raw: object) -> Sequence[object]:
    """The entries of the exchange's rules, not read yet."""
    path = "binance exchangeInfo"
    return read_model(ExchangeInfo, require_answer(raw, path), path).symbols


def read_terms(raw: object, path: str) -> SpotTerms:
    """One symbol; where a filter sets no step, the precision of its asset is the step."""
    wire = read_model(SymbolInfo, raw, path)
    price = _filter(wire, path, PriceFilter, "PRICE_FILTER")
    lot = _filter(wire, path, LotSize, "LOT_SIZE")
    least = _filter(wire, path, LeastNotional, "NOTIONAL", "MIN_NOTIONAL")
    size_step = (lot and lot.step_size) or _unit(wire.base_asset_precision)
    tick = (price and price.tick_size) or _unit(wire.quote_precision)
    trades = wire.status is SymbolStatus.TRADING and wire.is_spot_trading_allowed
    return SpotTerms(
        venue=VENUE,
        name=wire.symbol,
        base=wire.base_asset,
        quote=wire.quote_asset,
        status=MarketStatus.OPEN if trades else MarketStatus.PAUSED,
        tick=step(tick, f"{path}.filters.PRICE_FILTER.tickSize"),
        size_step=step(size_step, f"{path}.filters.LOT_SIZE.stepSize"),
        min_size=step((lot and lot.min_qty) or size_step, f"{path}.filters.LOT_SIZE.minQty"),
        min_notional=least.min_notional if least else ZERO,
        url=f"https://www.binance.com/en/trade/{wire.base_asset}_{wire.quote_asset}",
    )


def _filter(wire: SymbolInfo, path: str, model: type[Rule], *kinds: str) -> Rule | None:
    """The rule of the first of these kinds that the symbol has."""
    found = {str(f.get("filterType")): f for f in wire.filters if isinstance(f, dict)}
    for kind in kinds:
        if kind in found:
            return read_model(model, found[kind], f"{path}.filters.{kind}")
    return None


def _unit(places: int | None) -> Decimal | None:
    return None if places is None else ONE.scaleb(-places)


def of_symbols(raw: object, path: str, wanted: Collection[str]) -> list[object]:
    """The entries of a list that are about wanted symbols; one about all has thousands."""
    answer = require_answer(raw, path)
    entries = answer if isinstance(answer, list) else [answer]
    named = [e for e in entries if isinstance(e, dict) and isinstance(e.get("symbol"), str)]
    if entries and not named:
        raise VenuePayloadError(f"{path}: expected a list of objects with a symbol")
    return [entry for entry in named if entry["symbol"] in wanted]


def read_quote(raw: object, path: str, seen_at: datetime) -> Quote | None:
    """Top of book of one symbol, with its sizes; None when nothing is shown."""
    wire = read_model(BookTicker, raw, path)
    bid, ask = Level(wire.bid_price, wire.bid_qty), Level(wire.ask_price, wire.ask_qty)
    try:
        return quote_of(f"{VENUE}:{wire.symbol}", bid, ask, (seen_at, seen_at))
    except ValueError as exc:
        raise refused(path, wire.symbol, str(exc)) from exc


def read_volume(raw: object, path: str) -> tuple[str, Decimal]:
    """A symbol, and what it traded in 24 hours in its quote currency."""
    wire = read_model(DayTicker, raw, path)
    return wire.symbol, wire.quote_volume


def read_book(raw: object, symbol: str, seen_at: datetime) -> OrderBook | None:
    """An order book; None when it is empty. Its time is when we saw it: the venue says none."""
    path = f"binance depth {symbol}"
    wire = read_model(DepthBook, require_answer(raw, path), path)
    bids = read_ladder(wire.bids, f"{path}.bids")
    asks = read_ladder(wire.asks, f"{path}.asks")
    return book_of(f"{VENUE}:{symbol}", bids, asks, (seen_at, seen_at), path)


def read_candle(raw: object, path: str, own_id: str, interval: timedelta) -> Candle:
    """A bar of the API or of a bulk file: times, prices and volume by their places."""
    if not isinstance(raw, list) or len(raw) < KLINE_FIELDS:
        raise refused(path, raw, f"expected a list of {KLINE_FIELDS} values or more")
    opened, closed = (_read(from_milliseconds, raw, path, place) for place in (0, 6))
    if closed < opened:
        raise refused(f"{path}[6]", raw[6], "the bar ends before it begins")
    first, high, low, last, volume = (_read(exact_number, raw, path, n) for n in range(1, 6))
    return candle_of(own_id, opened, interval, (first, high, low, last), volume, path)


def read_trade(raw: object, path: str, own_id: str) -> PublicTrade:
    """A trade, single or aggregated: when the buyer was resting, the seller took."""
    wire = read_model(WireTrade, raw, path)
    side = Side.SELL if wire.buyer_is_maker else Side.BUY
    try:
        return PublicTrade(own_id, str(wire.number), wire.price, wire.size, side, wire.time)
    except ValueError as exc:
        raise refused(path, wire.number, str(exc)) from exc


def entries_of(raw: object, path: str) -> list[object]:
    """The entries of a list, not read yet."""
    answer = require_answer(raw, path)
    if not isinstance(answer, list):
        raise VenuePayloadError(f"{path}: expected a list, got {type(answer).__name__}")
    return answer


Value = TypeVar("Value")


def _read(
    convert: Callable[[object], Value], entry: Sequence[object], path: str, place: int
) -> Value:
    try:
        return convert(entry[place])
    except ValueError as exc:
        raise refused(f"{path}[{place}]", entry[place], str(exc)) from exc


INTERVALS: Mapping[timedelta, str] = {
    timedelta(seconds=1): "1s",
    **{timedelta(minutes=n): f"{n}m" for n in (1, 3, 5, 15, 30)},
    **{timedelta(hours=n): f"{n}h" for n in (1, 2, 4, 6, 8, 12)},
    timedelta(days=1): "1d",
    timedelta(days=3): "3d",
    timedelta(weeks=1): "1w",
}


def interval_name(interval: timedelta) -> str:
    """The venue's name of an interval; raise VenueError that lists them for another one."""
    if interval not in INTERVALS:
        raise VenueError(
            f"{VENUE} has no candles of {interval}", f"It has {', '.join(INTERVALS.values())}."
        )
    return INTERVALS[interval]
