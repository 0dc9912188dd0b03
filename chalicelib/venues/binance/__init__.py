"""Binance spot: the live public market data of the exchange. Reads only, no account."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.venues.binance.client import Binance


def build(settings: Mapping[str, str]) -> "Binance":
    """Make the client; imports are late, so that naming this package loads no HTTP library.

    Raises InputError for an unusable setting. Opens no connection.
    """
    from chalicelib.venues.binance.client import open_venue  # noqa: PLC0415

    return open_venue(settings)
