"""How a venue is doing, in one word with its reason, from what cycles have committed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.breaker import RESULTS, Phase, VenueBreaker
from chalicelib.domain.fault import VenueFault


class Condition(StrEnum):
    """From well to worse; UNKNOWN: no cycle has asked it lately.

    DEGRADED serves, with gaps. DOUBTED serves data that is not believed. FAILING did not serve the
    newest cycle. PROBING is asked once by the next cycle. DOWN is not asked at all.
    """

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOUBTED = "doubted"
    FAILING = "failing"
    PROBING = "probing"
    DOWN = "down"
    UNKNOWN = "unknown"


SERVES = frozenset({Condition.HEALTHY, Condition.DEGRADED})
"""Conditions that ask for nothing from an operator."""


@dataclass(frozen=True, slots=True)
class VenueHealth:
    """A condition and why it holds."""

    condition: Condition
    reason: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What a venue is judged by.

    ``faults`` are those of the newest cycle, ``doubts`` the reasons for which its data is kept out
    of new entries. It failed in ``failed`` of the ``cycles`` newest cycles.
    """

    breaker: VenueBreaker
    seen: bool
    faults: Sequence[VenueFault] = ()
    doubts: Sequence[str] = ()
    failed: int = 0
    cycles: int = 0


def health_of(signs: Signs, at: datetime) -> VenueHealth:
    """The worst that holds; ``at`` is on the market's clock."""
    return _unserved(signs, at) or _served(signs)


def _unserved(signs: Signs, at: datetime) -> VenueHealth | None:
    phase = signs.breaker.phase(at)
    if phase is Phase.OPEN:
        return VenueHealth(Condition.DOWN, f"left alone after it failed: {signs.breaker.reason}")
    if phase is Phase.HALF_OPEN:
        return VenueHealth(
            Condition.PROBING, "the next cycle asks it once, to see whether it answers"
        )
    grave = [fault for fault in signs.faults if fault.call != RESULTS]
    if grave:
        return VenueHealth(Condition.FAILING, grave[0].reason)
    if not signs.seen:
        return VenueHealth(Condition.UNKNOWN, "no cycle of the last hour has asked it")
    return None


def _served(signs: Signs) -> VenueHealth:
    if signs.doubts:
        return VenueHealth(Condition.DOUBTED, signs.doubts[0])
    if signs.faults:
        return VenueHealth(Condition.DEGRADED, signs.faults[0].reason)
    if signs.failed:
        return VenueHealth(
            Condition.DEGRADED, f"failed in {signs.failed} of the newest {signs.cycles} cycles"
        )
    return VenueHealth(Condition.HEALTHY, f"served each of the newest {signs.cycles} cycles")
