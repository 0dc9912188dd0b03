"""Weather questions as values: station, measure, bucket with its unit, local days."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.matching.date_phrases import find_days
from chalicelib.matching.dates import Days, read_days, resolve_days, usable_close
from chalicelib.matching.sources import CLIMATE_REPORT, source_of
from chalicelib.matching.stations import CITIES, STATIONS, stations_named
from chalicelib.matching.text import LONGEST_RULES, plain, unreadable, word_set
from chalicelib.matching.unread import Unread
from chalicelib.matching.weather_bucket import Bucket, read_bucket


class Measure(StrEnum):
    """What is measured over the days."""

    HIGHEST = "highest temperature"
    LOWEST = "lowest temperature"
    PRECIPITATION = "precipitation"
    SNOW = "snow"


@dataclass(frozen=True, slots=True)
class WeatherQuestion:
    """A question about the weather at one place.

    ``station`` is "" where the market's own texts name none, or more than one; ``unclear`` says
    so. ``start`` and ``end`` are the days' limits in UTC, None where the station's clock or the
    station is not known. A climate report counts its day by standard time all year round.
    """

    city: str
    station: str
    measure: Measure
    bucket: Bucket
    days: Days
    start: datetime | None
    end: datetime | None
    zone: str
    standard_time: bool
    source: str
    unclear: str = ""


_KINDS: tuple[tuple[re.Pattern[str], Measure], ...] = tuple(
    (re.compile(pattern), measure)
    for pattern, measure in (
        (r"\b(?:highest|maximum|max|high) temp(?:erature)?s?\b", Measure.HIGHEST),
        (r"\b(?:lowest|minimum|min|low) temp(?:erature)?s?\b", Measure.LOWEST),
        (r"\b(?:precipitation|rainfall|rains?|rainy)\b", Measure.PRECIPITATION),
        (r"\b(?:snowfall|snows?|snowy)\b", Measure.SNOW),
    )
)
_ELSEWHERE = re.compile(r"\bglobal\b|\bhottest\b|\brecord\b|\bhurricane|\b(?:not|never|no)\b")
_FILLER = word_set(
    "will the a an be it in at for on of is have has get see there any recorded daily total temp "
    "temperature and or more inches inch d s"
)


def read_weather(
    title: str, closes_at: datetime | None, rules: str = "", source: str = ""
) -> WeatherQuestion | Unread:
    """A weather question, or why it is none; the station comes from rules and source alone."""
    closes_at = usable_close(closes_at)
    odd = unreadable(title)
    if odd:
        return Unread(odd)
    lowered = plain(title).lower()
    kinds = [measure for pattern, measure in _KINDS if pattern.search(lowered)]
    if len(kinds) != 1:
        return Unread("it names more than one measure" if kinds else "it names no weather measure")
    if _ELSEWHERE.search(lowered):
        return Unread("it asks for a record, the globe, or is negated")
    law = f"{plain(rules, LONGEST_RULES)} {plain(source)}".lower()
    rest, days = read_days(lowered, closes_at)
    days = _days_of(law) if days is None else days
    if isinstance(days, Unread):
        return days
    return _placed(rest.replace(" D ", " "), kinds[0], days, law, source_of(rules, source))


def _days_of(law: str) -> Days | Unread:
    """The one dated day or period of the rules."""
    _, said = find_days(law)
    read = {resolve_days(each, None) for each in said if each.year is not None}
    days = [each for each in read if isinstance(each, Days)]
    return days[0] if len(days) == 1 else Unread("neither the title nor the rules name one date")


def _placed(
    rest: str, measure: Measure, days: Days, law: str, source: str
) -> WeatherQuestion | Unread:
    if days.first is None:
        return Unread("it asks for a deadline, not for days")
    is_temperature = measure in (Measure.HIGHEST, Measure.LOWEST)
    bucket, left = read_bucket(rest, law, is_temperature)
    if isinstance(bucket, Unread):
        return bucket
    city = _city(left)
    if isinstance(city, Unread):
        return city
    codes = stations_named(law)
    if len(codes) == 1 and city and STATIONS[next(iter(codes))].city != city:
        return Unread(f"the title says {city}, the rules name the station {next(iter(codes))}")
    if not city and len(codes) != 1:
        return Unread("it names no place")
    return _stationed(city, codes, measure, bucket, days, source)


def _city(left: str) -> str | Unread:
    """The city that the title names; "" where it names none, Unread for words that are no city."""
    for pattern, _ in _KINDS:
        left = pattern.sub(" ", left)
    words = [w for w in re.findall(r"[^\W_][\w.']*", left) if w not in _FILLER]
    named = " ".join(words).strip(" .'")
    if named in CITIES:
        return CITIES[named]
    return Unread(f"{named[:60]!r} is no city it could be about") if named else ""


def _stationed(
    city: str, codes: set[str], measure: Measure, bucket: Bucket, days: Days, source: str
) -> WeatherQuestion:
    unclear = ""
    if len(codes) != 1:
        named = ", ".join(sorted(codes))
        unclear = f"the rules name {named}" if codes else "the rules name no station"
    station = STATIONS[next(iter(codes))] if len(codes) == 1 else None
    zone = station.zone if station else None
    standard = source == CLIMATE_REPORT
    start = end = None
    if zone is not None and days.first is not None:
        start = zone.midnight(days.first, standard)
        end = zone.midnight(days.last + timedelta(days=1), standard)
    return WeatherQuestion(
        city or (station.city if station else ""), station.code if station else "", measure,
        bucket, days, start, end, zone.name if zone else "", standard, source, unclear,
    )  # fmt: skip
