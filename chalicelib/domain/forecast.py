"""Weather: the places that markets settle on, what is forecast for them, and what was measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.money import ZERO
from chalicelib.domain.quarantine import Quarantined


class Unit(StrEnum):
    """What a number is in."""

    CELSIUS = "C"
    FAHRENHEIT = "F"
    MILLIMETRE = "mm"
    INCH = "in"


class WeatherMeasure(StrEnum):
    """What is forecast or measured; MAXIMUM and MINIMUM are of the temperature over a period."""

    TEMPERATURE = "temperature"
    MAXIMUM = "maximum-temperature"
    MINIMUM = "minimum-temperature"
    PRECIPITATION = "precipitation"


_FREEZING_FAHRENHEIT = Decimal(32)
_FAHRENHEIT_PER_CELSIUS = Decimal("1.8")
_MILLIMETRES_PER_INCH = Decimal("25.4")
_COLDEST, _HOTTEST = Decimal(-95), Decimal(65)
"""Degrees Celsius, a little beyond what was ever measured on the ground (-89.2 and 56.7)."""
_WETTEST = Decimal(2000)
"""Millimetres; the most ever measured in a day is 1825."""


def converted(value: Decimal, unit: Unit, wanted: Unit) -> Decimal:
    """The same quantity in another unit, exact wherever a decimal can say it.

    Raises ValueError for units of different things.
    """
    if unit is wanted:
        return value
    match unit, wanted:
        case Unit.CELSIUS, Unit.FAHRENHEIT:
            return value * _FAHRENHEIT_PER_CELSIUS + _FREEZING_FAHRENHEIT
        case Unit.FAHRENHEIT, Unit.CELSIUS:
            return (value - _FREEZING_FAHRENHEIT) / _FAHRENHEIT_PER_CELSIUS
        case Unit.INCH, Unit.MILLIMETRE:
            return value * _MILLIMETRES_PER_INCH
        case Unit.MILLIMETRE, Unit.INCH:
            return value / _MILLIMETRES_PER_INCH
    raise ValueError(f"{unit} cannot be told in {wanted}")


@dataclass(frozen=True, slots=True)
class WeatherStation:
    """A weather station. ``icao`` is its four letters, coordinates are degrees north and east.

    ``venues`` are those whose markets settle on it; ``verified`` are those of them whose own rules
    were read to say so.
    """

    icao: str
    city: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    venues: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """A number expected at a station over ``valid_from <= t < valid_to``.

    ``members`` are the same number by each run of an ensemble. ``issued_at`` is None where the
    source does not say it. ``known_at`` is the first instant at which a decision may use it: when
    it was seen, or, for one fetched from an archive of forecasts, when it had been published.
    """

    source: str
    station: str
    measure: WeatherMeasure
    unit: Unit
    value: Decimal
    valid_from: datetime
    valid_to: datetime
    issued_at: datetime | None
    known_at: datetime
    seen_at: datetime
    members: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the weather of this planet cannot be, and a period that is none."""
        for value in (self.value, *self.members):
            _require_possible(self.measure, self.unit, value)
        if self.valid_to <= self.valid_from:
            raise ValueError(f"forecast for {self.valid_from} ends at {self.valid_to}")
        if self.known_at > self.seen_at:
            raise ValueError(f"forecast seen at {self.seen_at} is known only at {self.known_at}")


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a station measured; ``quality`` is the source's own mark."""

    source: str
    station: str
    measure: WeatherMeasure
    unit: Unit
    value: Decimal
    occurred_at: datetime
    seen_at: datetime
    quality: str = ""

    def __post_init__(self) -> None:
        """Refuse what the weather of this planet cannot be."""
        _require_possible(self.measure, self.unit, self.value)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a source expects at a station, in the order of time, and what it measured lately."""

    station: WeatherStation
    forecasts: tuple[Forecast, ...]
    measurements: tuple[Measurement, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


HOUR = timedelta(hours=1)


def _require_possible(measure: WeatherMeasure, unit: Unit, value: Decimal) -> None:
    if not value.is_finite():
        raise ValueError(f"{measure} is {value}")
    if measure is WeatherMeasure.PRECIPITATION:
        possible = ZERO <= converted(value, unit, Unit.MILLIMETRE) <= _WETTEST
    else:
        possible = _COLDEST <= converted(value, unit, Unit.CELSIUS) <= _HOTTEST
    if not possible:
        raise ValueError(f"{measure} is {value} {unit}, which the weather cannot be")
