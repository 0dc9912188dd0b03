"""Weather values: units convert exactly, and what no weather can be is refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.forecast import HOUR, Forecast, Measurement, Unit, WeatherMeasure, converted
from tests.builders import NOW

hundredths = st.integers(-9500, 6500).map(lambda number: Decimal(number) / 100)
EXPECTED = Forecast(
    source="test",
    station="KNYC",
    measure=WeatherMeasure.TEMPERATURE,
    unit=Unit.FAHRENHEIT,
    value=Decimal(70),
    valid_from=NOW,
    valid_to=NOW + HOUR,
    issued_at=None,
    known_at=NOW,
    seen_at=NOW,
)


@pytest.mark.parametrize(
    ("celsius", "fahrenheit"), [("0", "32"), ("100", "212"), ("-40", "-40"), ("23.9", "75.02")]
)
def test_units_of_temperature_convert_exactly(celsius: str, fahrenheit: str) -> None:
    cold, warm = Decimal(celsius), Decimal(fahrenheit)
    assert converted(cold, Unit.CELSIUS, Unit.FAHRENHEIT) == warm
    assert converted(warm, Unit.FAHRENHEIT, Unit.CELSIUS) == cold


@given(hundredths)
def test_units_converted_there_and_back_are_what_they_were(value: Decimal) -> None:
    there = converted(value, Unit.CELSIUS, Unit.FAHRENHEIT)
    assert converted(there, Unit.FAHRENHEIT, Unit.CELSIUS) == value
    inches = converted(abs(value), Unit.INCH, Unit.MILLIMETRE)
    assert converted(inches, Unit.MILLIMETRE, Unit.INCH) == abs(value)


def test_units_of_different_things_do_not_convert() -> None:
    with pytest.raises(ValueError, match="C cannot be told in mm"):
        converted(Decimal(1), Unit.CELSIUS, Unit.MILLIMETRE)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "150", "-140"])
def test_temperature_that_the_weather_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="temperature is"):
        replace(EXPECTED, value=Decimal(value))
    with pytest.raises(ValueError, match="temperature is"):
        replace(EXPECTED, members=(Decimal(70), Decimal(value)))
    with pytest.raises(ValueError, match="temperature is"):
        Measurement("t", "KNYC", WeatherMeasure.MAXIMUM, Unit.FAHRENHEIT, Decimal(value), NOW, NOW)


@pytest.mark.parametrize("value", ["-0.1", "2001", "NaN"])
def test_rain_that_the_weather_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="precipitation is"):
        replace(
            EXPECTED,
            measure=WeatherMeasure.PRECIPITATION,
            unit=Unit.MILLIMETRE,
            value=Decimal(value),
        )


def test_forecast_for_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="ends at"):
        replace(EXPECTED, valid_to=NOW)


def test_forecast_known_only_after_it_was_seen_is_refused() -> None:
    with pytest.raises(ValueError, match="known only"):
        replace(EXPECTED, known_at=NOW + timedelta(seconds=1))
