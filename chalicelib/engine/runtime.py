"""What a cycle runs with: ports, the window in memory, and a few numbers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.cycle import CycleRecord, StrategyFault
from chalicelib.domain.strategy import Strategy
from chalicelib.domain.usage import HostUsage
from chalicelib.engine.history import History
from chalicelib.engine.newsroom import Newsroom
from chalicelib.engine.outlooks import StationOutlooks
from chalicelib.engine.record import seal
from chalicelib.ports import Archive, Clock, Forecasts, Ledger, MarketData, News, Telemetry


class Together(Protocol):
    """Runs several awaitables at once, under a deadline.

    The answers come in order; one that raised or ran out of time is answered as its exception.
    """

    async def __call__(
        self, calls: Sequence[Awaitable[Any]], seconds: float
    ) -> list[Any | BaseException]:
        """Wait for all of them, or for the deadline."""
        ...


async def at_once(seconds: float) -> None:
    """Let no time pass: for venues that answer by the time they are asked about."""


@dataclass(frozen=True)
class Runtime:
    """Everything the cycle uses. ``history``, ``outlooks`` and ``newsroom`` change, nothing else.

    ``wait`` lets seconds pass on the market's clock: really, where the venues are live.
    The first deadline is for the scans, the other for results and for books, so that one venue that
    hangs in all three leaves time to commit before the function ends (50 seconds). ``take_usage``
    answers what was asked of venues since it was last called. ``seal`` makes the key and the bytes
    under which a record is kept. ``forecasts``, in their order, and the feeds of ``news`` are asked
    after the scans and briefly: they are not waited for. ``broken`` are strategies whose files
    could not be read: every report tells of them.
    """

    ledger: Ledger
    archive: Archive
    venues: Mapping[str, MarketData]
    clock: Clock
    telemetry: Telemetry
    together: Together
    registry: Mapping[str, type[Strategy]]
    wait: Callable[[float], Awaitable[None]] = at_once
    history: History = field(default_factory=History)
    max_event_age_seconds: float = 90
    venue_deadline_seconds: float = 22
    follow_up_deadline_seconds: float = 10
    window_every: int = 10
    take_usage: Callable[[], tuple[HostUsage, ...]] = tuple
    seal: Callable[[CycleRecord], tuple[str, bytes]] = seal
    forecasts: Mapping[str, Forecasts] = field(default_factory=dict)
    outlooks: StationOutlooks = field(default_factory=StationOutlooks)
    news: Mapping[str, News] = field(default_factory=dict)
    newsroom: Newsroom = field(default_factory=Newsroom)
    outside_deadline_seconds: float = 4
    broken: tuple[StrategyFault, ...] = ()
