"""Everything that may go wrong, how often, and how often it did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Protocol


class Fault(StrEnum):
    """A kind of trouble that the simulator makes."""

    DEATH = "process death"
    ZOMBIE = "paused for minutes, then resumed"
    OVERLAP = "overlapping runs"
    COLD_START = "cold start"
    SKEW = "clock skew"
    DUPLICATE = "duplicate event"
    TRIPLE = "triple event"
    LATE = "late event"
    STALE = "stale event"
    MISSED = "missed event"
    THROTTLED = "throttled, then retried"
    UNAVAILABLE = "unavailable after all retries"
    LOST_ANSWER = "answer lost after the effect, then retried"
    UNKNOWN_OUTCOME = "answer lost after the effect, retries too"
    SLOW = "slow call"
    VENUE_UNAVAILABLE = "venue unavailable"
    VENUE_PAYLOAD = "venue answered nonsense, refused by its adapter"
    VENUE_CROSSED = "venue answered a crossed book"
    VENUE_WRONG_TYPE = "venue adapter answered the wrong type"
    VENUE_PARTIAL = "venue answered half"
    VENUE_STALE = "venue answered an old book"
    CONTROL_CHANGED = "operator changed the control"
    CONTROL_MISSING = "control row removed"
    CONTROL_GARBLED = "control row garbled"
    CONFIG_CHANGED = "operator changed the settings"
    PROTECTION_RELEASED = "operator released a protection"
    ACCOUNT_RESET = "operator started an account again"


STORE_FAULTS = (
    Fault.THROTTLED,
    Fault.LOST_ANSWER,
    Fault.UNAVAILABLE,
    Fault.UNKNOWN_OUTCOME,
    Fault.SLOW,
)
VENUE_FAULTS = (
    Fault.VENUE_UNAVAILABLE,
    Fault.VENUE_PAYLOAD,
    Fault.VENUE_CROSSED,
    Fault.VENUE_WRONG_TYPE,
    Fault.VENUE_PARTIAL,
    Fault.VENUE_STALE,
    Fault.SLOW,
)

RATES: Mapping[Fault, float] = {
    Fault.DEATH: 0.03,
    Fault.ZOMBIE: 0.02,
    Fault.COLD_START: 0.02,
    Fault.SKEW: 0.10,
    Fault.DUPLICATE: 0.05,
    Fault.TRIPLE: 0.01,
    Fault.LATE: 0.02,
    Fault.STALE: 0.02,
    Fault.MISSED: 0.01,
    Fault.CONTROL_CHANGED: 0.02,
    Fault.CONTROL_MISSING: 0.002,
    Fault.CONTROL_GARBLED: 0.002,
    Fault.CONFIG_CHANGED: 0.01,
    Fault.PROTECTION_RELEASED: 0.03,
    Fault.ACCOUNT_RESET: 0.005,
    Fault.THROTTLED: 0.005,
    Fault.LOST_ANSWER: 0.005,
    Fault.UNAVAILABLE: 0.0015,
    Fault.UNKNOWN_OUTCOME: 0.0015,
    Fault.SLOW: 0.001,
    Fault.VENUE_UNAVAILABLE: 0.005,
    Fault.VENUE_PAYLOAD: 0.005,
    Fault.VENUE_CROSSED: 0.005,
    Fault.VENUE_WRONG_TYPE: 0.002,
    Fault.VENUE_PARTIAL: 0.005,
    Fault.VENUE_STALE: 0.01,
}
"""Chances: of runs and minutes first (down to the reset), then of single calls."""


def harsher(factor: float) -> Mapping[Fault, float]:
    """The usual chances, all multiplied."""
    return {fault: min(0.5, rate * factor) for fault, rate in RATES.items()}


class FaultSource(Protocol):
    """Decides what goes wrong at each call."""

    def strike(self, kinds: tuple[Fault, ...]) -> Fault | None:
        """One of these kinds, or None to let the call through."""
        ...


@dataclass
class RandomFaults:
    """Faults by chance, from one seed; ``calm`` stops them."""

    dice: Random
    rates: Mapping[Fault, float]
    counted: Counter[Fault] = field(default_factory=Counter)
    calm: bool = False

    def __post_init__(self) -> None:
        """Add the chances up once: most calls then cost a single throw."""
        self._total: dict[tuple[Fault, ...], float] = {
            kinds: sum(self.rates.get(fault, 0.0) for fault in kinds)
            for kinds in (STORE_FAULTS, VENUE_FAULTS)
        }

    def strike(self, kinds: tuple[Fault, ...]) -> Fault | None:
        """One of these kinds by its chance, or None."""
        thrown = self.dice.random()
        if self.calm or thrown >= self._total[kinds]:
            return None
        for fault in kinds:
            thrown -= self.rates.get(fault, 0.0)
            if thrown < 0:
                self.counted[fault] += 1
                return fault
        return None

    def happens(self, fault: Fault) -> bool:
        """Whether something that concerns a whole run or minute happens now."""
        happening = self.is_due(fault)
        self.counted[fault] += happening
        return happening

    def is_due(self, fault: Fault) -> bool:
        """Whether something is to happen later in a run, if the run lasts until then."""
        return self.dice.random() < self.rates.get(fault, 0.0) and not self.calm


@dataclass
class PlannedFaults:
    """Faults at calls chosen in advance: the number of the call, counted from one."""

    plan: dict[int, Fault] = field(default_factory=dict)
    calls: int = 0
    struck: int = 0

    def strike(self, kinds: tuple[Fault, ...]) -> Fault | None:
        """The fault planned for this call, if it is one that can happen to it."""
        self.calls += 1
        fault = self.plan.get(self.calls)
        if fault not in kinds:
            return None
        self.struck += 1
        return fault
