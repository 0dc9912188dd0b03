"""The weather stations that markets settle on, or that their rules may name.

A city is not a station: New York is Central Park at one venue and LaGuardia at the other, Chicago
is Midway or O'Hare. Where the facts are from:

- coordinates and time zones: airportsdata 20260905 (MIT), rounded to 4 places; KNYC, which is no
  airport, as public lists of reporting stations give it. A station without them is only told apart
  from others in rules: nothing is forecast for it.
- Kalshi: the rules of its markets name the weather service's Daily Climate Report of one place.
  Verified where a quotation of the rules (February 2026) or of the series (Midway, Bergstrom) was
  read, otherwise it is the city's climate station.
- Polymarket: mostlyrightmd-markets 5.0.1 (MIT). Hong Kong settles on its observatory, which has no
  ICAO code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from chalicelib.domain.forecast import WeatherStation

KALSHI, POLYMARKET, BOTH = "kalshi", "polymarket", "kalshi polymarket"
KALSHI_READ, BOTH_READ = "kalshi!", "kalshi! polymarket"
"""With a mark where the venue's own rules were read."""


@dataclass(frozen=True, slots=True)
class ListedStation:
    """A station by its ICAO code or its own name.

    ``names`` are words, in small letters, by which rules name it. ``verified`` are those of
    ``venues`` whose own rules were read to say that their markets settle on it.
    """

    code: str
    city: str
    time_zone: str
    coordinates: tuple[Decimal, Decimal] | None
    venues: tuple[str, ...]
    verified: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def place(self) -> WeatherStation | None:
        """What forecasts are asked for; None where it is not known where the station is."""
        if self.coordinates is None:
            return None
        return WeatherStation(
            self.code, self.city, *self.coordinates, self.time_zone, self.venues, self.verified
        )


_BY_ZONE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "America/New_York": (
        ("KNYC", "New York", "40.7790 -73.9692", KALSHI_READ, "central park"),
        ("KPHL", "Philadelphia", "39.8721 -75.2407", KALSHI_READ, "philadelphia int"),
        ("KMIA", "Miami", "25.7954 -80.2901", BOTH_READ, "miami int"),
        ("KBOS", "Boston", "42.3629 -71.0064", KALSHI_READ, "logan int", "logan airport"),
        ("KDCA", "Washington", "38.8514 -77.0377", KALSHI_READ, "reagan national"),
        ("KATL", "Atlanta", "33.6367 -84.4279", BOTH_READ, "hartsfield"),
        ("KLGA", "New York", "40.7772 -73.8726", POLYMARKET, "laguardia", "la guardia"),
        ("KJFK", "New York", "", "", "kennedy int", "jfk airport"),
        ("KEWR", "New York", "", ""),
        ("KCLT", "Charlotte", "", ""),
        ("KTTN", "Trenton", "", ""),
        ("KTPA", "Tampa", "", ""),
        ("KMCO", "Orlando", "", ""),
        ("KCLE", "Cleveland", "", ""),
    ),
    "America/Chicago": (
        ("KMDW", "Chicago", "41.7856 -87.7527", KALSHI_READ, "midway"),
        ("KAUS", "Austin", "30.1945 -97.6699", BOTH_READ, "austin-bergstrom", "austin bergstrom"),
        ("KMSY", "New Orleans", "29.9933 -90.2590", KALSHI),
        ("KDFW", "Dallas", "32.8972 -97.0377", KALSHI, "fort worth"),
        ("KHOU", "Houston", "29.6458 -95.2772", BOTH, "houston hobby", "hobby air"),
        ("KSAT", "San Antonio", "29.5340 -98.4691", KALSHI),
        ("KMSP", "Minneapolis", "44.8820 -93.2218", KALSHI),
        ("KOKC", "Oklahoma City", "35.3931 -97.6008", KALSHI),
        ("KORD", "Chicago", "41.9769 -87.9082", POLYMARKET, "o'hare"),
        ("KDAL", "Dallas", "32.8459 -96.8509", POLYMARKET, "love field"),
        ("KIAH", "Houston", "", "", "bush intercontinental"),
    ),
    "America/Denver": (
        ("KDEN", "Denver", "39.8617 -104.6732", KALSHI, "denver int"),
        ("KBKF", "Denver", "39.7018 -104.7520", POLYMARKET, "buckley"),
        ("KSLC", "Salt Lake City", "", ""),
    ),
    "America/Los_Angeles": (
        (
            "KLAX",
            "Los Angeles",
            "33.9425 -118.4080",
            BOTH,
            "los angeles int",
            "los angeles airport",
        ),
        ("KLAS", "Las Vegas", "36.0803 -115.1524", KALSHI),
        ("KSFO", "San Francisco", "37.6188 -122.3754", BOTH, "san francisco int"),
        ("KSEA", "Seattle", "47.4499 -122.3118", BOTH, "seattle-tacoma", "sea-tac"),
        ("KSAN", "San Diego", "", ""),
        ("KPDX", "Portland", "", ""),
    ),
    "America/Phoenix": (("KPHX", "Phoenix", "33.4343 -112.0116", KALSHI),),
    "Europe/London": (
        ("EGLC", "London", "51.5053 0.0553", POLYMARKET, "london city airport"),
        ("EGLL", "London", "", "", "heathrow"),
    ),
    "Europe/Paris": (
        ("LFPB", "Paris", "48.9694 2.4414", POLYMARKET, "le bourget"),
        ("LFPG", "Paris", "", "", "de gaulle"),
    ),
    "Europe/Berlin": (("EDDM", "Munich", "48.3538 11.7861", POLYMARKET),),
    "Europe/Madrid": (("LEMD", "Madrid", "40.4936 -3.5668", POLYMARKET),),
    "Europe/Rome": (("LIMC", "Milan", "45.6306 8.7281", POLYMARKET),),
    "Europe/Amsterdam": (("EHAM", "Amsterdam", "52.3086 4.7639", POLYMARKET),),
    "Europe/Helsinki": (("EFHK", "Helsinki", "60.3172 24.9633", POLYMARKET),),
    "Europe/Warsaw": (("EPWA", "Warsaw", "52.1657 20.9671", POLYMARKET),),
    "Europe/Moscow": (("UUWW", "Moscow", "55.5915 37.2615", POLYMARKET),),
    "Europe/Istanbul": (
        ("LTAC", "Ankara", "40.1281 32.9951", POLYMARKET),
        ("LTFM", "Istanbul", "41.2753 28.7520", POLYMARKET),
    ),
    "Asia/Jerusalem": (("LLBG", "Tel Aviv", "32.0114 34.8867", POLYMARKET),),
    "Asia/Riyadh": (("OEJN", "Jeddah", "21.6796 39.1565", POLYMARKET),),
    "Asia/Karachi": (("OPKC", "Karachi", "24.9065 67.1608", POLYMARKET),),
    "Africa/Johannesburg": (("FACT", "Cape Town", "-33.9648 18.6017", POLYMARKET),),
    "Asia/Tokyo": (
        ("RJTT", "Tokyo", "35.5523 139.7800", POLYMARKET, "haneda"),
        ("RJAA", "Tokyo", "", "", "narita"),
    ),
    "Asia/Seoul": (
        ("RKSI", "Seoul", "37.4691 126.4510", POLYMARKET, "incheon"),
        ("RKPK", "Busan", "35.1795 128.9380", POLYMARKET),
    ),
    "Asia/Shanghai": (
        ("ZBAA", "Beijing", "40.0801 116.5850", POLYMARKET),
        ("ZSPD", "Shanghai", "31.1434 121.8050", POLYMARKET, "pudong"),
        ("ZUUU", "Chengdu", "30.5785 103.9470", POLYMARKET),
        ("ZUCK", "Chongqing", "29.7192 106.6420", POLYMARKET),
        ("ZGGG", "Guangzhou", "23.3924 113.2990", POLYMARKET),
        ("ZGSZ", "Shenzhen", "22.6393 113.8110", POLYMARKET),
        ("ZSJN", "Jinan", "36.8572 117.2160", POLYMARKET),
        ("ZSQD", "Qingdao", "36.3650 120.0983", POLYMARKET),
        ("ZHHH", "Wuhan", "30.7838 114.2080", POLYMARKET),
        ("ZHCC", "Zhengzhou", "34.5197 113.8410", POLYMARKET),
        ("ZSSS", "Shanghai", "", "", "hongqiao"),
    ),
    "Asia/Taipei": (("RCSS", "Taipei", "25.0694 121.5520", POLYMARKET),),
    "Asia/Kolkata": (("VILK", "Lucknow", "26.7606 80.8893", POLYMARKET),),
    "Asia/Kuala_Lumpur": (("WMKK", "Kuala Lumpur", "2.7456 101.7100", POLYMARKET),),
    "Asia/Manila": (("RPLL", "Manila", "14.5086 121.0200", POLYMARKET),),
    "Asia/Singapore": (("WSSS", "Singapore", "1.3502 103.9940", POLYMARKET),),
    "Pacific/Auckland": (("NZWN", "Wellington", "-41.3272 174.8050", POLYMARKET),),
    "America/Sao_Paulo": (("SBGR", "Sao Paulo", "-23.4356 -46.4731", POLYMARKET, "guarulhos"),),
    "America/Argentina/Buenos_Aires": (
        ("SAEZ", "Buenos Aires", "-34.8222 -58.5358", POLYMARKET, "ezeiza", "pistarini"),
    ),
    "America/Toronto": (("CYYZ", "Toronto", "43.6772 -79.6306", POLYMARKET, "pearson"),),
    "America/Mexico_City": (("MMMX", "Mexico City", "19.4363 -99.0721", POLYMARKET),),
    "America/Panama": (("MPMG", "Panama City", "8.9733 -79.5556", POLYMARKET),),
    "America/Detroit": (("KDTW", "Detroit", "", ""),),
    "Asia/Hong_Kong": (("HKO", "Hong Kong", "", POLYMARKET, "hong kong observatory"),),
}
"""Code, city, degrees north and east, venues, and the words that rules name it by."""


def _listed(time_zone: str, row: tuple[str, ...]) -> ListedStation:
    code, city, where, venues, *names = row
    north, _, east = where.partition(" ")
    return ListedStation(
        code,
        city,
        time_zone,
        (Decimal(north), Decimal(east)) if where else None,
        tuple(venue.rstrip("!") for venue in venues.split()),
        tuple(venue.rstrip("!") for venue in venues.split() if venue.endswith("!")),
        tuple(names),
    )


LISTED: Mapping[str, ListedStation] = MappingProxyType(
    {row[0]: _listed(zone, row) for zone, rows in _BY_ZONE.items() for row in rows}
)
"""Every station by its code."""
