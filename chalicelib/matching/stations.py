"""Weather stations that markets settle on, and how the venues name them.

A city is not a station: New York is Central Park at one venue and LaGuardia at the other, Chicago
is Midway or O'Hare. So a station is only taken from a market's own rules or source.
"""

import re
from dataclasses import dataclass

from chalicelib.matching.zones import CENTRAL, EASTERN, MOUNTAIN, PACIFIC, ClockChange, Zone

PHOENIX = Zone("America/Phoenix", -7)
LONDON = Zone("Europe/London", 0, ClockChange.EU)
PARIS = Zone("Europe/Paris", 1, ClockChange.EU)
HELSINKI = Zone("Europe/Helsinki", 2, ClockChange.EU)
ISTANBUL = Zone("Europe/Istanbul", 3)
SHANGHAI = Zone("Asia/Shanghai", 8)
TOKYO = Zone("Asia/Tokyo", 9)
KOLKATA = Zone("Asia/Kolkata", 5.5)
SAO_PAULO = Zone("America/Sao_Paulo", -3)


@dataclass(frozen=True, slots=True)
class Station:
    """A station by its ICAO code or its own name. ``zone`` None: its clock is not known here."""

    code: str
    city: str
    zone: Zone | None


_ROWS: tuple[tuple[Zone | None, str], ...] = (
    (EASTERN, "KNYC new york|KLGA new york|KJFK new york|KEWR new york|KMIA miami"),
    (EASTERN, "KATL atlanta|KBOS boston|KDCA washington|KDTW detroit|KCLT charlotte|CYYZ toronto"),
    (EASTERN, "KPHL philadelphia|KTTN trenton|KTPA tampa|KMCO orlando|KCLE cleveland"),
    (CENTRAL, "KMDW chicago|KORD chicago|KAUS austin|KHOU houston|KIAH houston|KDAL dallas"),
    (CENTRAL, "KDFW dallas|KMSP minneapolis|KMSY new orleans|KOKC oklahoma city|KSAT san antonio"),
    (MOUNTAIN, "KDEN denver|KBKF denver|KSLC salt lake city"),
    (PHOENIX, "KPHX phoenix"),
    (PACIFIC, "KLAX los angeles|KSFO san francisco|KSEA seattle|KLAS las vegas|KSAN san diego"),
    (PACIFIC, "KPDX portland"),
    (LONDON, "EGLC london|EGLL london"),
    (PARIS, "LFPB paris|LFPG paris|EDDM munich|LEMD madrid|LIMC milan|EHAM amsterdam|EPWA warsaw"),
    (HELSINKI, "EFHK helsinki"),
    (ISTANBUL, "LTAC ankara|LTFM istanbul|UUWW moscow|OEJN jeddah"),
    (SHANGHAI, "ZBAA beijing|ZSPD shanghai|ZSSS shanghai|ZUUU chengdu|ZUCK chongqing"),
    (SHANGHAI, "ZGGG guangzhou|ZGSZ shenzhen|ZSJN jinan|ZSQD qingdao|ZHHH wuhan|ZHCC zhengzhou"),
    (SHANGHAI, "HKO hong kong|RCSS taipei|WMKK kuala lumpur|RPLL manila|WSSS singapore"),
    (TOKYO, "RJTT tokyo|RJAA tokyo|RKSI seoul|RKPK busan"),
    (KOLKATA, "VILK lucknow"),
    (SAO_PAULO, "SBGR sao paulo|SAEZ buenos aires"),
    (None, "LLBG tel aviv|NZWN wellington|OPKC karachi|FACT cape town|MMMX mexico city"),
    (None, "MPMG panama city"),
)  # fmt: skip

STATIONS: dict[str, Station] = {
    code: Station(code, city, zone)
    for zone, row in _ROWS
    for code, _, city in (entry.partition(" ") for entry in row.split("|"))
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

_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("KNYC", ("central park",)), ("KLGA", ("laguardia", "la guardia")),
    ("KJFK", ("kennedy int", "jfk airport")), ("KMDW", ("midway",)), ("KORD", ("o'hare",)),
    ("KMIA", ("miami int",)), ("KPHL", ("philadelphia int",)), ("KDEN", ("denver int",)),
    ("KLAX", ("los angeles int", "los angeles airport")), ("KBKF", ("buckley",)),
    ("KAUS", ("austin-bergstrom", "austin bergstrom")), ("KHOU", ("houston hobby", "hobby air")),
    ("KIAH", ("bush intercontinental",)), ("KDAL", ("love field",)), ("KDFW", ("fort worth",)),
    ("KBOS", ("logan int", "logan airport")), ("KDCA", ("reagan national",)),
    ("KATL", ("hartsfield",)), ("KSEA", ("seattle-tacoma", "sea-tac")),
    ("KSFO", ("san francisco int",)), ("EGLC", ("london city airport",)), ("EGLL", ("heathrow",)),
    ("RKSI", ("incheon",)), ("RJTT", ("haneda",)), ("RJAA", ("narita",)), ("ZSPD", ("pudong",)),
    ("ZSSS", ("hongqiao",)), ("HKO", ("hong kong observatory",)), ("LFPB", ("le bourget",)),
    ("LFPG", ("de gaulle",)), ("CYYZ", ("pearson",)), ("SAEZ", ("ezeiza", "pistarini")),
    ("SBGR", ("guarulhos",)),
)  # fmt: skip
_CODES = (
    re.compile(r"wunderground\.com/[\w/.-]*/([a-z]{4})\b"),
    re.compile(r"[?&]site=([a-z]{4})\b"),
    re.compile(r"\bcoordinates ([a-z]{4})\b"),
    re.compile(r"\(([a-z]{4})\)"),
)
_REPORTS = (re.compile(r"\bcli([a-z]{3})\b"), re.compile(r"[?&]issuedby=([a-z]{3})\b"))


def stations_named(texts: str) -> set[str]:
    """Codes of all stations that a market's rules and source name; ``texts`` in lower case."""
    found = {code for code, names in _NAMES if any(name in texts for name in names)}
    named = {code.upper() for pattern in _CODES for code in pattern.findall(texts)}
    reported = {f"K{code.upper()}" for pattern in _REPORTS for code in pattern.findall(texts)}
    return found | {code for code in named | reported if code in STATIONS}
