"""Laps of a tape that starts again when it has ended, and the ids that tell laps apart."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.market import InstrumentId, MarketId

VENUE = "recorded"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ID = re.compile(
    VENUE + r":(?P<slug>[^:~]+)(?:~(?P<lap>[2-9]|[1-9]\d{1,5}))?(?::(?P<side>up|down))?"
)


@dataclass(frozen=True, slots=True)
class Name:
    """What an id says: a market of the tape in one lap, and its side for an instrument's id."""

    slug: str
    lap: int = 1
    side: str | None = None

    @property
    def market_id(self) -> MarketId:
        """The market's id; from the second lap on it ends with the lap."""
        return f"{VENUE}:{self.slug}" + (f"~{self.lap}" if self.lap > 1 else "")

    def instrument_id(self, side: str) -> InstrumentId:
        """The id of one side, ``up`` or ``down``."""
        return f"{self.market_id}:{side}"


def parse_name(identifier: str) -> Name | None:
    """Read a market's or an instrument's id; None when it is none of this venue's."""
    found = _ID.fullmatch(identifier)
    if found is None:
        return None
    return Name(found["slug"], int(found["lap"] or 1), found["side"])


@dataclass(frozen=True, slots=True)
class LapClock:
    """The caller's clock against the tape's own: lap 1 is the tape's time itself."""

    start: datetime
    span: timedelta

    def lap(self, at: datetime) -> int:
        """The lap that runs at ``at``, from 1; zero or less before the tape's start."""
        return (at - self.start) // self.span + 1

    def tape_time(self, at: datetime, lap: int) -> datetime:
        """The tape's time at ``at`` for something that belongs to ``lap``."""
        return at - self.span * (lap - 1)

    def caller_time(self, tape_ms: int, lap: int) -> datetime:
        """When a moment of the tape happens in ``lap``, on the caller's clock."""
        return from_milliseconds(tape_ms) + self.span * (lap - 1)


def from_milliseconds(moment: int) -> datetime:
    """Milliseconds since 1970 as a time, exactly."""
    return _EPOCH + moment * _MILLISECOND


def floor_milliseconds(moment: datetime) -> int:
    """The last whole millisecond since 1970 that is not after ``moment``."""
    return (moment - _EPOCH) // _MILLISECOND


def ceil_milliseconds(moment: datetime) -> int:
    """The first whole millisecond since 1970 that is not before ``moment``."""
    return -((_EPOCH - moment) // _MILLISECOND)
