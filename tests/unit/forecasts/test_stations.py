"""The table of stations: facts that hold together, and where they are from."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.climate_day import RULE_OF_VENUE, standard_offset
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.stations import LISTED
from chalicelib.forecasts.stations import station, station_of, stations
from chalicelib.matching.stations import STATIONS

JANUARY = datetime(2026, 1, 15, tzinfo=UTC)


def test_stations_lie_on_the_earth_and_in_the_time_zone_of_their_longitude() -> None:
    for place in stations().values():
        assert abs(place.latitude) <= 90
        sun = timedelta(hours=float(place.longitude) / 15)
        assert abs(standard_offset(place.time_zone, JANUARY) - sun) < timedelta(hours=2.6)


def test_stations_are_settled_on_by_venues_whose_day_is_known() -> None:
    for icao, place in stations().items():
        assert place.icao == icao
        assert place.venues
        assert set(place.verified) <= set(place.venues) <= RULE_OF_VENUE.keys()


def test_stations_of_one_city_differ_between_venues() -> None:
    kalshi, polymarket = station_of("new york", "kalshi"), station_of("New York", "polymarket")
    assert kalshi is not None
    assert polymarket is not None
    assert (kalshi.icao, polymarket.icao) == ("KNYC", "KLGA")
    assert station_of("Atlantis", "kalshi") is None


def test_station_that_is_not_listed_is_refused_with_the_way_to_list_it() -> None:
    with pytest.raises(NotFoundError, match="no station 'EDDB'") as caught:
        station("EDDB")
    assert "domain/stations.py" in caught.value.hint


def test_stations_that_rules_name_are_those_that_are_forecast_and_a_few_more() -> None:
    assert stations().keys() <= STATIONS.keys()
    for code, place in stations().items():
        assert STATIONS[code].city == place.city.lower()
        zone = STATIONS[code].zone
        assert zone is None or zone.name == place.time_zone


def test_stations_that_settle_a_market_are_known_by_their_place() -> None:
    unplaced = {code for code, row in LISTED.items() if row.venues and row.coordinates is None}
    assert unplaced == {"HKO"}


def test_stations_are_never_named_by_the_same_words() -> None:
    names = [name for row in LISTED.values() for name in row.names]
    assert len(names) == len(set(names))
