"""The clock of simulated venues, which may run faster than the wall clock. Pure.

Only what the market does follows it: prices, closes, stamps, cycles, breakers, rate limits. What
happens on this machine stays on the wall clock: sockets, leases, the age of events, tokens.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

LEAST_PACE, MOST_PACE = 2.0, 240.0
"""At 240 a minute of the market takes a quarter of a second; a cycle takes no less."""
_WRITTEN = "PACE@ANCHOR, such as 30@2026-11-27T05:00:00Z"


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """Both clocks agree at ``anchor`` (aware UTC); the market's runs ``pace`` times as fast."""

    anchor: datetime
    pace: float

    def __post_init__(self) -> None:
        """Refuse a pace that is no pace, and an anchor in no time zone, with ValueError."""
        if not LEAST_PACE <= self.pace <= MOST_PACE:
            raise ValueError(f"a pace of {self.pace:g} is not from {LEAST_PACE:g} to {MOST_PACE:g}")
        if self.anchor.tzinfo is None:
            raise ValueError(f"the anchor {self.anchor.isoformat()} has no time zone")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` writes: ``PACE@ANCHOR``; raise ValueError for all else."""
        pace, found, anchor = text.partition("@")
        try:
            if not found:
                raise ValueError("there is no @ in it")
            return cls(datetime.fromisoformat(anchor), float(pace))
        except ValueError as exc:
            raise ValueError(f"{text[:60]!r} is not {_WRITTEN}: {exc}") from exc

    def __str__(self) -> str:
        moment = self.anchor.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{self.pace!r}@{moment.replace('+00:00', 'Z')}"

    @classmethod
    def going_on(cls, wall: datetime, pace: float, reached: datetime | None) -> Self:
        """The clock that shows ``reached`` at ``wall``, so that a market goes on where it stood.

        A market that has not begun, or stands in the past, begins at the wall clock's time.
        """
        ahead = timedelta(0) if reached is None else max(reached - wall, timedelta(0))
        return cls(wall - ahead / (pace - 1) if pace > 1 else wall, pace)

    def at(self, wall: datetime) -> datetime:
        """The market's time at a time of the wall clock."""
        return self.anchor + (wall - self.anchor) * self.pace

    def wall(self, at: datetime) -> datetime:
        """The wall clock's time at a time of the market: no earlier than shows it."""
        behind = (at - self.anchor) / timedelta(microseconds=1) / self.pace
        return self.anchor + timedelta(microseconds=math.ceil(behind))
