"""When Kalshi trades: its state now, and the hours and pauses that it has announced. Pure.

Hours are those of New York; the venue closes for two hours on Thursday nights.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.domain.public import ExchangeStatus
from chalicelib.venues.kalshi.contracts import VENUE
from chalicelib.venues.payload import Flag, Instant, WireModel

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOOK_AHEAD = timedelta(days=8)
_DAY = timedelta(days=1)


def _time_of_day(value: object) -> time:
    if not isinstance(value, str) or len(value) != 5:
        raise ValueError("expected hours and minutes")
    return time.fromisoformat(value)


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


class TradingNow(WireModel):
    """Whether orders are taken now."""

    exchange_active: Flag
    trading_active: Flag
    exchange_estimated_resume_time: Instant = None


class TradingSession(WireModel):
    """A part of a day; it ends at midnight when its end is 00:00."""

    open_time: TimeOfDay
    close_time: TimeOfDay


Sessions = Annotated[tuple[TradingSession, ...] | None, Field(max_length=24)]


class StandardHours(WireModel):
    """The sessions of each day of a week, in New York's time."""

    start_time: Instant = None
    end_time: Instant = None
    monday: Sessions = None
    tuesday: Sessions = None
    wednesday: Sessions = None
    thursday: Sessions = None
    friday: Sessions = None
    saturday: Sessions = None
    sunday: Sessions = None

    def holds_at(self, at: datetime) -> bool:
        """Whether these are the hours of that time."""
        has_begun = self.start_time is None or self.start_time <= at
        return has_begun and (self.end_time is None or at < self.end_time)


class Maintenance(WireModel):
    """A pause that was announced."""

    start_datetime: Instant = None
    end_datetime: Instant = None


class Schedule(WireModel):
    """Regular hours and pauses."""

    standard_hours: tuple[StandardHours, ...] = Field((), max_length=100)
    maintenance_windows: Annotated[tuple[Maintenance, ...] | None, Field(max_length=1000)] = None


class OneSchedule(WireModel):
    """The answer around the schedule."""

    schedule: Schedule


def status_of(now: TradingNow, schedule: Schedule | None, at: datetime) -> ExchangeStatus:
    """The venue's state; while it is closed, when it says or has announced to open again."""
    if now.exchange_active and now.trading_active:
        return ExchangeStatus(VENUE, is_open=True, reason="trading")
    reason = "trading is paused" if now.exchange_active else "the exchange is closed"
    resumes = now.exchange_estimated_resume_time
    if resumes is None and schedule is not None:
        resumes = next_opening(schedule, at)
    return ExchangeStatus(VENUE, is_open=False, reason=reason, resumes_at=resumes)


def next_opening(schedule: Schedule, at: datetime) -> datetime | None:
    """When the venue has announced to open next; None if it should be open, or says nothing."""
    sessions = sorted(_sessions(schedule, at))
    pause = _pause_end(schedule, at)
    if pause is None and any(begin <= at < end for begin, end in sessions):
        return None
    earliest = pause or at
    for begin, end in sessions:
        if end > earliest:
            return max(begin, earliest)
    return None


def _pause_end(schedule: Schedule, at: datetime) -> datetime | None:
    for pause in schedule.maintenance_windows or ():
        begin, end = pause.start_datetime, pause.end_datetime
        if begin is not None and end is not None and begin <= at < end:
            return end
    return None


def _sessions(schedule: Schedule, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """All sessions from yesterday on for a week."""
    local = at + eastern_offset(at)
    first_day = datetime(local.year, local.month, local.day, tzinfo=UTC) - _DAY
    hours = next((hours for hours in schedule.standard_hours if hours.holds_at(at)), None)
    for number in range(_LOOK_AHEAD.days + 1):
        day = first_day + number * _DAY
        named = None if hours is None else getattr(hours, _DAYS[day.weekday()])
        for session in named or ():
            begin = _at(day, session.open_time)
            end = _at(day if session.close_time > time.min else day + _DAY, session.close_time)
            yield _in_utc(begin), _in_utc(end)


def _at(day: datetime, clock: time) -> datetime:
    return day.replace(hour=clock.hour, minute=clock.minute)


def _in_utc(local: datetime) -> datetime:
    guess = local - eastern_offset(local)
    return local - eastern_offset(guess)


def eastern_offset(at: datetime) -> timedelta:
    """New York's distance from UTC: an hour less from March's second to November's first Sunday.

    Written out because not every machine that this runs on has a table of time zones.
    """
    begins = _sunday(at.year, 3, 2) + timedelta(hours=7)
    ends = _sunday(at.year, 11, 1) + timedelta(hours=6)
    return timedelta(hours=-4 if begins <= at < ends else -5)


def _sunday(year: int, month: int, number: int) -> datetime:
    first_of_month = datetime(year, month, 1, tzinfo=UTC)
    to_sunday = (6 - first_of_month.weekday()) % 7
    return first_of_month + timedelta(days=to_sunday + 7 * (number - 1))
