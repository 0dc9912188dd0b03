"""What the client asks of Coinbase, whichever of the two interfaces answers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.book import OrderBook
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.venues.coinbase.parse import Product, Top
from chalicelib.venues.rejection import Sifted


class Source(Protocol):
    """One interface. Every method raises VenueError and nothing else; it asks once."""

    @property
    def intervals(self) -> Mapping[timedelta, str]:
        """The intervals of its candles, each with the venue's name of it."""
        ...

    @property
    def buckets(self) -> int:
        """The most candles of one answer."""
        ...

    async def products(self, names: Collection[str], deadline: float) -> Sifted[Product]:
        """The products of these names that it lists."""
        ...

    async def top(self, name: str, deadline: float) -> Top:
        """Top of book."""
        ...

    async def book(self, name: str, deadline: float) -> OrderBook | None:
        """The order book; None when it is empty."""
        ...

    async def candles(
        self, name: str, interval: timedelta, start: datetime, end: datetime, deadline: float
    ) -> Sequence[Candle]:
        """Candles that begin in ``start <= t < end``, at most ``buckets`` of them, in any order."""
        ...

    async def trades(
        self, name: str, start: datetime, end: datetime, deadline: float
    ) -> Sequence[PublicTrade]:
        """Trades of that time, and maybe others, in any order."""
        ...
