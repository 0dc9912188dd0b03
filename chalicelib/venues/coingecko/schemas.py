"""CoinGecko's answers as they come over the wire: names, types and ranges, nothing more.

All numbers are JSON numbers. Times are ISO 8601, or seconds or milliseconds since 1970. Source:
docs.coingecko.com and its published description of the demo API, June 2026.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.venues.payload import Amount, Instant, Number, WireModel, exact_number

_FIRST_SECOND, _LAST_SECOND = Decimal(1_262_304_000), Decimal(4_102_444_800)
"""The starts of 2010, before there was a price, and of 2100: other numbers are in another unit."""


def _instant(value: object, per_second: int) -> datetime:
    seconds = exact_number(value) / per_second
    if isinstance(value, str) or not _FIRST_SECOND < seconds < _LAST_SECOND:
        raise ValueError(f"expected 1/{per_second} seconds since 1970")
    return datetime.fromtimestamp(float(seconds), UTC)


Price = Annotated[Number, Field(gt=0, lt=10**15)]
Seconds = Annotated[datetime, BeforeValidator(lambda value: _instant(value, 1))]
Milliseconds = Annotated[datetime, BeforeValidator(lambda value: _instant(value, 1000))]
CoinId = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=10_000)]


class GeckoCoin(WireModel):
    """A currency of the list: ``id`` is its own, several may share a symbol."""

    id: CoinId
    symbol: str = Field(max_length=10_000)
    name: str = Field(max_length=10_000)


class GeckoMarket(WireModel):
    """One currency in dollars, over all exchanges."""

    id: CoinId
    symbol: Words
    name: Words
    current_price: Price
    total_volume: Amount | None = None
    last_updated: Instant


class GeckoPrice(WireModel):
    """The same in a few words and with all digits; the id is the key that it stands under."""

    id: CoinId
    usd: Price
    usd_24h_vol: Amount | None = None
    last_updated_at: Seconds | None = None


class GeckoBar(WireModel):
    """One bar; on the wire it is a list, and its time is the END of the interval."""

    closed_at: Milliseconds
    open: Price
    high: Price
    low: Price
    close: Price


class GeckoPoint(WireModel):
    """The price at one moment; on the wire a list."""

    at: Milliseconds
    price: Price


class GeckoChart(WireModel):
    """Points of some days, about five minutes apart, or an hour, or a day, as the span is longer.

    The volumes beside them are of the 24 hours before each point, not of the time between two.
    """

    prices: tuple[object, ...] = Field(max_length=200_000)


class GeckoPing(WireModel):
    """The sign of life."""

    gecko_says: str = Field(max_length=10_000)
