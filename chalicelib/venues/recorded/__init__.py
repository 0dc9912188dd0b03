"""The recorded venue: real order books of settled markets, replayed from a bundled tape."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
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


def tape_start(settings: Mapping[str, str]) -> datetime:
    """The first minute of the tape that these settings replay. Raises what ``build`` raises."""
    path = settings.get("RECORDED_TAPE")
    return _start_and_title(path)[0] if path else TAPE_START


def tape_note(settings: Mapping[str, str]) -> str:
    """What these settings replay, for the dashboard's watermark."""
    path = settings.get("RECORDED_TAPE")
    return _start_and_title(path)[1] if path else NOTE


@lru_cache(maxsize=1)
def _start_and_title(path: str) -> tuple[datetime, str]:
    from chalicelib.venues.recorded.client import open_venue  # noqa: PLC0415

    venue = open_venue({"RECORDED_TAPE": path})
    return venue.tape_start(), venue.title
