"""The circuit breaker of one venue: closed, open for a while, then one probe. Pure.

A venue that goes on failing is left alone, so that it is not hammered and no cycle waits for it.
Whether the time for a probe has come follows from the time alone, so nothing that crashes, or is
forgotten, can leave a breaker open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from chalicelib.domain.fault import FaultKind, VenueFault

FAILURES_TO_OPEN = 5
FIRST_HOLD = timedelta(minutes=2)
LONGEST_HOLD = timedelta(minutes=15)
LONGEST_ASKED = timedelta(days=3)
"""The longest that a venue itself may ask for."""
SHORT_WAIT_SECONDS = 60.0
"""A venue that asks for less is asked again in the next cycle anyway."""
RESULTS = "resolutions"
"""The call whose failure says nothing about whether the venue serves."""


class Phase(StrEnum):
    """What a breaker lets through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class VenueBreaker:
    """``failures`` counts the failed cycles in a row in which the venue was asked.

    ``openings`` counts how often it opened since it was last closed. ``opened_at`` and ``until``
    are None while it is closed; ``code`` and ``reason`` tell of the last failure.
    """

    venue: str
    failures: int = 0
    openings: int = 0
    opened_at: datetime | None = None
    until: datetime | None = None
    code: str = ""
    reason: str = ""

    def phase(self, at: datetime) -> Phase:
        """What it lets through at this time; a clock that went back does not keep it open."""
        if self.opened_at is None or self.until is None:
            return Phase.CLOSED
        return Phase.OPEN if self.opened_at <= at < self.until else Phase.HALF_OPEN

    def failed(self, at: datetime, fault: VenueFault) -> "VenueBreaker":
        """After one more cycle in which the venue was asked and failed."""
        counted = replace(self, failures=self.failures + 1, code=fault.code, reason=fault.reason)
        asked = _asked_for(fault)
        is_probe = self.phase(at) is Phase.HALF_OPEN
        if asked is None and not is_probe and counted.failures < FAILURES_TO_OPEN:
            return counted
        usual = min(FIRST_HOLD * 2 ** min(self.openings, 10), LONGEST_HOLD)
        hold = usual if asked is None else max(usual, asked)
        return replace(counted, openings=self.openings + 1, opened_at=at, until=at + hold)


def _asked_for(fault: VenueFault) -> timedelta | None:
    """How long the venue wants to be left alone, in whole minutes and one more.

    The extra minute lets the host's own clock pass the end before it is asked.
    """
    seconds = fault.retry_after
    if seconds is None or (fault.code != FaultKind.REFUSED and seconds < SHORT_WAIT_SECONDS):
        return None
    return min(timedelta(minutes=ceil(seconds / 60) + 1), LONGEST_ASKED)


def next_breakers(
    breakers: Iterable[VenueBreaker], faults: Iterable[VenueFault], at: datetime
) -> tuple[VenueBreaker, ...]:
    """The breakers after a cycle, by venue; one that closed is forgotten.

    A venue that was not asked, because its breaker is open, has proved nothing. Nor has one that
    could only not tell the result of some market, unless it asks to be left alone: it serves.
    """
    before = {breaker.venue: breaker for breaker in breakers}
    after: dict[str, VenueBreaker] = {}
    for fault in sorted(faults, key=_gravity):
        known = before.get(fault.venue, VenueBreaker(fault.venue))
        if fault.code == FaultKind.BREAKER_OPEN:
            after[fault.venue] = known
        elif fault.call != RESULTS or fault.retry_after is not None:
            after[fault.venue] = known.failed(at, fault)
    return tuple(after[venue] for venue in sorted(after))


def _gravity(fault: VenueFault) -> float:
    """The longest pause that a venue asked for in a cycle is the one that counts."""
    return fault.retry_after or 0.0


def not_to_ask(breakers: Iterable[VenueBreaker], at: datetime) -> dict[str, VenueFault]:
    """The venues whose breakers are open, each with what to report in place of an answer."""
    shut = (breaker for breaker in breakers if breaker.phase(at) is Phase.OPEN)
    return {
        breaker.venue: VenueFault(
            breaker.venue,
            FaultKind.BREAKER_OPEN,
            f"not asked until {breaker.until:%Y-%m-%d %H:%M} UTC after {breaker.failures} failed "
            f"cycle{'s' * (breaker.failures > 1)} ({breaker.code}): {breaker.reason}",
        )
        for breaker in shut
    }
