"""The stations that forecasts are asked for: those of which it is listed where they are."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.forecast import WeatherStation
from chalicelib.domain.stations import LISTED


@cache
def stations() -> Mapping[str, WeatherStation]:
    """All stations by their four letters."""
    return MappingProxyType({code: row.place for code, row in LISTED.items() if row.place})


def station(icao: str) -> WeatherStation:
    """One station; NotFoundError says what to do when it is not listed."""
    found = stations().get(icao)
    if found is None:
        raise NotFoundError(
            f"no station {icao!r} is listed", "Add it to chalicelib/domain/stations.py."
        )
    return found


def station_of(city: str, venue: str) -> WeatherStation | None:
    """The station that a venue's markets on a city settle on, if one is listed."""
    wanted = city.casefold()
    return next(
        (s for s in stations().values() if s.city.casefold() == wanted and venue in s.venues), None
    )
