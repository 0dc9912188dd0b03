"""What Coinbase publishes of the past, through whichever interface has it and answers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueError
from chalicelib.domain.public import Candle, PublicTrade
from chalicelib.ports import Clock
from chalicelib.venues.coinbase.interface import Source
from chalicelib.venues.coinbase.parse import VENUE
from chalicelib.venues.mirrors import Mirrors
from chalicelib.venues.spot import trades_within, within
from chalicelib.venues.stamps import EPOCH
from chalicelib.venues.transport import Transport

MOST_WINDOWS = 100


class CoinbaseHistory:
    """Reads one product's past; each window of candles has so many seconds of its own."""

    def __init__(
        self,
        sources: Sequence[Source],
        transport: Transport,
        seconds: float,
        clock: Clock,
    ) -> None:
        self._sources = sources
        self._transport = transport
        self._seconds = seconds
        self._clock = clock
        self._buckets = min(source.buckets for source in sources)

    async def candles(
        self, name: str, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Bars of ``start <= t < end`` that are over, oldest first."""
        mirrors, found = self._with_interval(interval), list[Candle]()
        begin = EPOCH + -((EPOCH - start) // interval) * interval
        for _ in range(MOST_WINDOWS):
            if begin >= end:
                return within(found, start, end, self._clock.now())
            until = min(begin + self._buckets * interval, end)
            found += await mirrors.ask(
                _window(name, interval, begin, until), self._transport.until(self._seconds)
            )
            begin = until
        raise VenueError(
            f"{name} has more than {MOST_WINDOWS * self._buckets:,} bars in that time",
            "Ask for a shorter time.",
        )

    def _with_interval(self, interval: timedelta) -> Mirrors[Source]:
        """The interfaces that have candles of this interval; VenueError when none has."""
        able = [source for source in self._sources if interval in source.intervals]
        if able:
            return Mirrors(able, self._transport.seconds)
        known = sorted({each for source in self._sources for each in source.intervals})
        raise VenueError(
            f"{VENUE} has no candles of {interval}", f"It has {', '.join(map(str, known))}."
        )

    async def trades(self, name: str, start: datetime, end: datetime) -> Sequence[PublicTrade]:
        """Trades of ``start <= t < end``, oldest first."""
        found = await Mirrors(self._sources, self._transport.seconds).ask(
            lambda source, deadline: source.trades(name, start, end, deadline),
            self._transport.until(self._seconds),
        )
        return trades_within(found, start, end)


def _window(
    name: str, interval: timedelta, begin: datetime, until: datetime
) -> Callable[[Source, float], Awaitable[Sequence[Candle]]]:
    return lambda source, deadline: source.candles(name, interval, begin, until, deadline)
