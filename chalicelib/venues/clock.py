"""The clock of the venues that are asked: the machine's, or that of simulated ones.

Whatever a venue and its client count together is in its seconds: stamps, rate limits, waits that it
asks for, bans, how long an answer may be kept. Only a call's time is bounded on the wall clock too,
because a socket takes as long as it takes.
"""

import asyncio
import os
import time
from datetime import UTC, datetime

from chalicelib.settings import simulated_clock

LEAST_BUDGET_SECONDS = 2.0
"""Wall time that a call has at any pace: it is the machine that needs it, not the venue."""


class VenueClock:
    """Reads MARKET_CLOCK when it is made; raises InputError where that cannot be."""

    def __init__(self) -> None:
        self._market = simulated_clock(os.environ)
        self.pace = 1.0 if self._market is None else self._market.pace

    def now(self) -> datetime:
        """The venues' time, aware UTC."""
        wall = datetime.now(UTC)
        return wall if self._market is None else self._market.at(wall)

    def seconds(self) -> float:
        """Seconds of the venues' time since some moment; they never go back."""
        return time.monotonic() * self.pace

    async def sleep(self, seconds: float) -> None:
        """Let seconds of the venues' time pass."""
        await asyncio.sleep(self.on_the_wall(seconds))

    def on_the_wall(self, seconds: float) -> float:
        """How long seconds of the venues' time take."""
        return seconds / self.pace

    def budget(self, seconds: float) -> float:
        """A call's time, as an operator set it: a part of a cycle, but never too short to serve."""
        return max(seconds, min(seconds, LEAST_BUDGET_SECONDS) * self.pace)
