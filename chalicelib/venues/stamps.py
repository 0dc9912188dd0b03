"""Times that venues send as numbers since 1970. Pure; exact, because no float is involved."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from chalicelib.venues.payload import exact_number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_FROM = 10**14
"""In milliseconds the year 5138: a larger number counts microseconds."""
_LATEST_SECOND = 4_102_444_800
"""The year 2100."""


def from_seconds(value: object) -> datetime:
    """A whole number of seconds; raise ValueError for all else."""
    return EPOCH + timedelta(seconds=_whole(value, _LATEST_SECOND))


def from_milliseconds(value: object) -> datetime:
    """A whole number of milliseconds, or of microseconds when it is that large.

    Binance's files count in microseconds since 2025, its API in milliseconds.
    """
    number = _whole(value, _LATEST_SECOND * 10**6)
    if number >= _MICROSECONDS_FROM:
        return EPOCH + timedelta(microseconds=number)
    return EPOCH + timedelta(milliseconds=number)


def to_milliseconds(at: datetime) -> int:
    """The first whole millisecond that is not before ``at``."""
    return -((EPOCH - at) // timedelta(milliseconds=1))


def _whole(value: object, most: int) -> int:
    number = exact_number(value)
    if number != number.to_integral_value() or not 0 < number <= most:
        raise ValueError("not a time")
    return int(number)


Seconds = Annotated[datetime, BeforeValidator(from_seconds)]
Milliseconds = Annotated[datetime, BeforeValidator(from_milliseconds)]
