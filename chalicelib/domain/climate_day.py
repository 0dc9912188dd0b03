"""Which instants belong to a station's day: the answer moves by an hour where markets differ."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class DayRule(StrEnum):
    """From which midnight to which midnight a day is counted.

    STANDARD is the climate day of the US weather service, midnight to midnight in local standard
    time all year: in summer from 1 to 1 o'clock on the wall. Kalshi's markets settle on it. CIVIL
    is the calendar's day, which has 23 or 25 hours when the clocks change.
    """

    STANDARD = "standard"
    CIVIL = "civil"


RULE_OF_VENUE = {"kalshi": DayRule.STANDARD, "polymarket": DayRule.CIVIL}


def day_bounds(time_zone: str, day: date, rule: DayRule) -> tuple[datetime, datetime]:
    """First instant of the day and first instant after it, in UTC."""
    return _midnight(time_zone, day, rule), _midnight(time_zone, day + timedelta(days=1), rule)


def day_of(time_zone: str, at: datetime, rule: DayRule) -> date:
    """The day that an instant belongs to."""
    if rule is DayRule.CIVIL:
        return at.astimezone(ZoneInfo(time_zone)).date()
    return (at.astimezone(UTC) + standard_offset(time_zone, at)).date()


def standard_offset(time_zone: str, at: datetime) -> timedelta:
    """How far local standard time is ahead of UTC, whatever the clocks on the wall show."""
    local = at.astimezone(ZoneInfo(time_zone))
    return (local.utcoffset() or timedelta()) - (local.dst() or timedelta())


def _midnight(time_zone: str, day: date, rule: DayRule) -> datetime:
    civil = datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
    if rule is DayRule.CIVIL:
        return civil
    return datetime.combine(day, time(), UTC) - standard_offset(time_zone, civil)
