"""Weather stations as the rules of markets name them.

A station is only taken from a market's own rules or source: a city is not a station.
"""

import re
from dataclasses import dataclass

from chalicelib.domain.stations import LISTED
from chalicelib.matching.zones import CENTRAL, EASTERN, MOUNTAIN, PACIFIC, ClockChange, Zone

_EU = ClockChange.EU
_ZONES: dict[str, Zone] = {
    zone.name: zone
    for zone in (
        EASTERN, CENTRAL, MOUNTAIN, PACIFIC,
        Zone("America/Detroit", -5, ClockChange.US), Zone("America/Toronto", -5, ClockChange.US),
        Zone("America/Phoenix", -7), Zone("America/Sao_Paulo", -3),
        Zone("America/Argentina/Buenos_Aires", -3),
        Zone("Europe/London", 0, _EU), Zone("Europe/Paris", 1, _EU), Zone("Europe/Berlin", 1, _EU),
        Zone("Europe/Madrid", 1, _EU), Zone("Europe/Rome", 1, _EU), Zone("Europe/Warsaw", 1, _EU),
        Zone("Europe/Amsterdam", 1, _EU), Zone("Europe/Helsinki", 2, _EU),
        Zone("Europe/Istanbul", 3), Zone("Europe/Moscow", 3), Zone("Asia/Riyadh", 3),
        Zone("Asia/Kolkata", 5.5), Zone("Asia/Shanghai", 8), Zone("Asia/Hong_Kong", 8),
        Zone("Asia/Taipei", 8), Zone("Asia/Kuala_Lumpur", 8), Zone("Asia/Manila", 8),
        Zone("Asia/Singapore", 8), Zone("Asia/Tokyo", 9), Zone("Asia/Seoul", 9),
    )
}  # fmt: skip
"""Time zones whose rule for the clocks is stated in zones.py; others are not known here."""


@dataclass(frozen=True, slots=True)
class Station:
    """A station by its ICAO code or its own name. ``zone`` None: its clock is not known here."""

    code: str
    city: str
    zone: Zone | None


STATIONS: dict[str, Station] = {
    code: Station(code, row.city.lower(), _ZONES.get(row.time_zone)) for code, row in LISTED.items()
}

CITIES: dict[str, str] = {
    **{station.city: station.city for station in STATIONS.values()},
    **dict.fromkeys(("nyc", "new york city", "ny"), "new york"),
    **dict.fromkeys(("la", "los angeles"), "los angeles"),
    **dict.fromkeys(("dc", "washington dc", "washington, dc", "washington d.c."), "washington"),
    **dict.fromkeys(("sf", "san francisco"), "san francisco"),
    "philly": "philadelphia",
    "são paulo": "sao paulo",
}
"""Cities as titles name them, in lower case, to one name each."""

_CODES = (
    re.compile(r"wunderground\.com/[\w/.-]*/([a-z]{4})\b"),
    re.compile(r"[?&]site=([a-z]{4})\b"),
    re.compile(r"\bcoordinates ([a-z]{4})\b"),
    re.compile(r"\(([a-z]{4})\)"),
)
_REPORTS = (re.compile(r"\bcli([a-z]{3})\b"), re.compile(r"[?&]issuedby=([a-z]{3})\b"))


def stations_named(texts: str) -> set[str]:
    """Codes of all stations that a market's rules and source name; ``texts`` in lower case."""
    found = {code for code, row in LISTED.items() if any(name in texts for name in row.names)}
    named = {code.upper() for pattern in _CODES for code in pattern.findall(texts)}
    reported = {f"K{code.upper()}" for pattern in _REPORTS for code in pattern.findall(texts)}
    return found | {code for code in named | reported if code in STATIONS}
