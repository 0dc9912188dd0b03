"""What reading a venue's past has in common: intervals, windows of time, and what is complete."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.public import Candle, PublicTrade

Span = tuple[datetime, datetime]
"""A span of time, its end not included."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_WINDOWS = 200
_WORDS = {
    timedelta(minutes=1): "1 minute",
    timedelta(minutes=5): "5 minutes",
    timedelta(minutes=15): "15 minutes",
    timedelta(hours=1): "1 hour",
    timedelta(hours=6): "6 hours",
    timedelta(days=1): "1 day",
}


def known_interval(venue: str, interval: timedelta, known: Mapping[timedelta, int]) -> int:
    """What the venue calls an interval; VenueError names those that it has."""
    if interval not in known:
        have = ", ".join(_WORDS[known_one] for known_one in known)
        raise VenueUnavailable(
            f"{venue} has no candles of {interval.total_seconds():.0f} s", f"It has: {have}."
        )
    return known[interval]


def windows(venue: str, start: datetime, end: datetime, longest: timedelta) -> list[Span]:
    """The span cut into windows that one request covers; VenueError for too many of them."""
    if end - start > longest * MOST_WINDOWS:
        raise VenueUnavailable(
            f"{venue}: {start:%Y-%m-%d} to {end:%Y-%m-%d} takes more than {MOST_WINDOWS} requests",
            "Ask for a shorter time, or for a longer interval.",
        )
    return list(_cut(start, end, longest))


def _cut(start: datetime, end: datetime, longest: timedelta) -> Iterator[Span]:
    while start < end:
        stop = min(start + longest, end)
        yield start, stop
        start = stop


def floored(at: datetime, interval: timedelta) -> datetime:
    """The start of the interval that holds an instant; days begin at midnight UTC."""
    return at - (at - EPOCH) % interval


def complete(
    candles: Iterable[Candle], start: datetime, end: datetime, now: datetime
) -> list[Candle]:
    """Those that begin in ``start <= t < end`` and are over, oldest first, one for each start."""
    by_start = {candle.start: candle for candle in candles}
    return [
        by_start[begin]
        for begin in sorted(by_start)
        if start <= begin < end and by_start[begin].known_at <= now
    ]


def in_order(trades: Iterable[PublicTrade], start: datetime, end: datetime) -> list[PublicTrade]:
    """Those of ``start <= t < end``, oldest first, each once."""
    by_id = {trade.trade_id: trade for trade in trades if start <= trade.occurred_at < end}
    return sorted(by_id.values(), key=lambda trade: (trade.occurred_at, trade.trade_id))
