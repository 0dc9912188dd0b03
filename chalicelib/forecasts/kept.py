"""Keep answers for a while: forecasts are made a few times a day, and cycles run every minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chalicelib.domain.forecast import Outlook


@dataclass(slots=True)
class KeptOutlooks:
    """Outlooks by station, each used for ``seconds`` of any monotonic clock."""

    seconds: float
    _kept: dict[str, tuple[float, Outlook]] = field(default_factory=dict)

    async def get(self, icao: str, now: float, ask: Callable[[], Awaitable[Outlook]]) -> Outlook:
        """The kept outlook, or what is asked for now; a failure is neither kept nor covered."""
        kept = self._kept.get(icao)
        if kept is not None and now - kept[0] < self.seconds:
            return kept[1]
        answer = await ask()
        self._kept[icao] = now, answer
        return answer
