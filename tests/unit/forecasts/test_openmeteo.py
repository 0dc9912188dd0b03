"""Open-Meteo: local times made instants, members kept apart, and the past without look-ahead."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.forecast import Unit
from chalicelib.forecasts import open_source
from chalicelib.forecasts.openmeteo.client import ARCHIVE, ENSEMBLE, PREVIOUS_RUNS, STITCHED
from chalicelib.forecasts.openmeteo.parse import (
    PUBLICATION,
    REANALYSIS,
    TEMPERATURE,
    read_columns,
    read_forecasts,
    read_reanalysis,
)
from chalicelib.venues.payload import load_json
from tests.payloads.openmeteo.source import HERE, STATION, PlayedOpenMeteo
from tests.unit.venues.played_http import NOW, attempt, reply, run
from tests.unit.venues.poison import ANY_POISON

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 2)


def parsed(name: str) -> Any:
    return load_json((HERE / f"{name}.json").read_bytes())


def small(**changes: object) -> dict[str, Any]:
    """An answer of two hours, in Berlin's summer unless told otherwise."""
    answer = {
        "utc_offset_seconds": 7200,
        "hourly_units": {"time": "iso8601", TEMPERATURE: "°C"},
        "hourly": {
            "time": ["2026-07-01T00:00", "2026-07-01T01:00"],
            TEMPERATURE: [Decimal("17.5"), 17],
        },
    }
    return {**answer, **changes}


def read(answer: object) -> Any:
    return read_forecasts(read_columns(answer, TEMPERATURE, "x"), "EDDB", "x", NOW)


def test_openmeteo_local_times_become_instants_by_the_offset_of_the_answer() -> None:
    hours = read(small()).kept
    assert hours[0].valid_from == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert (hours[0].value, hours[0].unit) == (Decimal("17.5"), Unit.CELSIUS)


def test_openmeteo_is_asked_in_utc_where_no_clock_changes() -> None:
    played = PlayedOpenMeteo()
    run(played.client().outlook(STATION, NOW))
    params = played.network.requests[0].url.params
    assert (params["timezone"], params["temperature_unit"]) == ("GMT", "fahrenheit")
    assert (params["latitude"], params["longitude"]) == ("40.7790", "-73.9692")


def test_openmeteo_keeps_every_member_with_the_control_run_first() -> None:
    hours = run(PlayedOpenMeteo().client().outlook(STATION, NOW)).forecasts
    columns = parsed("ensemble")["hourly"]
    names = [TEMPERATURE, *(f"{TEMPERATURE}_member{n:02d}" for n in range(1, 5))]
    assert hours[5].members == tuple(columns[name][5] for name in names)
    assert hours[5].value == columns[TEMPERATURE][5]


def test_openmeteo_hour_in_which_a_member_is_missing_has_the_control_run_alone() -> None:
    hours = run(PlayedOpenMeteo().client().outlook(STATION, NOW)).forecasts
    assert hours[70].members == ()
    assert len(hours[71].members) == 5


def test_openmeteo_outlook_is_answered_from_memory_until_it_is_due() -> None:
    played = PlayedOpenMeteo()
    client = played.client(refresh_seconds=3600)
    first = run(client.outlook(STATION, NOW))
    played.network.time += 3599
    assert run(client.outlook(STATION, NOW)) is first
    played.network.time += 1
    assert run(client.outlook(STATION, NOW)) is not first


def test_openmeteo_best_guess_has_no_members() -> None:
    hours = run(PlayedOpenMeteo().client().best_guess(STATION)).forecasts
    assert {hour.members for hour in hours} == {()}


def test_openmeteo_past_forecast_is_known_only_after_its_run_was_published() -> None:
    played = PlayedOpenMeteo()
    hours = run(played.client().past_outlook(STATION, FIRST, LAST, 2)).forecasts
    sent = played.network.requests[0].url
    assert (sent.host, sent.params["hourly"]) == (PREVIOUS_RUNS, f"{TEMPERATURE}_previous_day2")
    assert (sent.params["start_date"], sent.params["end_date"]) == ("2026-09-01", "2026-09-02")
    assert hours
    for hour in hours:
        assert hour.known_at == hour.valid_from - timedelta(days=2) + PUBLICATION
        assert hour.seen_at == NOW


def test_openmeteo_beginnings_of_runs_are_known_only_after_the_hour() -> None:
    played = PlayedOpenMeteo()
    hours = run(played.client().past_outlook(STATION, FIRST, LAST, 0)).forecasts
    assert played.network.requests[0].url.host == STITCHED
    assert all(hour.known_at > hour.valid_to for hour in hours)


@pytest.mark.parametrize("lead", [-1, 8])
def test_openmeteo_past_forecast_of_another_lead_is_not_asked_for(lead: int) -> None:
    played = PlayedOpenMeteo()
    with pytest.raises(VenueUnavailable, match="keeps no forecasts"):
        run(played.client().past_outlook(STATION, FIRST, LAST, lead))
    assert played.network.requests == []


def test_openmeteo_reanalysis_is_labelled_and_no_forecast() -> None:
    played = PlayedOpenMeteo()
    found = run(played.client().reanalysis(STATION, FIRST, LAST))
    assert played.network.requests[0].url.host == ARCHIVE
    assert {measured.source for measured in found} == {REANALYSIS}
    assert len(found) == 47
    assert "looks ahead" in (PlayedOpenMeteo().client().reanalysis.__doc__ or "")


def test_openmeteo_error_that_comes_with_status_200_is_told_in_its_words() -> None:
    played = PlayedOpenMeteo()
    played.answers[ENSEMBLE] = {"error": True, "reason": "no such model"}
    with pytest.raises(VenueUnavailable, match="no such model"):
        run(played.client().outlook(STATION, NOW))


def test_openmeteo_refusal_is_told_in_its_words() -> None:
    played = PlayedOpenMeteo()
    played.network.handler = lambda request: reply({"error": True, "reason": "bad latitude"}, 400)
    with pytest.raises(VenueUnavailable, match="400: bad latitude"):
        run(played.client().outlook(STATION, NOW))


def test_openmeteo_bad_hour_is_quarantined_and_the_others_kept() -> None:
    answer = small()
    answer["hourly"][TEMPERATURE][0] = "NaN"
    found = read(answer)
    assert [hour.value for hour in found.kept] == [17]
    assert found.quarantined[0].subject == "2026-07-01T00:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"hourly": {"time": ["2026-07-01T00:00"], TEMPERATURE: [1, 2]}},
        {"hourly": {"time": ["2026-07-01T00:00"], "rain": [1]}},
        {"hourly": {TEMPERATURE: [1]}},
        {"hourly_units": {"time": "iso8601"}},
        {"hourly_units": {TEMPERATURE: "K"}},
        {"utc_offset_seconds": 60_000},
        {"utc_offset_seconds": "7200"},
        {"utc_offset_seconds": True},
    ],
)
def test_openmeteo_answer_that_does_not_fit_together_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(VenuePayloadError):
        read(small(**changes))


@pytest.mark.parametrize(
    "time",
    [
        "2026-07-01T00:00Z",
        "2026-07-01",
        1_782_864_000,
        "2026-13-01T00:00",
        "0001-01-01T00:00",
        None,
    ],
)
def test_openmeteo_time_that_is_not_local_is_quarantined(time: object) -> None:
    answer = small()
    answer["hourly"]["time"][0] = time
    assert len(read(answer).kept) == 1


@given(value=ANY_POISON, place=st.sampled_from([TEMPERATURE, "time"]))
def test_openmeteo_value_is_believable_or_refused(value: object, place: str) -> None:
    answer = small()
    answer["hourly"][place] = [value, answer["hourly"][place][1]]
    kept = read(answer).kept
    assert kept
    assert all(-95 <= hour.value <= 65 for hour in kept)


@given(raw=ANY_POISON)
def test_openmeteo_anything_at_all_is_read_or_refused(raw: object) -> None:
    readers: list[Callable[[], object]] = [
        lambda: read(raw),
        lambda: read(small(hourly=raw)),
        lambda: read(small(hourly_units=raw)),
        lambda: read(small(hourly={"time": raw, TEMPERATURE: raw})),
        lambda: read_reanalysis(
            read_columns(small(hourly={"time": [raw], TEMPERATURE: [raw]}), TEMPERATURE, "x"),
            "EDDB", "x", NOW,
        ),
    ]  # fmt: skip
    for reader in readers:
        attempt(reader)


@pytest.mark.parametrize("model", ["", "../x", "a b", "A"])
def test_openmeteo_model_that_is_no_name_is_refused(model: str) -> None:
    with pytest.raises(InputError, match="OPENMETEO_ENSEMBLE"):
        open_source("openmeteo", {"OPENMETEO_ENSEMBLE": model})
