"""Kalshi's candles and trades to domain values, in all formats. Pure.

An interval in which nothing was traded has no prices of trades. Its candle is then made half-way
between bid and ask, unless one of them was missing at some time of the interval.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.venues.kalshi.contracts import instrument_id_of
from chalicelib.venues.kalshi.prices import CentsOrText, Count, DollarText, first
from chalicelib.venues.kalshi.schemas import BookSide, Cursor, KalshiSide, Ticker
from chalicelib.venues.payload import Flag, Instant, WireModel, read_model, refused
from chalicelib.venues.stamps import Seconds

Ohlc = tuple[Decimal, Decimal, Decimal, Decimal]
"""Open, high, low and close."""

_MOST_CANDLES = 20_000
_HALF = Decimal("0.5")


class PriceBar(WireModel):
    """Open, high, low and close of trades, bids or asks; all absent when there were none."""

    open_dollars: DollarText = None
    open: CentsOrText = None
    high_dollars: DollarText = None
    high: CentsOrText = None
    low_dollars: DollarText = None
    low: CentsOrText = None
    close_dollars: DollarText = None
    close: CentsOrText = None

    @property
    def ohlc(self) -> Ohlc | None:
        """The four prices, if there are four."""
        bar = (
            first(self.open_dollars, self.open),
            first(self.high_dollars, self.high),
            first(self.low_dollars, self.low),
            first(self.close_dollars, self.close),
        )
        if any(price is None for price in bar):
            return None
        return tuple(price for price in bar if price is not None)  # type: ignore[return-value]


NO_BAR = PriceBar()


class KalshiCandle(WireModel):
    """One interval, named by its end."""

    end_period_ts: Seconds
    price: PriceBar | None = None
    yes_bid: PriceBar | None = None
    yes_ask: PriceBar | None = None
    volume_fp: Count = None
    volume: Count = None


class CandlesPage(WireModel):
    """The candles of one market."""

    candlesticks: tuple[KalshiCandle, ...] = Field(max_length=_MOST_CANDLES)


class MarketCandles(CandlesPage):
    """The candles of one of several markets."""

    market_ticker: Ticker


class ManyCandles(WireModel):
    """The candles of several markets."""

    markets: tuple[MarketCandles, ...] = Field(max_length=200)


class KalshiTrade(WireModel):
    """One match between two others."""

    trade_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9\-]{1,64}$")]
    ticker: Ticker
    created_time: Instant
    yes_price_dollars: DollarText = None
    yes_price: CentsOrText = None
    count_fp: Count = None
    count: Count = None
    taker_outcome_side: KalshiSide | None = None
    taker_side: KalshiSide | None = None
    taker_book_side: BookSide | None = None
    is_block_trade: Flag = False

    @property
    def taker(self) -> KalshiSide | None:
        """Which contract the taker bought; selling the one is buying the other."""
        stated = self.taker_outcome_side or self.taker_side
        if stated is None and self.taker_book_side is not None:
            return KalshiSide.YES if self.taker_book_side is BookSide.BID else KalshiSide.NO
        return stated


class TradesPage(WireModel):
    """A page of trades, newest first; they are read one by one."""

    trades: Annotated[tuple[object, ...] | None, Field(max_length=_MOST_CANDLES)]
    cursor: Cursor = None


class Cutoff(WireModel):
    """Before which instant the venue has moved its trades to another address."""

    trades_created_ts: Instant


def candles_of(
    wires: Sequence[KalshiCandle], ticker: str, side: KalshiSide, interval: timedelta, path: str
) -> list[Candle]:
    """The candles of one contract; an interval without any price has none."""
    found = []
    for number, wire in enumerate(wires):
        try:
            candle = _candle(wire, instrument_id_of(ticker, side), side, interval)
        except ValueError as exc:
            raise refused(f"{path}.candlesticks[{number}]", wire.end_period_ts, str(exc)) from exc
        if candle is not None:
            found.append(candle)
    return found


def _candle(
    wire: KalshiCandle, own_id: InstrumentId, side: KalshiSide, interval: timedelta
) -> Candle | None:
    bids, asks = (wire.yes_bid or NO_BAR).ohlc, (wire.yes_ask or NO_BAR).ohlc
    traded = (wire.price or NO_BAR).ohlc
    bar = traded or _middle(bids, asks)
    if bar is None:
        return None
    bid = bids[3] if bids and bids[3] > ZERO else None
    ask = asks[3] if asks and ZERO < asks[3] < ONE else None
    if side is KalshiSide.NO:
        bar = ONE - bar[0], ONE - bar[2], ONE - bar[1], ONE - bar[3]
        bid, ask = (None if ask is None else ONE - ask), (None if bid is None else ONE - bid)
    return Candle(
        own_id,
        wire.end_period_ts - interval,
        interval,
        *bar,
        volume=first(wire.volume_fp, wire.volume),
        basis=PriceBasis.TRADE if traded else PriceBasis.MID,
        bid=bid,
        ask=ask,
    )


def _middle(bids: Ohlc | None, asks: Ohlc | None) -> Ohlc | None:
    """Half-way between bid and ask; none when a side was empty, which shows as bid 0 or ask 1."""
    if bids is None or asks is None or min(bids) == ZERO or not ZERO < min(asks) <= max(asks) < ONE:
        return None
    opens, highs, lows, closes = ((bid + ask) * _HALF for bid, ask in zip(bids, asks, strict=True))
    return opens, highs, lows, closes


def read_trade(raw: object, path: str, side: KalshiSide) -> PublicTrade:
    """One trade as one of the contracts of its market saw it."""
    wire = read_model(KalshiTrade, raw, path)
    price = first(wire.yes_price_dollars, wire.yes_price)
    size = first(wire.count_fp, wire.count)
    if price is None or size is None or wire.created_time is None:
        raise refused(path, raw, "a trade needs a price, a count and a time")
    taker = wire.taker
    try:
        return PublicTrade(
            instrument_id_of(wire.ticker, side),
            wire.trade_id,
            price if side is KalshiSide.YES else ONE - price,
            size,
            None if taker is None else Side.BUY if taker is side else Side.SELL,
            wire.created_time,
        )
    except ValueError as exc:
        raise refused(path, raw, str(exc)) from exc


def older_and_newer(
    start: datetime, end: datetime, cutoff: datetime | None
) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The part of a span that the venue has moved away, and the part it has not."""
    edge = start if cutoff is None else min(max(cutoff, start), end)
    return (start, edge), (edge, end)
