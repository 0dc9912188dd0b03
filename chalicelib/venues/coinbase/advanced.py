"""The Advanced Trade interface of Coinbase: api.coinbase.com, the part that needs no key."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.coinbase.parse import (
    LEVELS,
    VENUE,
    Product,
    Top,
    read_advanced_book,
    read_advanced_product,
    read_top,
)
from chalicelib.venues.coinbase.past import read_advanced_candle, read_advanced_trade
from chalicelib.venues.coinbase.schemas import AdvancedCandles, AdvancedProducts, AdvancedTrades
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.transport import Transport

HOST = "api.coinbase.com"
MARKET = f"https://{HOST}/api/v3/brokerage/market"
MOST_TRADES = 1000

INTERVALS: Mapping[timedelta, str] = {
    timedelta(minutes=1): "ONE_MINUTE",
    timedelta(minutes=5): "FIVE_MINUTE",
    timedelta(minutes=15): "FIFTEEN_MINUTE",
    timedelta(minutes=30): "THIRTY_MINUTE",
    timedelta(hours=1): "ONE_HOUR",
    timedelta(hours=2): "TWO_HOUR",
    timedelta(hours=6): "SIX_HOUR",
    timedelta(days=1): "ONE_DAY",
}


class AdvancedInterface:
    """Reads from Advanced Trade."""

    intervals = INTERVALS
    buckets = 350

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def products(self, names: Collection[str], deadline: float) -> Sifted[Product]:
        """Read these products, by their names."""
        query = [("product_ids", name) for name in sorted(names)]
        answer = await self._transport.get(f"{MARKET}/products", query, deadline=deadline)
        path = "coinbase products"
        entries = read_model(AdvancedProducts, answer, path).products
        listed = sift(VENUE, path, entries, read_advanced_product, name_field="product_id")
        wanted = tuple(product for product in listed.kept if product.terms.name in names)
        return Sifted(wanted, listed.quarantined)

    async def top(self, name: str, deadline: float) -> Top:
        """Top of book with its sizes."""
        return read_top(await self._book(name, 1, deadline), name, self._clock.now())

    async def book(self, name: str, deadline: float) -> OrderBook | None:
        """The best levels of the book."""
        answer = await self._book(name, LEVELS, deadline)
        return read_advanced_book(answer, name, self._clock.now())

    async def _book(self, name: str, levels: int, deadline: float) -> object:
        query = [("product_id", name), ("limit", str(levels))]
        return await self._transport.get(f"{MARKET}/product_book", query, deadline=deadline)

    async def candles(
        self, name: str, interval: timedelta, start: datetime, end: datetime, deadline: float
    ) -> Sequence[Candle]:
        """Candles newest first."""
        query = [
            ("granularity", self.intervals[interval]),
            ("start", _seconds(start)),
            ("end", _seconds(max(start, end - interval))),
        ]
        url, path = f"{MARKET}/products/{name}/candles", f"coinbase candles {name}"
        answer = await self._transport.get(url, query, deadline=deadline)
        return sift(
            VENUE,
            path,
            read_model(AdvancedCandles, answer, path).candles,
            lambda entry, where: read_advanced_candle(entry, where, f"{VENUE}:{name}", interval),
            name_field="",
        ).kept

    async def trades(
        self, name: str, start: datetime, end: datetime, deadline: float
    ) -> Sequence[PublicTrade]:
        """The newest trades before ``end``, in one answer; VenueError when that is not all."""
        query = [("limit", str(MOST_TRADES)), ("start", _seconds(start)), ("end", _seconds(end))]
        url, path = f"{MARKET}/products/{name}/ticker", f"coinbase trades {name}"
        answer = await self._transport.get(url, query, deadline=deadline)
        entries = read_model(AdvancedTrades, answer, path).trades
        if len(entries) >= MOST_TRADES:
            raise VenueError(
                f"{name} had {MOST_TRADES} trades or more in that time", "Ask for a shorter time."
            )
        return sift(
            VENUE,
            path,
            entries,
            lambda entry, where: read_advanced_trade(entry, where, f"{VENUE}:{name}"),
            name_field="trade_id",
        ).kept


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
