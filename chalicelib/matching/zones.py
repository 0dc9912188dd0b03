"""Local times as instants. The rules are few and stated here, so no database has to be read.

Clocks of the United States change on the second Sunday of March and the first Sunday of November
at 02:00 local time (Energy Policy Act of 2005, in force since 2007); those of the European Union
and the United Kingdom on the last Sundays of March and October at 01:00 UTC (Directive 2000/84/EC).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

FIRST_YEAR = 2007
"""The rules are not older than this; a local time before it has no instant here."""

SUNDAY = 6
HOUR = timedelta(hours=1)


class ClockChange(StrEnum):
    """When the clocks change."""

    NEVER = "never"
    US = "us"
    EU = "eu"


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: ``standard`` is hours east of UTC in winter."""

    name: str
    standard: float
    change: ClockChange = ClockChange.NEVER

    def offset(self, moment: datetime) -> timedelta:
        """How far local clocks are ahead of UTC at an instant."""
        standard = timedelta(hours=self.standard)
        summer = _summer(self.change, moment.year, standard)
        return standard + HOUR if summer and summer[0] <= moment < summer[1] else standard

    def instants(self, local: datetime) -> tuple[datetime, ...]:
        """The instants at which local clocks show this: one, none in spring, two in autumn."""
        if local.year < FIRST_YEAR:
            return ()
        standard = timedelta(hours=self.standard)
        shown = local.replace(tzinfo=UTC)
        candidates = (shown - standard - HOUR, shown - standard)
        return tuple(c for c in candidates if c + self.offset(c) == shown)

    def midnight(self, day: date, standard_time: bool = False) -> datetime:
        """When a day begins there, by the clock or by standard time all year round."""
        shown = datetime(day.year, day.month, day.day, tzinfo=UTC)
        start = shown - timedelta(hours=self.standard)
        return start if standard_time else shown - self.offset(start - HOUR)


def _summer(
    change: ClockChange, year: int, standard: timedelta
) -> tuple[datetime, datetime] | None:  # fmt: skip
    """The instants between which clocks are an hour ahead, the second not included."""
    if change is ClockChange.NEVER:
        return None
    if change is ClockChange.EU:
        return _sunday(year, 3, -1) + HOUR, _sunday(year, 10, -1) + HOUR
    start = _sunday(year, 3, 2) + 2 * HOUR - standard
    return start, _sunday(year, 11, 1) + HOUR - standard


def _sunday(year: int, month: int, which: int) -> datetime:
    """Midnight UTC of the first, second or last (-1) Sunday of a month of at least 30 days."""
    if which < 0:
        last = datetime(year, month, 31, tzinfo=UTC)
        return last - timedelta(days=(last.weekday() - SUNDAY) % 7)
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 7 * (which - 1))


EASTERN = Zone("America/New_York", -5, ClockChange.US)
CENTRAL = Zone("America/Chicago", -6, ClockChange.US)
MOUNTAIN = Zone("America/Denver", -7, ClockChange.US)
PACIFIC = Zone("America/Los_Angeles", -8, ClockChange.US)
UTC_ZONE = Zone("UTC", 0)

NAMED: dict[str, Zone] = {
    "et": EASTERN,
    "ct": CENTRAL,
    "mt": MOUNTAIN,
    "pt": PACIFIC,
    "utc": UTC_ZONE,
    "gmt": UTC_ZONE,
    "eastern": EASTERN,
}
"""Zones as questions name them, in lower case."""

ABBREVIATED: dict[str, tuple[Zone, bool]] = {
    "est": (EASTERN, False),
    "edt": (EASTERN, True),
    "cdt": (CENTRAL, True),
    "mst": (MOUNTAIN, False),
    "mdt": (MOUNTAIN, True),
    "pst": (PACIFIC, False),
    "pdt": (PACIFIC, True),
}
"""Names that claim winter or summer time as well; the claim must be true on that day."""


def instants_of(local: datetime, named: str) -> tuple[datetime, ...]:
    """The instants that a local time in a named zone may mean; none when it cannot be."""
    if named in NAMED:
        return NAMED[named].instants(local)
    zone, summer = ABBREVIATED[named]
    ahead = timedelta(hours=zone.standard) + (HOUR if summer else timedelta(0))
    return tuple(i for i in zone.instants(local) if zone.offset(i) == ahead)


def zone_name(named: str) -> str:
    """The IANA name of a zone as questions name it; nothing for nothing."""
    if not named:
        return ""
    return (NAMED.get(named) or ABBREVIATED[named][0]).name
