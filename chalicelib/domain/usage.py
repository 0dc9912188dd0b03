"""What was asked of one host, beside what it allows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HostUsage:
    """Counts since the last cycle.

    ``requests`` includes ``retries``. ``cached`` answers came from our own cache without a request,
    ``unchanged`` ones were confirmed by the host without a body. ``errors`` counts failed attempts
    by kind. ``weight`` is what the host counted against ``limit``, its documented limit a minute:
    requests where it counts requests. ``venue`` is whose host it is.
    """

    host: str
    requests: int = 0
    retries: int = 0
    cached: int = 0
    unchanged: int = 0
    received_bytes: int = 0
    weight: float = 0.0
    limit: float | None = None
    errors: Mapping[str, int] = field(default_factory=dict)
    venue: str = ""

    @property
    def share(self) -> float | None:
        """The part of the documented limit that was used; None where none is documented."""
        return self.weight / self.limit if self.limit else None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was asked in total, of any number of hosts; the counts are those of HostUsage."""

    requests: int = 0
    retries: int = 0
    cached: int = 0
    unchanged: int = 0
    received_bytes: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, usages: Iterable[HostUsage]) -> "Traffic":
        """The sum of these."""
        found = list(usages)
        errors: Counter[str] = Counter()
        for usage in found:
            errors.update(usage.errors)
        return cls(
            sum(usage.requests for usage in found),
            sum(usage.retries for usage in found),
            sum(usage.cached for usage in found),
            sum(usage.unchanged for usage in found),
            sum(usage.received_bytes for usage in found),
            dict(sorted(errors.items())),
        )
