"""The weather service's answers to domain values. Pure; raises VenuePayloadError."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from chalicelib.domain.forecast import HOUR, Forecast, Measurement, Unit, WeatherMeasure
from chalicelib.domain.quarantine import Quarantined
from chalicelib.forecasts.nws.schemas import (
    NwsFeature,
    NwsFeatures,
    NwsGrid,
    NwsLayer,
    NwsLayerValue,
    NwsPeriod,
    NwsPeriods,
    NwsPoint,
    NwsQuality,
    NwsQuantity,
    NwsReport,
    NwsStation,
)
from chalicelib.forecasts.wire import believed, not_after, unit_of
from chalicelib.venues.payload import exact_number, read_model, refused
from chalicelib.venues.rejection import Sifted, sift

SOURCE = "nws"

_DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?", re.ASCII)
_LONGEST = timedelta(days=14)
_BAD = frozenset({NwsQuality.REJECTED, NwsQuality.QUESTIONED, NwsQuality.SUBJECTIVELY_BAD})
_LAYERS = {
    "temperature": WeatherMeasure.TEMPERATURE,
    "max_temperature": WeatherMeasure.MAXIMUM,
    "min_temperature": WeatherMeasure.MINIMUM,
    "quantitative_precipitation": WeatherMeasure.PRECIPITATION,
}

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Seeing:
    """Whose forecast is read, and when it was seen."""

    station: str
    seen_at: datetime


def read_point(answer: object) -> NwsPoint:
    """Read which square of the grid a place lies in."""
    return read_model(NwsPoint, _properties(answer, "nws point"), "nws point")


def read_periods(answer: object, seeing: Seeing, *, hourly: bool) -> Sifted[Forecast]:
    """Read a forecast in periods: of single hours, or of days with a maximum and nights."""
    path = "nws hourly forecast" if hourly else "nws forecast"
    wire = read_model(NwsPeriods, _properties(answer, path), path)
    issued_at = _issued(wire.update_time, seeing, f"{path}.updateTime")
    return sift(
        SOURCE,
        f"{path}.periods",
        wire.periods,
        lambda raw, where: _period(raw, where, seeing, issued_at, hourly=hourly),
        name_field="startTime",
    )


def read_grid(answer: object, seeing: Seeing) -> Sifted[Forecast]:
    """Read the layers of the grid that concern us, temperatures hour by hour."""
    wire = read_model(NwsGrid, _properties(answer, "nws grid"), "nws grid")
    issued_at = _issued(wire.update_time, seeing, "nws grid.updateTime")
    kept: list[Forecast] = []
    refusals: list[Quarantined] = []
    for name, measure in _LAYERS.items():
        layer: NwsLayer | None = getattr(wire, name)
        if layer is None:
            continue
        read = _layer(layer, f"nws grid.{name}", measure, seeing, issued_at)
        kept.extend(forecast for hours in read.kept for forecast in hours)
        refusals.extend(read.quarantined)
    return Sifted(tuple(kept), tuple(refusals))


def read_observations(answer: object, seeing: Seeing) -> Sifted[Measurement]:
    """Read what a station reported; a report without a temperature is passed over."""
    return _features(answer, "nws observations", lambda raw, path: _measured(raw, path, seeing))


def read_stations(answer: object) -> Sifted[str]:
    """Read the stations near a place, nearest first."""
    return _features(answer, "nws stations", _nearby)


def _nearby(raw: object, path: str) -> str:
    return read_model(NwsStation, raw, path).station_identifier


def _features(
    answer: object, path: str, read: Callable[[object, str], Read | None]
) -> Sifted[Read]:
    wire = read_model(NwsFeatures, answer, path)
    return sift(
        SOURCE,
        f"{path}.features",
        wire.features,
        lambda raw, where: read(_properties(raw, where), f"{where}.properties"),
        name_field="id",
    )


def _properties(answer: object, path: str) -> dict[str, object]:
    return read_model(NwsFeature, answer, path).properties


def _period(
    raw: object, path: str, seeing: Seeing, issued_at: datetime | None, *, hourly: bool
) -> Forecast | None:
    wire = read_model(NwsPeriod, raw, path)
    if wire.temperature is None:
        return None
    if wire.start_time is None or wire.end_time is None:
        raise refused(f"{path}.startTime", None, "expected a start and an end")
    value, unit = _temperature(wire, path)
    extreme = WeatherMeasure.MAXIMUM if wire.is_daytime else WeatherMeasure.MINIMUM
    measure = WeatherMeasure.TEMPERATURE if hourly else extreme
    start, end = wire.start_time, wire.end_time
    return believed(
        lambda: Forecast(
            SOURCE, seeing.station, measure, unit, value, start, end,
            issued_at, seeing.seen_at, seeing.seen_at,
        ),
        path,
        value,
    )  # fmt: skip


def _temperature(wire: NwsPeriod, path: str) -> tuple[Decimal, Unit]:
    if isinstance(wire.temperature, dict):
        quantity = read_model(NwsQuantity, wire.temperature, f"{path}.temperature")
        if quantity.value is None:
            raise refused(f"{path}.temperature.value", None, "expected a number")
        return quantity.value, unit_of(quantity.unit_code, f"{path}.temperature.unitCode")
    try:
        value = exact_number(wire.temperature)
    except ValueError as exc:
        raise refused(f"{path}.temperature", wire.temperature, str(exc)) from exc
    return value, unit_of(wire.temperature_unit, f"{path}.temperatureUnit")


def _layer(
    layer: NwsLayer, path: str, measure: WeatherMeasure, seeing: Seeing, issued_at: datetime | None
) -> Sifted[tuple[Forecast, ...]]:
    unit = unit_of(layer.uom, f"{path}.uom")

    def read(raw: object, where: str) -> tuple[Forecast, ...] | None:
        wire = read_model(NwsLayerValue, raw, where)
        value = wire.value
        if value is None:
            return None
        spans = _spans(
            wire.valid_time, f"{where}.validTime", split=measure is WeatherMeasure.TEMPERATURE
        )
        return believed(
            lambda: tuple(
                Forecast(
                    SOURCE, seeing.station, measure, unit, value, start, end,
                    issued_at, seeing.seen_at, seeing.seen_at,
                )
                for start, end in spans
            ),
            where,
            value,
        )  # fmt: skip

    return sift(SOURCE, f"{path}.values", layer.values, read, name_field="validTime")


def _spans(text: str, path: str, *, split: bool) -> list[tuple[datetime, datetime]]:
    """The interval in ``<start>/<duration>``; ``split`` into hours where a value is of each."""
    head, _, tail = text.partition("/")
    matched = _DURATION.fullmatch(tail)
    try:
        stated = datetime.fromisoformat(head)
        start = stated.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise refused(path, text, "expected a time and a duration") from exc
    if matched is None or stated.tzinfo is None:
        raise refused(path, text, "expected a time with its offset, and a duration")
    days, hours, minutes = (int(group or 0) for group in matched.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if not timedelta() < length <= _LONGEST:
        raise refused(path, text, f"expected more than nothing and at most {_LONGEST}")
    return list(_hours(start, start + length)) if split else [(start, start + length)]


def _hours(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        yield start, min(start + HOUR, end)
        start += HOUR


def _measured(raw: object, path: str, seeing: Seeing) -> Measurement | None:
    wire = read_model(NwsReport, raw, path)
    value = wire.temperature.value
    if value is None:
        return None
    if wire.timestamp is None:
        raise refused(f"{path}.timestamp", None, "expected a time")
    quality = _quality(wire.temperature.quality_control, f"{path}.temperature.qualityControl")
    unit = unit_of(wire.temperature.unit_code, f"{path}.temperature.unitCode")
    occurred_at = not_after(wire.timestamp, seeing.seen_at, f"{path}.timestamp")
    return believed(
        lambda: Measurement(
            SOURCE, seeing.station, WeatherMeasure.TEMPERATURE, unit, value,
            occurred_at, seeing.seen_at, quality,
        ),
        f"{path}.temperature.value",
        value,
    )  # fmt: skip


def _quality(mark: str | None, path: str) -> str:
    """The mark without its prefix; refuse one that the service itself does not believe."""
    if mark is None:
        return ""
    try:
        quality = NwsQuality(mark.removeprefix("qc:"))
    except ValueError as exc:
        raise refused(path, mark, f"expected one of {', '.join(NwsQuality)}") from exc
    if quality in _BAD:
        raise refused(path, mark, "the service's quality control does not believe it")
    return quality.value


def _issued(issued_at: datetime | None, seeing: Seeing, path: str) -> datetime | None:
    return None if issued_at is None else not_after(issued_at, seeing.seen_at, path)
