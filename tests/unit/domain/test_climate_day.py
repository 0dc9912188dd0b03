"""A station's day: in standard time all year where the weather service counts it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.climate_day import DayRule, day_bounds, day_of, standard_offset

NEW_YORK, PHOENIX, SYDNEY = "America/New_York", "America/Phoenix", "Australia/Sydney"
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
rules = st.sampled_from(DayRule)
zones = st.sampled_from([NEW_YORK, PHOENIX, SYDNEY, "Europe/London", "Asia/Kolkata"])


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("day", [date(2026, 1, 15), date(2026, 7, 15)])
def test_climate_day_of_new_york_begins_at_five_utc_in_winter_and_in_summer(day: date) -> None:
    start, end = day_bounds(NEW_YORK, day, DayRule.STANDARD)
    assert start == utc(day.year, day.month, day.day, 5)
    assert end - start == timedelta(days=1)


def test_civil_day_of_new_york_begins_an_hour_earlier_in_summer() -> None:
    assert day_bounds(NEW_YORK, date(2026, 7, 15), DayRule.CIVIL)[0] == utc(2026, 7, 15, 4)
    assert day_bounds(NEW_YORK, date(2026, 1, 15), DayRule.CIVIL)[0] == utc(2026, 1, 15, 5)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)]
)
def test_civil_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    start, end = day_bounds(NEW_YORK, day, DayRule.CIVIL)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_climate_day_has_24_hours_even_when_the_clocks_change(day: date) -> None:
    start, end = day_bounds(NEW_YORK, day, DayRule.STANDARD)
    assert (start, end) == (utc(2026, day.month, day.day, 5), utc(2026, day.month, day.day + 1, 5))


def test_half_past_midnight_in_summer_still_belongs_to_the_climate_day_before() -> None:
    at = utc(2026, 7, 15, 4, 30)
    assert day_of(NEW_YORK, at, DayRule.CIVIL) == date(2026, 7, 15)
    assert day_of(NEW_YORK, at, DayRule.STANDARD) == date(2026, 7, 14)


def test_standard_time_of_the_south_is_that_of_its_winter() -> None:
    assert standard_offset(SYDNEY, utc(2026, 1, 15)) == timedelta(hours=10)
    assert standard_offset(PHOENIX, utc(2026, 7, 15)) == timedelta(hours=-7)


@given(zone=zones, day=days, rule=rules)
def test_days_follow_each_other_without_gap_and_hold_their_own_instants(
    zone: str, day: date, rule: DayRule
) -> None:
    start, end = day_bounds(zone, day, rule)
    assert day_bounds(zone, day + timedelta(days=1), rule)[0] == end
    assert day_of(zone, start, rule) == day
    assert day_of(zone, end - timedelta(seconds=1), rule) == day
    assert day_of(zone, end, rule) == day + timedelta(days=1)
