"""When Kalshi trades, in the hours of New York, and when it goes on after a pause."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.venues.kalshi.calendar import (
    Schedule,
    TradingNow,
    eastern_offset,
    next_opening,
    status_of,
)
from chalicelib.venues.payload import read_model
from tests.unit.venues.played_http import NOW

ALL_DAY = [{"open_time": "00:00", "close_time": "00:00"}]
BUT_TWO_HOURS = [
    {"open_time": "00:00", "close_time": "03:00"},
    {"open_time": "05:00", "close_time": "00:00"},
]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK: dict[str, Any] = {
    "start_time": "2024-12-01T00:00:00Z",
    "end_time": "2200-12-01T00:00:00Z",
    **{day: BUT_TWO_HOURS if day == "thursday" else ALL_DAY for day in DAYS},
}
PAUSED = TradingNow(exchange_active=True, trading_active=False)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def schedule(*pauses: tuple[str, str], **changes: Any) -> Schedule:
    windows = [{"start_datetime": f"{a}:00Z", "end_datetime": f"{b}:00Z"} for a, b in pauses]
    raw = {"standard_hours": [{**WEEK, **changes}], "maintenance_windows": windows}
    return read_model(Schedule, raw, "s")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-09-03T07:30", "2026-09-03T09:00"),
        ("2026-09-03T06:59", None),
        ("2026-09-03T09:00", None),
        ("2026-01-15T08:30", "2026-01-15T10:00"),
        ("2026-01-15T07:59", None),
    ],
)
def test_weekly_pause_is_at_three_in_the_night_of_new_york(at: str, opens: str | None) -> None:
    assert next_opening(schedule(), utc(at)) == (None if opens is None else utc(opens))


def test_announced_pause_ends_when_it_was_announced_to() -> None:
    pause = ("2026-09-14T10:00", "2026-09-14T13:30")
    assert next_opening(schedule(pause), NOW) == utc("2026-09-14T13:30")
    assert next_opening(schedule(pause), utc("2026-09-14T13:30")) is None


def test_announced_pause_that_ends_in_the_weekly_one_lasts_as_long_as_that() -> None:
    pause = ("2026-09-03T06:00", "2026-09-03T08:00")
    assert next_opening(schedule(pause), utc("2026-09-03T06:30")) == utc("2026-09-03T09:00")


def test_schedule_that_says_nothing_of_these_days_tells_no_opening() -> None:
    assert next_opening(schedule(end_time="2025-01-01T00:00:00Z"), NOW) is None
    assert next_opening(Schedule(), NOW) is None


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        ("2026-03-08T06:59", -5),
        ("2026-03-08T07:00", -4),
        ("2026-11-01T05:59", -4),
        ("2026-11-01T06:00", -5),
        ("2027-03-14T07:00", -4),
        ("2027-11-07T06:00", -5),
    ],
)
def test_clocks_of_new_york_change_in_march_and_november(at: str, hours: int) -> None:
    assert eastern_offset(utc(at)) == timedelta(hours=hours)


def test_exchange_that_trades_is_open() -> None:
    status = status_of(TradingNow(exchange_active=True, trading_active=True), None, NOW)
    assert (status.venue, status.is_open, status.resumes_at) == ("kalshi", True, None)


def test_exchange_that_does_not_trade_says_when_it_goes_on() -> None:
    stated = PAUSED.model_copy(update={"exchange_estimated_resume_time": utc("2026-09-14T15:00")})
    assert status_of(stated, schedule(), NOW).resumes_at == utc("2026-09-14T15:00")
    found = status_of(PAUSED, schedule(), utc("2026-09-03T07:30"))
    assert (found.is_open, found.reason) == (False, "trading is paused")
    assert found.resumes_at == utc("2026-09-03T09:00")
    closed = TradingNow(exchange_active=False, trading_active=False)
    assert status_of(closed, None, NOW).reason == "the exchange is closed"


@pytest.mark.parametrize("clock", ["24:00", "3:00", "noon", None, 3, "03:00:00"])
def test_hour_that_cannot_be_is_refused(clock: object) -> None:
    with pytest.raises(VenuePayloadError, match=r"monday\.0\.open_time"):
        schedule(monday=[{"open_time": clock, "close_time": "00:00"}])
