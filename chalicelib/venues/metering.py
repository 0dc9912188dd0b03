"""Count what is asked of each host, so that a page can show it beside what the host allows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakSet

from chalicelib.domain.fault import FaultKind
from chalicelib.domain.usage import HostUsage
from chalicelib.venues.pacing import Pace


@dataclass(slots=True, eq=False, weakref_slot=True)
class Meter:
    """The counters of one host; `take` reads and clears them."""

    host: str
    pace: Pace
    venue: str = ""
    _counts: Counter[str] = field(default_factory=Counter)
    _errors: Counter[str] = field(default_factory=Counter)
    _weight: float = 0.0

    def __post_init__(self) -> None:
        """Be found by `take_usage`."""
        _meters.add(self)

    def asked(self, cost: float, *, again: bool) -> None:
        """Count a request."""
        self._counts["requests"] += 1
        self._counts["retries"] += again
        self._weight += 0.0 if self.pace.weight_header else cost

    def answered(self, headers: Mapping[str, str]) -> None:
        """Note the weight that the host itself counted in this minute."""
        counted = headers.get(self.pace.weight_header, "") if self.pace.weight_header else ""
        if counted.isascii() and counted.isdigit():
            self._weight = max(self._weight, float(counted[:9]))

    def received(self, body: bytes) -> None:
        """Count a body, unpacked."""
        self._counts["received_bytes"] += len(body)

    def cached(self) -> None:
        """Count an answer that needed no request."""
        self._counts["cached"] += 1

    def unchanged(self) -> None:
        """Count an answer that the host confirmed."""
        self._counts["unchanged"] += 1

    def failed(self, kind: FaultKind) -> None:
        """Count a failed attempt."""
        self._errors[kind.value] += 1

    def take(self) -> HostUsage:
        """What was counted since the last time."""
        taken = HostUsage(
            self.host,
            weight=self._weight,
            limit=self.pace.limit,
            errors=dict(sorted(self._errors.items())),
            venue=self.venue,
            **self._counts,
        )
        self._counts.clear()
        self._errors.clear()
        self._weight = 0.0
        return taken


_meters: WeakSet[Meter] = WeakSet()


def take_usage() -> tuple[HostUsage, ...]:
    """What this process asked of every host since the last call, by name."""
    taken = [meter.take() for meter in list(_meters)]
    used = [usage for usage in taken if usage.requests or usage.cached]
    return tuple(sorted(used, key=lambda usage: usage.host))
