"""What every source of forecasts promises. It joins by tests/payloads/<name>/source.py."""

import asyncio
import importlib
from datetime import timedelta
from types import ModuleType

import pytest

from chalicelib.domain.climate_day import DayRule, day_of
from chalicelib.domain.daily_maximum import daily_maximum
from chalicelib.domain.errors import InputError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.forecast import Outlook, WeatherMeasure
from chalicelib.forecasts import known_sources, open_source
from chalicelib.ports import Forecasts
from chalicelib.venues import known_venues

PLAYED = [importlib.import_module(f"tests.payloads.{name}.source") for name in known_sources()]


@pytest.fixture(params=PLAYED, ids=lambda module: module.__name__.split(".")[2])
def played(request: pytest.FixtureRequest) -> ModuleType:
    """The module that plays a source."""
    module: ModuleType = request.param
    return module


@pytest.fixture
def source(played: ModuleType) -> Forecasts:
    opened: Forecasts = played.well()
    return opened


@pytest.fixture
def outlook(played: ModuleType, source: Forecasts) -> Outlook:
    return asyncio.run(source.outlook(played.STATION, played.NOW))


def test_forecasts_carry_their_source_and_station(
    played: ModuleType, source: Forecasts, outlook: Outlook
) -> None:
    assert outlook.station == played.STATION
    assert outlook.forecasts
    for forecast in outlook.forecasts:
        assert (forecast.source, forecast.station) == (source.name, played.STATION.icao)
    assert source.attribution


def test_forecasts_come_in_the_order_of_time_and_in_utc(outlook: Outlook) -> None:
    starts = [forecast.valid_from for forecast in outlook.forecasts]
    assert starts == sorted(starts)
    for forecast in outlook.forecasts:
        instants = (forecast.valid_from, forecast.valid_to, forecast.known_at, forecast.seen_at)
        assert all(instant.utcoffset() == timedelta(0) for instant in instants)


def test_forecasts_are_usable_once_they_were_seen_and_not_before(outlook: Outlook) -> None:
    for forecast in outlook.forecasts:
        assert forecast.known_at == forecast.seen_at
        assert forecast.issued_at is None or forecast.issued_at <= forecast.seen_at


def test_forecasts_tell_the_temperature_of_every_hour_ahead(
    played: ModuleType, outlook: Outlook
) -> None:
    hours = {f.valid_from for f in outlook.forecasts if f.measure is WeatherMeasure.TEMPERATURE}
    wanted = {played.NOW + timedelta(hours=hour) for hour in range(24)}
    assert wanted <= hours


def test_measurements_lie_in_the_past(outlook: Outlook) -> None:
    assert all(m.occurred_at <= m.seen_at for m in outlook.measurements)


def test_forecasts_give_a_distribution_of_todays_maximum(
    played: ModuleType, outlook: Outlook
) -> None:
    today = day_of(played.STATION.time_zone, played.NOW, DayRule.STANDARD)
    maximum = daily_maximum(outlook, today, DayRule.STANDARD, played.NOW)
    assert sum(maximum.probability(t, t) for t in range(-100, 200)) == pytest.approx(1)


@pytest.mark.parametrize("state", ["out_of_reach", "refusing"])
def test_a_source_that_does_not_serve_us_is_unavailable(played: ModuleType, state: str) -> None:
    source: Forecasts = getattr(played, state)()
    with pytest.raises(VenueUnavailable, match=source.name) as caught:
        asyncio.run(source.outlook(played.STATION, played.NOW))
    assert caught.value.hint


def test_a_source_that_talks_nonsense_is_not_believed(played: ModuleType) -> None:
    for source in played.talking_nonsense():
        with pytest.raises(VenuePayloadError):
            asyncio.run(source.outlook(played.STATION, played.NOW))


@pytest.mark.parametrize("name", known_sources())
def test_a_source_opens_by_name_and_is_no_venue(name: str) -> None:
    assert open_source(name, {"VENUE_CONTACT": "ops@tester.example"}).name == name
    assert name not in known_venues()


def test_a_source_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="not a source") as caught:
        open_source("crystal-ball", {})
    assert "nws, openmeteo" in caught.value.hint
