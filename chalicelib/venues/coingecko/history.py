"""Which of CoinGecko's histories holds what is asked for. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueUnavailable

DAY = timedelta(days=1)

_SPANS = {
    timedelta(minutes=30): (1,),
    timedelta(hours=4): (7, 14, 30),
    timedelta(days=4): (90, 180, 365),
}
"""Days that can be asked for, by the interval of the bars that come: the venue chooses it."""
_LONGEST_HOURLY = timedelta(days=90)


def days_for(interval: timedelta, age: timedelta) -> int:
    """The shortest span that reaches back as far as ``age`` in bars of this interval.

    Raises VenueUnavailable that names what there is.
    """
    if interval not in _SPANS:
        raise VenueUnavailable(
            f"coingecko has no bars of {interval}", "There are 30 minutes, 4 hours, 1 day, 4 days."
        )
    for days in _SPANS[interval]:
        if age <= timedelta(days=days):
            return days
    raise VenueUnavailable(
        f"coingecko keeps bars of {interval} for {_SPANS[interval][-1]} days, not {age}",
        "Ask for a later start, or for bars of 1 day or 4 days.",
    )


def charts_for(start: datetime, end: datetime) -> Iterator[tuple[int, int]]:
    """Spans in seconds since 1970 that are each short enough to come in hourly points."""
    while start < end:
        until = min(start + _LONGEST_HOURLY, end)
        yield int(start.timestamp()), int(until.timestamp())
        start = until
