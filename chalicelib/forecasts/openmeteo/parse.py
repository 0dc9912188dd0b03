"""Open-Meteo's columns to domain values. Pure; raises VenuePayloadError for what cannot be."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypedDict, cast

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.forecast import HOUR, Forecast, Measurement, Unit, WeatherMeasure
from chalicelib.forecasts.openmeteo.schemas import OpenMeteoAnswer
from chalicelib.forecasts.wire import believed, not_after, unit_of
from chalicelib.venues.body import words_in
from chalicelib.venues.payload import exact_number, read_model, refused
from chalicelib.venues.rejection import Sifted, sift

SOURCE = "openmeteo"
REANALYSIS = "openmeteo-reanalysis"
TEMPERATURE = "temperature_2m"

PUBLICATION = timedelta(hours=8)
"""Assumed time from a model run's start until it can be asked for: global models take 3 to 7."""

_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


class Row(TypedDict):
    """One hour of an answer: its local time, the control run, and all runs with it first."""

    time: object
    value: object
    members: Sequence[object]


@dataclass(frozen=True, slots=True)
class Columns:
    """The hours of an answer, the offset that their times have, and what the values are in."""

    rows: tuple[Row, ...]
    offset: timedelta
    unit: Unit


def read_columns(answer: object, variable: str, path: str) -> Columns:
    """Read the envelope, and turn columns into rows; raise for columns that do not match."""
    if isinstance(answer, dict) and answer.get("error") is True:
        raise VenueUnavailable(f"{path}: {words_in(answer)}", "Check OPENMETEO_* settings.")
    wire = read_model(OpenMeteoAnswer, answer, path)
    times = wire.hourly.get("time")
    runs = [wire.hourly[name] for name in _run_names(wire, variable)]
    if times is None or not runs:
        raise refused(f"{path}.hourly", sorted(wire.hourly), f"expected time and {variable}")
    if any(len(run) != len(times) for run in runs):
        raise refused(f"{path}.hourly", len(times), "expected columns of one length")
    unit = unit_of(wire.hourly_units.get(variable), f"{path}.hourly_units.{variable}")
    rows = (
        Row(time=time, value=values[0], members=values)
        for time, *values in zip(times, *runs, strict=True)
    )
    return Columns(tuple(rows), timedelta(seconds=wire.utc_offset_seconds), unit)


def _run_names(wire: OpenMeteoAnswer, variable: str) -> Iterator[str]:
    """The control run, then the members in the order of their numbers."""
    member = re.compile(rf"{re.escape(variable)}_member[0-9]{{2,3}}", re.ASCII)
    if variable in wire.hourly:
        yield variable
        yield from sorted(name for name in wire.hourly if member.fullmatch(name))


def read_forecasts(
    columns: Columns, station: str, path: str, seen_at: datetime, lead: timedelta | None = None
) -> Sifted[Forecast]:
    """Read a forecast; with ``lead``, one from the archive that was made so long before each hour.

    An hour without a value is passed over.
    """

    def read(raw: object, where: str) -> Forecast | None:
        row = cast("Row", raw)
        if row["value"] is None:
            return None
        valid_from = _utc(row["time"], columns.offset, f"{where}.time")
        members = _members(row["members"], where)
        known_at = seen_at if lead is None else min(valid_from - lead + PUBLICATION, seen_at)
        return believed(
            lambda: Forecast(
                SOURCE, station, WeatherMeasure.TEMPERATURE, columns.unit, members[0], valid_from,
                valid_from + HOUR, None, known_at, seen_at, members if len(members) > 1 else (),
            ),
            where,
            row["value"],
        )  # fmt: skip

    return sift(SOURCE, path, columns.rows, read, name_field="time")


def read_reanalysis(
    columns: Columns, station: str, path: str, seen_at: datetime
) -> Sifted[Measurement]:
    """Read what a model computed of the past from all measurements."""

    def read(raw: object, where: str) -> Measurement | None:
        row = cast("Row", raw)
        if row["value"] is None:
            return None
        occurred_at = _utc(row["time"], columns.offset, f"{where}.time")
        occurred_at = not_after(occurred_at, seen_at, f"{where}.time")
        value = _number(row["value"], where)
        return believed(
            lambda: Measurement(
                REANALYSIS,
                station,
                WeatherMeasure.TEMPERATURE,
                columns.unit,
                value,
                occurred_at,
                seen_at,
            ),
            where,
            value,
        )

    return sift(SOURCE, path, columns.rows, read, name_field="time")


def _members(runs: Sequence[object], path: str) -> tuple[Decimal, ...]:
    """The value of each run; the control run alone when one of the others is missing."""
    known = runs[:1] if None in runs else runs
    return tuple(_number(value, path) for value in known)


def _number(value: object, path: str) -> Decimal:
    try:
        return exact_number(value)
    except ValueError as exc:
        raise refused(path, value, str(exc)) from exc


def _utc(value: object, offset: timedelta, path: str) -> datetime:
    """The instant of a local time that comes without its offset."""
    if not isinstance(value, str) or not _LOCAL_TIME.fullmatch(value):
        raise refused(path, value, "expected a local time such as 2026-07-01T13:00")
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) - offset
    except (ValueError, OverflowError) as exc:
        raise refused(path, value, "expected a local time such as 2026-07-01T13:00") from exc
