"""Which markets a forecast of a day's maximum can answer, and what they ask of it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.climate_day import DayRule
from chalicelib.domain.forecast import Unit
from chalicelib.matching.daily_high import DailyHigh, read_daily_high
from tests.unit.matching.samples import CENTRAL_PARK, LAGUARDIA

CLOSES = datetime(2026, 9, 30, 16, tzinfo=UTC)
DAY = date(2026, 9, 30)


@pytest.mark.parametrize(("title", "rules", "expected"), [
    ("Will the highest temperature in New York City be between 72-73°F on September 30?", LAGUARDIA,
     DailyHigh("KLGA", DAY, DayRule.CIVIL, Unit.FAHRENHEIT, 72, 73, first_pays=True)),
    ("Will the highest temperature in NYC be 53°F or below on September 30?", LAGUARDIA,
     DailyHigh("KLGA", DAY, DayRule.CIVIL, Unit.FAHRENHEIT, None, 53, first_pays=True)),
    ("Will the high temp in NYC be >81° on Sep 30, 2026?", CENTRAL_PARK,
     DailyHigh("KNYC", DAY, DayRule.STANDARD, Unit.FAHRENHEIT, 82, None, first_pays=True)),
])  # fmt: skip
def test_high_is_read_with_its_station_day_and_whole_degrees(
    title: str, rules: str, expected: DailyHigh
) -> None:
    assert read_daily_high(title, CLOSES, rules) == expected


def test_high_of_a_market_whose_first_outcome_denies_it_is_turned_round() -> None:
    title = "Will the high temp in NYC be >81° on Sep 30, 2026?"
    read = read_daily_high(title, CLOSES, CENTRAL_PARK, first_outcome="No")
    assert read is not None
    assert not read.first_pays


@pytest.mark.parametrize(("title", "rules"), [
    ("Will the lowest temperature in NYC be 53°F or below on September 30?", LAGUARDIA),
    ("Will the highest temperature in NYC be 53°F or below on September 30?", ""),
    ("Will the highest temperature in NYC be 53°F or below on September 30?",
     LAGUARDIA.replace("whole degrees", "one decimal")),
    ("Will the highest temperature in NYC be 53°F or below in September 2026?", LAGUARDIA),
    ("Will it rain in NYC on September 30?", LAGUARDIA),
    ("Will Ann Example keep her temper?", LAGUARDIA),
])  # fmt: skip
def test_market_that_a_daily_maximum_cannot_answer_is_not_read(title: str, rules: str) -> None:
    assert read_daily_high(title, CLOSES, rules) is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=5))
def test_reading_a_high_never_raises(title: str, rules: str, first: str) -> None:
    read_daily_high(f"high temp {title}", CLOSES, f"{LAGUARDIA} {rules}", rules, first)
