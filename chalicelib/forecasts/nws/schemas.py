"""The weather service's answers as they come over the wire: names, types and ranges.

GeoJSON; what matters is in ``properties``. Numbers come with a unit, ``wmoUnit:degC`` now and
``unit:degC`` before 2021, and are null where nothing is known. Source: the service's OpenAPI
document (weather-gov/api) and recorded answers of 2019.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field
from pydantic.alias_generators import to_camel

from chalicelib.venues.payload import Flag, Instant, Number, WireModel

_MOST_PERIODS = 1000
_MOST_FEATURES = 1000
GridNumber = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class NwsModel(WireModel):
    """Base of the service's answers, which name fields in camelCase."""

    model_config = WireModel.model_config | {"alias_generator": to_camel}


class NwsQuality(StrEnum):
    """What the service's quality control says of a measurement."""

    UNCHECKED = "Z"
    COARSE_PASS = "C"  # noqa: S105 - a mark, no password
    SCREENED = "S"
    VERIFIED = "V"
    REJECTED = "X"
    QUESTIONED = "Q"
    SUBJECTIVELY_GOOD = "G"
    SUBJECTIVELY_BAD = "B"
    NOT_COMPUTED = "T"


class NwsPoint(NwsModel):
    """Which square of which office's grid a place lies in."""

    grid_id: str = Field(
        pattern=r"^[A-Z]{3}$", validation_alias=AliasChoices("gridId", "grid_id", "cwa")
    )
    grid_x: GridNumber
    grid_y: GridNumber


class NwsQuantity(NwsModel):
    """A number with its unit; null where it is not known."""

    value: Number | None = None
    unit_code: str = Field(validation_alias=AliasChoices("unitCode", "unit_code", "uom"))
    quality_control: str | None = None


class NwsPeriod(NwsModel):
    """Twelve hours of a forecast, or one. The temperature is a number, or one with its unit."""

    start_time: Instant
    end_time: Instant
    is_daytime: Flag
    temperature: object = None
    temperature_unit: str | None = None


class NwsPeriods(NwsModel):
    """A forecast in periods, and when it was made."""

    update_time: Instant = Field(
        None, validation_alias=AliasChoices("updateTime", "update_time", "updated")
    )
    periods: tuple[object, ...] = Field(max_length=_MOST_PERIODS)


class NwsLayer(NwsModel):
    """One measure of the grid over time."""

    uom: str = Field(validation_alias=AliasChoices("uom", "unitCode"))
    values: tuple[object, ...] = Field((), max_length=_MOST_PERIODS)


class NwsLayerValue(NwsModel):
    """A value of a layer and the interval that it is for, ISO 8601 with a duration."""

    valid_time: str = Field(max_length=100)
    value: Number | None = None


class NwsGrid(NwsModel):
    """The numbers that the service's forecasts are written from; other layers are ignored."""

    update_time: Instant = None
    temperature: NwsLayer
    max_temperature: NwsLayer | None = None
    min_temperature: NwsLayer | None = None
    quantitative_precipitation: NwsLayer | None = None


class NwsReport(NwsModel):
    """One report of a station."""

    timestamp: Instant
    temperature: NwsQuantity


class NwsStation(NwsModel):
    """A station that reports."""

    station_identifier: str = Field(pattern=r"^[A-Z0-9]{3,12}$")


class NwsFeature(NwsModel):
    """The envelope of one thing."""

    properties: dict[str, object]


class NwsFeatures(NwsModel):
    """The envelope of several."""

    features: tuple[object, ...] = Field(max_length=_MOST_FEATURES)
