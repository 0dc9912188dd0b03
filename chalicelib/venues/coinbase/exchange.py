"""The Exchange interface of Coinbase: api.exchange.coinbase.com."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.coinbase.parse import (
    VENUE,
    Product,
    Top,
    as_list,
    of_products,
    read_exchange_book,
    read_exchange_product,
    read_ticker,
)
from chalicelib.venues.coinbase.past import read_exchange_candle, read_exchange_trade
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.transport import Transport

HOST = "api.exchange.coinbase.com"
PRODUCTS = f"https://{HOST}/products"
PAGE = 1000
MOST_PAGES = 100

INTERVALS: Mapping[timedelta, str] = {
    timedelta(seconds=seconds): str(seconds) for seconds in (60, 300, 900, 3600, 21600, 86400)
}


class ExchangeInterface:
    """Reads from the Exchange."""

    intervals = INTERVALS
    buckets = 300

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def products(self, names: Collection[str], deadline: float) -> Sifted[Product]:
        """Read the list of all products for these; there is no list of some."""
        answer = await self._transport.get(PRODUCTS, deadline=deadline)
        path = "coinbase products"
        entries = of_products(answer, path, "id", names)
        return sift(VENUE, path, entries, read_exchange_product, name_field="id")

    async def top(self, name: str, deadline: float) -> Top:
        """Top of book without sizes, with what was traded."""
        answer = await self._transport.get(f"{PRODUCTS}/{name}/ticker", deadline=deadline)
        return read_ticker(answer, name, self._clock.now())

    async def book(self, name: str, deadline: float) -> OrderBook | None:
        """The book with orders put together by price."""
        url, query = f"{PRODUCTS}/{name}/book", [("level", "2")]
        answer = await self._transport.get(url, query, deadline=deadline)
        return read_exchange_book(answer, name, self._clock.now())

    async def candles(
        self, name: str, interval: timedelta, start: datetime, end: datetime, deadline: float
    ) -> Sequence[Candle]:
        """Candles newest first; both ends are asked for, because one alone is ignored."""
        last = max(start, end - interval)
        query = [
            ("granularity", self.intervals[interval]),
            ("start", _iso(start)),
            ("end", _iso(last)),
        ]
        url, path = f"{PRODUCTS}/{name}/candles", f"coinbase candles {name}"
        entries = as_list(await self._transport.get(url, query, deadline=deadline), path)
        return sift(
            VENUE,
            path,
            entries,
            lambda entry, where: read_exchange_candle(entry, where, f"{VENUE}:{name}", interval),
            name_field="",
        ).kept

    async def trades(
        self, name: str, start: datetime, end: datetime, deadline: float
    ) -> Sequence[PublicTrade]:
        """Page back from the newest trade: its number is the cursor of what is older."""
        url, path = f"{PRODUCTS}/{name}/trades", f"coinbase trades {name}"
        query, found, oldest = [("limit", str(PAGE))], list[PublicTrade](), None
        for _ in range(MOST_PAGES):
            entries = as_list(await self._transport.get(url, query, deadline=deadline), path)
            page = sift(
                VENUE,
                path,
                entries,
                lambda entry, where: read_exchange_trade(entry, where, f"{VENUE}:{name}"),
                name_field="",
            ).kept
            found.extend(trade for trade in page if trade.occurred_at < end)
            if len(entries) < PAGE or any(trade.occurred_at < start for trade in page):
                return found
            last = min(int(trade.trade_id) for trade in page)
            if oldest is not None and last >= oldest:
                raise VenueError(f"{path} repeats a page", "The venue may have renamed 'after'.")
            oldest, query = last, [("limit", str(PAGE)), ("after", str(last))]
        raise VenueError(
            f"{name} had more than {PAGE * MOST_PAGES:,} trades since {start:%Y-%m-%d %H:%M}",
            "The venue can only be read back from now: ask for a later start.",
        )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
