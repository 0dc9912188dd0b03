"""CoinGecko: index prices of currencies, to compare with. It has no book and takes no orders."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import MarketData


def build(settings: Mapping[str, str]) -> "MarketData":
    """Make the client; imports are late, so that naming this package loads no HTTP library.

    Raises InputError for an unusable setting. Opens no connection.
    """
    from chalicelib.venues.coingecko.client import open_venue  # noqa: PLC0415

    return open_venue(settings)
