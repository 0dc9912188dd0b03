"""The distribution of a day's maximum: nothing ahead of its time, and no false certainty."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.climate_day import DayRule
from chalicelib.domain.daily_maximum import (
    SENSOR_ERROR,
    SKILL_OF_ONE_DAY,
    DailyMaximum,
    daily_maximum,
    error_deviation,
)
from chalicelib.domain.forecast import (
    HOUR,
    Forecast,
    Measurement,
    Outlook,
    Unit,
    WeatherMeasure,
    WeatherStation,
)

DAY = date(2026, 7, 15)
MIDNIGHT = datetime(2026, 7, 15, 5, tzinfo=UTC)
"""Of standard time in New York."""
EVENING_BEFORE = MIDNIGHT - timedelta(hours=6)
NEW_YORK = WeatherStation(
    "KNYC", "New York", Decimal("40.779"), Decimal("-73.9692"), "America/New_York"
)
PEAK_HOUR = 16


def expected(
    hour: int, value: float, *members: float, known_at: datetime = EVENING_BEFORE
) -> Forecast:
    start = MIDNIGHT + hour * HOUR
    return Forecast(
        "test", "KNYC", WeatherMeasure.TEMPERATURE, Unit.FAHRENHEIT, Decimal(str(value)), start,
        start + HOUR, None, known_at, known_at, tuple(Decimal(str(m)) for m in members),
    )  # fmt: skip


def measured(hour: int, value: float) -> Measurement:
    at = MIDNIGHT + hour * HOUR
    return Measurement(
        "t", "KNYC", WeatherMeasure.TEMPERATURE, Unit.FAHRENHEIT, Decimal(value), at, at
    )


def whole_day(peak: float = 90, *members: float) -> list[Forecast]:
    """70 degrees in all hours but one."""
    cool = [70.0] * len(members)
    return [
        expected(h, peak, *members) if h == PEAK_HOUR else expected(h, 70, *cool) for h in range(24)
    ]


def maximum(
    forecasts: Sequence[Forecast],
    at: datetime = EVENING_BEFORE,
    measurements: Sequence[Measurement] = (),
    unit: Unit = Unit.FAHRENHEIT,
) -> DailyMaximum:
    outlook = Outlook(NEW_YORK, tuple(forecasts), tuple(measurements))
    return daily_maximum(outlook, DAY, DayRule.STANDARD, at, unit)


def test_maximum_is_the_highest_hour_with_the_error_of_its_lead() -> None:
    found = maximum(whole_day(90))
    assert found.centres == (90.0,)
    assert found.deviation == pytest.approx(7.43 * SKILL_OF_ONE_DAY, rel=0.05)
    above = 1 - NormalDist(90, found.deviation).cdf(89.5)
    assert found.probability(90, None) == pytest.approx(above)


def test_maximum_of_whole_degrees_holds_what_rounds_to_them() -> None:
    found = DailyMaximum("KNYC", DAY, Unit.FAHRENHEIT, (90.0,), 2.0, None)
    normal = NormalDist(90, 2)
    assert found.probability(90, 91) == pytest.approx(normal.cdf(91.5) - normal.cdf(89.5))
    assert found.probability(None, 89) == pytest.approx(normal.cdf(89.5))
    assert found.probability(None, None) == 1


@given(
    centres=st.lists(st.floats(-20, 120), max_size=60),
    deviation=st.floats(0.3, 12),
    observed=st.none() | st.floats(-20, 120),
    low=st.integers(-30, 130),
)
def test_maximum_shares_out_one_whatever_is_known(
    centres: list[float], deviation: float, observed: float | None, low: int
) -> None:
    if not centres and observed is None:
        return
    found = DailyMaximum("KNYC", DAY, Unit.FAHRENHEIT, tuple(centres), deviation, observed)
    parts = found.probability(None, low - 1), found.probability(low, low + 1)
    rest = found.probability(low + 2, None)
    assert all(0 <= part <= 1 for part in (*parts, rest))
    assert sum(parts) + rest == pytest.approx(1)


def test_maximum_takes_each_member_of_an_ensemble_at_its_own_peak() -> None:
    found = maximum(whole_day(90, 86, 88, 92, 94))
    assert found.centres == (86.0, 88.0, 92.0, 94.0)


def test_maximum_of_members_that_agree_too_much_is_as_wide_as_the_model_says() -> None:
    agreeing, lone = maximum(whole_day(90, 89.9, 90.1)), maximum(whole_day(90))
    assert sqrt(agreeing.deviation**2 + 0.01) == pytest.approx(lone.deviation)


def test_maximum_of_members_that_differ_widely_keeps_their_spread() -> None:
    found = maximum(whole_day(90, 70, 80, 100, 110))
    assert found.deviation == SENSOR_ERROR


def test_maximum_cannot_be_below_what_was_measured() -> None:
    at = MIDNIGHT + 18 * HOUR
    found = maximum(whole_day(90), at, [measured(15, 93), measured(16, 91)])
    assert found.observed == 93
    assert found.probability(None, 92) == 0
    assert found.probability(93, 94) > 0.9


def test_maximum_after_the_day_is_what_was_measured_or_a_little_more() -> None:
    found = maximum([], MIDNIGHT + 24 * HOUR, [measured(15, 93)])
    assert found.probability(None, 92) == 0
    assert found.probability(93, 95) > 0.99
    assert 0 < found.probability(94, None) < 0.5


def test_maximum_leaves_out_measurements_of_other_days_and_of_the_future() -> None:
    at = MIDNIGHT + 2 * HOUR
    hot = [measured(-1, 99), measured(24, 99), measured(3, 99)]
    assert maximum(whole_day(90), at, hot).observed is None


def test_maximum_uses_no_forecast_that_was_not_known_yet() -> None:
    later = [replace(f, known_at=MIDNIGHT, seen_at=MIDNIGHT) for f in whole_day(99)]
    assert maximum([*whole_day(90), *later]).centres == (90.0,)


def test_maximum_counts_a_forecast_of_the_maximum_itself_as_one_more_hour() -> None:
    peak = replace(expected(7, 92), measure=WeatherMeasure.MAXIMUM, valid_to=MIDNIGHT + 20 * HOUR)
    assert maximum([*whole_day(90), peak]).centres == (92.0,)
    night = replace(peak, measure=WeatherMeasure.MINIMUM, value=Decimal(99))
    assert maximum([*whole_day(90), night]).centres == (90.0,)


@pytest.mark.parametrize("missing", [range(10, 13), range(20, 24), range(3), range(24)])
def test_maximum_of_a_day_with_a_hole_is_refused(missing: range) -> None:
    left = [f for h, f in enumerate(whole_day(90)) if h not in missing]
    with pytest.raises(ValueError, match="no forecast for KNYC from"):
        maximum(left)


def test_maximum_bears_one_missing_hour() -> None:
    left = [f for h, f in enumerate(whole_day(90)) if h != 10]
    assert maximum(left).centres == (90.0,)


def test_maximum_in_celsius_is_the_same_distribution() -> None:
    warm, cold = maximum(whole_day(86)), maximum(whole_day(86), unit=Unit.CELSIUS)
    assert cold.centres == (30.0,)
    assert cold.deviation == pytest.approx(warm.deviation / 1.8)


@given(st.floats(0, 30), st.floats(0, 30), st.sampled_from(["KNYC", "KMIA", "KXXX"]))
def test_error_never_shrinks_with_lead_and_ends_at_the_season(
    one: float, other: float, icao: str
) -> None:
    sooner, later = sorted((one, other))
    near, far = (error_deviation(icao, timedelta(days=d)) for d in (sooner, later))
    assert near <= far <= error_deviation(icao, timedelta(days=8))


def test_error_of_an_unmeasured_station_is_that_of_the_study() -> None:
    assert error_deviation("KXXX", timedelta(days=1)) == pytest.approx(3.80)
    assert error_deviation("KXXX", timedelta(days=8)) == pytest.approx(9.87)


def test_nothing_known_is_no_distribution() -> None:
    with pytest.raises(ValueError, match="nothing is known"):
        DailyMaximum("KNYC", DAY, Unit.FAHRENHEIT, (), 1.0, None)
