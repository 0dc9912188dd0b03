"""The stations that weather markets settle on; where each fact is from stands in the file."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.forecast import WeatherStation

LISTED = Path(__file__).with_name("stations.json")


@cache
def stations() -> Mapping[str, WeatherStation]:
    """All stations by their four letters, read once."""
    rows = json.loads(LISTED.read_text("utf-8"))["stations"]
    return MappingProxyType({row["icao"]: _station(row) for row in rows})


def station(icao: str) -> WeatherStation:
    """One station; NotFoundError says what to do when it is not listed."""
    found = stations().get(icao)
    if found is None:
        raise NotFoundError(f"no station {icao!r} is listed", f"Add it to {LISTED.name}.")
    return found


def station_of(city: str, venue: str) -> WeatherStation | None:
    """The station that a venue's markets on a city settle on, if one is listed."""
    wanted = city.casefold()
    return next(
        (s for s in stations().values() if s.city.casefold() == wanted and venue in s.venues), None
    )


def _station(row: Mapping[str, str]) -> WeatherStation:
    return WeatherStation(
        row["icao"],
        row["city"],
        Decimal(row["latitude"]),
        Decimal(row["longitude"]),
        row["time_zone"],
        tuple(row["venues"]),
        tuple(row["verified"]),
    )
