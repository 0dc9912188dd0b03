"""What Coinbase says of the past to domain values. Pure; raises VenuePayloadError."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.venues.coinbase.schemas import (
    AdvancedCandle,
    AdvancedTrade,
    ExchangeTrade,
    MakerSide,
)
from chalicelib.venues.payload import exact_number, read_model, refused
from chalicelib.venues.spot import candle_of
from chalicelib.venues.stamps import from_seconds

CANDLE_FIELDS = 6

Value = TypeVar("Value")


def read_exchange_trade(raw: object, path: str, own_id: str) -> PublicTrade:
    """A trade of the Exchange: when a sell was resting, the buyer took."""
    wire = read_model(ExchangeTrade, raw, path)
    side = Side.BUY if wire.side is MakerSide.SELL else Side.SELL
    try:
        return PublicTrade(own_id, str(wire.trade_id), wire.price, wire.size, side, wire.time)
    except ValueError as exc:
        raise refused(path, wire.trade_id, str(exc)) from exc


def read_advanced_trade(raw: object, path: str, own_id: str) -> PublicTrade:
    """A trade of Advanced Trade; who took is not known."""
    wire = read_model(AdvancedTrade, raw, path)
    try:
        return PublicTrade(own_id, wire.trade_id, wire.price, wire.size, None, wire.time)
    except ValueError as exc:
        raise refused(path, wire.trade_id, str(exc)) from exc


def read_exchange_candle(raw: object, path: str, own_id: str, interval: timedelta) -> Candle:
    """A bar of the Exchange: time, LOW, HIGH, open, close, volume."""
    if not isinstance(raw, list) or len(raw) < CANDLE_FIELDS:
        raise refused(path, raw, f"expected a list of {CANDLE_FIELDS} values")
    start = _read(from_seconds, raw, path, 0)
    low, high, first, last, volume = (_read(exact_number, raw, path, n) for n in range(1, 6))
    return candle_of(own_id, start, interval, (first, high, low, last), volume, path)


def read_advanced_candle(raw: object, path: str, own_id: str, interval: timedelta) -> Candle:
    """A bar of Advanced Trade."""
    wire = read_model(AdvancedCandle, raw, path)
    prices = wire.open, wire.high, wire.low, wire.close
    return candle_of(own_id, wire.start, interval, prices, wire.volume, path)


def _read(
    convert: Callable[[object], Value], entry: Sequence[object], path: str, place: int
) -> Value:
    try:
        return convert(entry[place])
    except ValueError as exc:
        raise refused(f"{path}[{place}]", entry[place], str(exc)) from exc
