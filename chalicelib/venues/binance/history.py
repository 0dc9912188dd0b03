"""What Binance publishes of the past: bars and trades, in pages that go forward."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.errors import VenueError
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.binance.parse import (
    VENUE,
    entries_of,
    interval_name,
    read_candle,
    read_trade,
)
from chalicelib.venues.rejection import sift
from chalicelib.venues.spot import trades_within, within
from chalicelib.venues.stamps import to_milliseconds
from chalicelib.venues.transport import Query

Point = TypeVar("Point", int, datetime)

PAGE = 1000
MOST_PAGES = 100


GetPage = Callable[[str, Query], Awaitable[object]]
"""Asks for a path of the API with a query, within a time of its own."""


class BinanceHistory:
    """Reads one symbol's past, page by page. Each page has a deadline of its own."""

    def __init__(self, get: GetPage, clock: Clock) -> None:
        self._get = get
        self._clock = clock

    async def candles(
        self, symbol: str, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Bars of ``start <= t < end`` that are over, oldest first."""
        name, own_id = interval_name(interval), f"{VENUE}:{symbol}"
        found: list[Candle] = []
        begin = start
        for _ in range(MOST_PAGES):
            query = [("symbol", symbol), ("interval", name), *_span(begin, end)]
            path = f"binance klines {symbol}"
            entries = entries_of(await self._get("klines", query), path)
            page = sift(
                VENUE,
                path,
                entries,
                lambda entry, where: read_candle(entry, where, own_id, interval),
                name_field="",
            ).kept
            found.extend(page)
            following = max((candle.known_at for candle in page), default=end)
            if len(entries) < PAGE or following >= end:
                return within(found, start, end, self._clock.now())
            _require_progress(begin, following, path)
            begin = following
        raise _too_much(symbol, f"bars of {interval}")

    async def trades(self, symbol: str, start: datetime, end: datetime) -> Sequence[PublicTrade]:
        """Trades of ``start <= t < end``, oldest first; from the first on they are numbered."""
        own_id, found = f"{VENUE}:{symbol}", list[PublicTrade]()
        where_from = ("startTime", str(to_milliseconds(start)))
        path, next_number = f"binance aggTrades {symbol}", -1
        for _ in range(MOST_PAGES):
            query = [("symbol", symbol), ("limit", str(PAGE)), where_from]
            entries = entries_of(await self._get("aggTrades", query), path)
            page = sift(
                VENUE,
                path,
                entries,
                lambda entry, where: read_trade(entry, where, own_id),
                name_field="",
            ).kept
            found.extend(page)
            newest = max((int(trade.trade_id) for trade in page), default=next_number)
            over = any(trade.occurred_at >= end for trade in page)
            if len(entries) < PAGE or over:
                return trades_within(found, start, end)
            _require_progress(next_number, newest + 1, path)
            next_number = newest + 1
            where_from = ("fromId", str(next_number))
        raise _too_much(symbol, "trades")


def _span(begin: datetime, end: datetime) -> list[tuple[str, str]]:
    return [
        ("startTime", str(to_milliseconds(begin))),
        ("endTime", str(to_milliseconds(end) - 1)),
        ("limit", str(PAGE)),
    ]


def _require_progress(before: Point, after: Point, path: str) -> None:
    if after <= before:
        raise VenueError(f"{path} repeats a page", "The venue may have renamed a parameter.")


def _too_much(symbol: str, what: str) -> VenueError:
    return VenueError(
        f"{symbol} has more than {PAGE * MOST_PAGES:,} {what} in that time",
        "Ask for a shorter time.",
    )
