"""The recorded venue: real order books of settled markets, replayed from a bundled tape."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import MarketData

TAPE_START = datetime(2026, 9, 28, 8, 46, tzinfo=UTC)
"""The first minute of the bundled tape, known here so that naming it loads nothing."""

NOTE = "18 settled BTC 15-minute markets of 28 September 2026 on Polymarket, real order books"
"""What is replayed, for the dashboard's watermark."""


def build(settings: Mapping[str, str]) -> "MarketData":
    """Open the bundled tape; imports are late, so that naming this package loads no numpy.

    Raises InputError for an unusable setting, VenueUnavailable for an unusable tape.
    """
    from chalicelib.venues.recorded.client import open_venue  # noqa: PLC0415

    return open_venue(settings)
