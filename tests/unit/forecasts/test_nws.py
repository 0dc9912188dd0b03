"""The weather service: its chain asked once, its holes and marks understood, its failures borne."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError, VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.forecast import Forecast, Unit, WeatherMeasure
from chalicelib.domain.quarantine import UNANSWERED, UNREADABLE
from chalicelib.forecasts import open_source
from chalicelib.forecasts.nws.parse import (
    Seeing,
    read_grid,
    read_observations,
    read_periods,
    read_point,
    read_stations,
)
from chalicelib.forecasts.stations import station
from chalicelib.venues.payload import load_json
from tests.payloads.nws.source import HERE, SQUARE, STATION, PlayedNws
from tests.unit.venues.played_http import NOW, attempt, run
from tests.unit.venues.poison import ANY_POISON

SEEING = Seeing("KNYC", NOW)


def parsed(name: str) -> Any:
    return load_json((HERE / f"{name}.json").read_bytes())


def of(measure: WeatherMeasure, forecasts: tuple[Forecast, ...]) -> list[Forecast]:
    return [f for f in forecasts if f.measure is measure]


def test_nws_places_are_asked_for_once_in_the_clients_life() -> None:
    played = PlayedNws()
    client = played.client(refresh_seconds=600)
    for _ in range(3):
        run(client.outlook(STATION, NOW))
        played.network.time += 600
    assert played.paths().count("/points/40.779,-73.9692") == 1
    assert played.paths().count(SQUARE) == 3


def test_nws_outlook_is_answered_from_memory_until_it_is_due() -> None:
    played = PlayedNws()
    client = played.client(refresh_seconds=600)
    first = run(client.outlook(STATION, NOW))
    played.network.time += 599
    assert run(client.outlook(STATION, NOW)) is first


def test_nws_is_told_who_asks() -> None:
    played = PlayedNws()
    run(played.client().outlook(STATION, NOW))
    assert all("ops@tester.example" in r.headers["user-agent"] for r in played.network.requests)


def test_nws_without_a_contact_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="VENUE_CONTACT is 'not set'"):
        open_source("nws", {})


def test_nws_coordinates_have_no_zeros_at_their_end() -> None:
    played = PlayedNws()
    with pytest.raises(VenueUnavailable):
        run(played.client().outlook(station("KLAS"), NOW))
    assert played.paths() == ["/points/36.0803,-115.1524"]


def test_nws_grid_gives_temperatures_hour_by_hour_and_the_extremes_whole() -> None:
    outlook = run(PlayedNws().client().outlook(STATION, NOW))
    hours = of(WeatherMeasure.TEMPERATURE, outlook.forecasts)
    assert [f.valid_to - f.valid_from for f in hours] == [timedelta(hours=1)] * len(hours)
    assert [f.value for f in hours[:4]] == [20, 20, 20, Decimal("23.8888888")]
    highest = of(WeatherMeasure.MAXIMUM, outlook.forecasts)[0]
    assert (highest.valid_from, highest.valid_to - highest.valid_from) == (NOW, timedelta(hours=13))
    assert of(WeatherMeasure.PRECIPITATION, outlook.forecasts)[0].unit is Unit.MILLIMETRE
    assert highest.issued_at == datetime(2026, 9, 14, 10, 21, 5, tzinfo=UTC)
    assert outlook.measurements[0].value == Decimal("20.6")


def test_nws_hour_without_a_value_is_passed_over() -> None:
    hours = of(
        WeatherMeasure.TEMPERATURE, run(PlayedNws().client().outlook(STATION, NOW)).forecasts
    )
    assert hours[-1].valid_to == datetime(2026, 9, 16, 17, tzinfo=UTC)


def test_nws_grid_that_fails_is_replaced_by_the_forecasts_written_from_it() -> None:
    played = PlayedNws()
    played.answers[SQUARE] = 500
    outlook = run(played.client().outlook(STATION, NOW))
    assert len(of(WeatherMeasure.TEMPERATURE, outlook.forecasts)) == 24
    assert [f.value for f in of(WeatherMeasure.MAXIMUM, outlook.forecasts)] == [79]
    assert [f.value for f in of(WeatherMeasure.MINIMUM, outlook.forecasts)] == [63]
    assert ("grid", UNANSWERED) in [(q.subject, q.code) for q in outlook.quarantined]


def test_nws_square_that_is_gone_is_looked_up_again_the_next_time() -> None:
    played = PlayedNws()
    client = played.client()
    grid = played.answers.pop(SQUARE)
    with pytest.raises(VenueUnavailable, match="404: no such thing"):
        run(client.outlook(STATION, NOW))
    played.answers[SQUARE] = grid
    assert run(client.outlook(STATION, NOW)).forecasts
    assert played.paths().count("/points/40.779,-73.9692") == 2


def test_nws_reports_that_fail_do_not_hide_the_forecasts() -> None:
    played = PlayedNws()
    played.answers["/stations/KNYC/observations"] = 500
    outlook = run(played.client().outlook(STATION, NOW))
    assert outlook.forecasts
    assert outlook.measurements == ()
    assert [(q.subject, q.code) for q in outlook.quarantined] == [("observations", UNANSWERED)]


def test_nws_report_without_a_value_is_passed_over_and_one_marked_bad_quarantined() -> None:
    read = read_observations(parsed("observations"), SEEING)
    assert [(m.value, m.quality) for m in read.kept] == [
        (Decimal("20.6"), "V"),
        (Decimal("19.4"), "V"),
    ]
    assert [q.code for q in read.quarantined] == [UNREADABLE]
    assert "quality control does not believe it" in read.quarantined[0].reason


@pytest.mark.parametrize("mark", ["X", "Q", "B", "qc:X", "!", ""])
def test_nws_mark_that_is_bad_or_unknown_is_refused(mark: str) -> None:
    answer = parsed("observations")
    answer["features"][0]["properties"]["temperature"]["qualityControl"] = mark
    read = read_observations(answer, SEEING)
    assert Decimal("20.6") not in {m.value for m in read.kept}
    assert any("qualityControl" in q.reason for q in read.quarantined)


def test_nws_report_of_the_future_is_refused() -> None:
    read = read_observations(parsed("observations"), Seeing("KNYC", NOW - timedelta(hours=1)))
    assert any("after we saw it" in q.reason for q in read.quarantined)


def test_nws_hourly_temperature_may_be_a_number_or_one_with_its_unit() -> None:
    hours = read_periods(parsed("hourly"), SEEING, hourly=True).kept
    assert (hours[2].value, hours[2].unit) == (70, Unit.FAHRENHEIT)
    assert (hours[3].value, hours[3].unit) == (Decimal("21.1"), Unit.CELSIUS)
    assert hours[0].issued_at == datetime(2026, 9, 14, 10, 21, 5, tzinfo=UTC)


def test_nws_older_answers_name_office_and_unit_in_other_words() -> None:
    point = parsed("point")
    del point["properties"]["gridId"]
    assert read_point(point).grid_id == "OKX"
    grid = parsed("grid")
    grid["properties"]["temperature"]["uom"] = "unit:degF"
    assert read_grid(grid, SEEING).kept[0].unit is Unit.FAHRENHEIT


def test_nws_stations_come_nearest_first() -> None:
    assert run(PlayedNws().client().stations_near(STATION)) == ("KNYC", "KLGA")


@pytest.mark.parametrize(
    "interval",
    [
        "2026-09-14T12:00:00/PT1H", "2026-09-14T12:00:00+00:00", "2026-09-14T12:00:00+00:00/PT0H",
        "2026-09-14T12:00:00+00:00/P", "2026-09-14T12:00:00+00:00/P99D", "/PT1H", "x/PT1H",
        "2026-09-14T12:00:00+00:00/PT1H/PT1H", "0001-01-01T00:00:00+14:00/PT1H",
    ],
)  # fmt: skip
def test_nws_interval_that_is_none_is_quarantined_with_its_path(interval: str) -> None:
    grid = parsed("grid")
    grid["properties"]["temperature"]["values"][0]["validTime"] = interval
    read = read_grid(grid, SEEING)
    assert any("temperature.values[0].validTime" in q.reason for q in read.quarantined)
    assert len(of(WeatherMeasure.MAXIMUM, read.kept)) == 2


@given(raw=ANY_POISON)
def test_nws_anything_at_all_is_read_or_refused(raw: object) -> None:
    readers: list[Callable[[], object]] = [
        lambda: read_point(raw),
        lambda: read_stations(raw),
        lambda: read_grid(raw, SEEING),
        lambda: read_observations(raw, SEEING),
        lambda: read_periods(raw, SEEING, hourly=True),
        lambda: read_point({"properties": raw}),
        lambda: read_grid({"properties": raw}, SEEING),
        lambda: read_grid({"properties": {"temperature": raw}}, SEEING),
        lambda: read_periods({"properties": raw}, SEEING, hourly=False),
        lambda: read_observations({"features": [{"properties": raw}]}, SEEING),
    ]
    for read in readers:
        attempt(read)


@given(
    field=st.sampled_from(["value", "unitCode", "qualityControl"]),
    outer=st.sampled_from(["timestamp", "temperature", None]),
    value=ANY_POISON,
)
def test_nws_report_is_believable_or_refused(field: str, outer: str | None, value: object) -> None:
    answer = parsed("observations")
    properties = answer["features"][0]["properties"]
    if outer is None:
        properties["temperature"][field] = value
    else:
        properties[outer] = value
    read = attempt(lambda: read_observations(answer, SEEING))
    assert not isinstance(read, VenueError)
    assert all(-95 <= m.value <= 150 and m.occurred_at <= NOW for m in read.kept)


@given(field=st.sampled_from(["value", "validTime"]), value=ANY_POISON)
def test_nws_value_of_the_grid_is_believable_or_refused(field: str, value: object) -> None:
    answer = parsed("grid")
    answer["properties"]["temperature"]["values"][0][field] = value
    read = read_grid(answer, SEEING)
    assert all(-140 <= f.value <= 150 for f in read.kept)


@given(
    field=st.sampled_from(["temperature", "temperatureUnit", "startTime", "endTime", "isDaytime"]),
    value=ANY_POISON,
)
def test_nws_period_is_believable_or_refused(field: str, value: object) -> None:
    answer = parsed("hourly")
    answer["properties"]["periods"][0][field] = value
    read = read_periods(answer, SEEING, hourly=True)
    assert all(-140 <= f.value <= 150 for f in read.kept)
    assert len(read.kept) >= 23


@pytest.mark.parametrize("grid_id", ["../x", "okx", "OKX/..", "", None, 7])
def test_nws_office_that_could_lead_elsewhere_is_refused(grid_id: object) -> None:
    answer = parsed("point")
    answer["properties"]["gridId"] = grid_id
    with pytest.raises(VenuePayloadError, match="gridId"):
        read_point(answer)
