"""Weather questions in the venues' words: station, measure, bucket, local day."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.stations import STATIONS
from chalicelib.matching.unread import Unread
from chalicelib.matching.weather_question import WeatherQuestion, read_weather
from tests.unit.matching.samples import CENTRAL_PARK, LAGUARDIA

CLOSES = datetime(2026, 9, 30, 16, tzinfo=UTC)
NYC, SEP30 = "new york", "2026-09-30"
CLIMATE = "as reported by the National Weather Service's Climatological Report (Daily)"


def shown(question: WeatherQuestion | Unread) -> str:
    """A question in one line: place, measure, bucket, days."""
    if isinstance(question, Unread):
        return "unread"
    place = question.station or f"({question.city})"
    return f"{place} {question.measure} {question.bucket.text} {question.days.text}"


READ = [
    ("Will the highest temperature in New York City be between 72-73°F on September 30?", LAGUARDIA,
     f"KLGA highest temperature 72 to 73 F, in steps of 1 {SEP30}"),
    ("Will the highest temperature in NYC be 53°F or below on September 30?", LAGUARDIA,
     f"KLGA highest temperature <= 53 F, in steps of 1 {SEP30}"),
    ("Will the highest temperature in NYC be 80°F or higher on September 30?", LAGUARDIA,
     f"KLGA highest temperature >= 80 F, in steps of 1 {SEP30}"),
    ("Will the high temp in NYC be >81° on Sep 30, 2026?", CENTRAL_PARK,
     f"KNYC highest temperature >= 82 F, in steps of 1 {SEP30}"),
    ("Will the high temp in NYC be <74° on Sep 30, 2026?", CENTRAL_PARK,
     f"KNYC highest temperature <= 73 F, in steps of 1 {SEP30}"),
    ("Will the **high temp in NYC** be 72-73° on Sep 30, 2026?", CENTRAL_PARK,
     f"KNYC highest temperature 72 to 73 F, in steps of 1 {SEP30}"),
    ("Will the maximum temperature be 72-73° on Sep 30, 2026?", CENTRAL_PARK,
     f"KNYC highest temperature 72 to 73 F, in steps of 1 {SEP30}"),
    ("Highest temperature in NYC on Sep 30, 2026? 72° to 73°", CENTRAL_PARK,
     f"KNYC highest temperature 72 to 73 F, in steps of 1 {SEP30}"),
    ("Highest temperature in NYC on Sep 30, 2026? 82° or above", CENTRAL_PARK,
     f"KNYC highest temperature >= 82 F, in steps of 1 {SEP30}"),
    ("Highest temperature in NYC? 82° or above", CENTRAL_PARK,
     f"KNYC highest temperature >= 82 F, in steps of 1 {SEP30}"),
    ("Will the minimum temperature be  9-10° on Feb 3, 2026?", f"recorded at Denver Intl {CLIMATE}",
     "KDEN lowest temperature 9 to 10 F, in steps of 1 2026-02-03"),
    ("Will the maximum temperature be 72-73° on Sep 30, 2026?",
     "If the maximum temperature recorded at New York City (CLINYC) for Sep 30, 2026, is between "
     "72-73° fahrenheit according to The Weather Company, then the market resolves to Yes.",
     f"KNYC highest temperature 72 to 73 F {SEP30}"),
    ("Will the highest temperature in Chicago be 80-81°F on September 30?",
     "recorded at Chicago Midway, IL", f"KMDW highest temperature 80 to 81 F {SEP30}"),
    ("Will the highest temperature in Chicago be 80-81°F on September 30?",
     "recorded at the Chicago O'Hare Intl Airport Station",
     f"KORD highest temperature 80 to 81 F {SEP30}"),
    ("Will the highest temperature in Denver be 80°F or higher on September 30?",
     "https://www.weather.gov/wrh/timeseries?site=kbkf If NOAA data is unavailable, "
     "https://www.wunderground.com/history/daily/us/co/aurora/KBKF will be used.",
     f"KBKF highest temperature >= 80 F {SEP30}"),
    ("Will the lowest temperature in Tokyo be 20°C on September 30?",
     "recorded at the Tokyo Haneda Airport Station in degrees Celsius on 30 Sep '26. "
     "Measures temperatures to whole degrees Celsius.",
     f"RJTT lowest temperature 20 C, in steps of 1 {SEP30}"),
    ("Will the lowest temperature in Seoul be -2°C or above on January 26?", "(RKSI)",
     "unread"),
    ("Will the lowest temperature in Seoul be -2°C or above on Jan 26, 2026?", "(RKSI)",
     "RKSI lowest temperature >= -2 C 2026-01-26"),
    ("Will the lowest temperature in Seoul be between -2--1°C on Jan 26, 2026?", "(RKSI)",
     "RKSI lowest temperature -2 to -1 C 2026-01-26"),
    ("Will the lowest temperature in Seoul be -2–-1ºC on Jan 26, 2026?", "(RKSI)",
     "RKSI lowest temperature -2 to -1 C 2026-01-26"),
    ("Will the highest temperature in Hong Kong be 30°C or higher on September 30?",
     "recorded by the Hong Kong Observatory in degrees Celsius, to one decimal place",
     f"HKO highest temperature >= 30 C, in steps of 0.1 {SEP30}"),
    ("Will the highest temperature in London be 53°F or below on September 30?", "",
     f"(london) highest temperature <= 53 F {SEP30}"),
    ("Will the highest temperature in London be 53 degrees Fahrenheit or below on September 30?",
     "London City Airport Station", f"EGLC highest temperature <= 53 F {SEP30}"),
    ("Will NYC have between 2 and 3 inches of precipitation in September?", "",
     "(new york) precipitation 2 to 3 inch 2026-09-01 to 2026-09-30"),
    ("Will NYC have between 2-3 inches of precipitation in September?", "",
     "(new york) precipitation 2 to 3 inch 2026-09-01 to 2026-09-30"),
    ("Will Seattle have more than 5 inches of precipitation in September?", "",
     "(seattle) precipitation > 5 inch 2026-09-01 to 2026-09-30"),
    ("Will Seattle have less than 2 inches of rain in September?", "",
     "(seattle) precipitation < 2 inch 2026-09-01 to 2026-09-30"),
    ("Will London have between 20-30mm of precipitation in September?", "",
     "(london) precipitation 20 to 30 mm 2026-09-01 to 2026-09-30"),
    ("Will it rain in NYC on Sep 30, 2026?", "precipitation recorded at Central Park, New York",
     f"KNYC precipitation > 0 of an unstated unit {SEP30}"),
    ("Will it snow in Chicago on Dec 25, 2026?", "total snowfall at CLIMDW in Chicago",
     "KMDW snow > 0 of an unstated unit 2026-12-25"),
    ("Will there be at least 3 inches of snow in Boston on Jan 5, 2026?", "",
     "(boston) snow >= 3 inch 2026-01-05"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "rules", "expected"), READ)
def test_weather_question_in_the_venues_words_is_read_as_meant(
    title: str, rules: str, expected: str
) -> None:
    assert shown(read_weather(title, CLOSES, rules)) == expected


UNREAD = [
    ("Will global temperature increase by between 1.10ºC and 1.14ºC in October 2025?", "",
     "no weather measure"),
    ("Will 2025 be the hottest year on record?", "", "no weather measure"),
    ("Will Gary Goodweather win the 2026 Democratic D.C. Mayoral Primary?", "", "no weather"),
    ("Will the Oklahoma City Thunder make the NBA Playoffs?", "", "no weather measure"),
    ("Will Trump rain tariffs on NYC by September 30?", "", "deadline"),
    ("Will the highest temperature in Springfield be 80°F or above on September 30?", "",
     "no city"),
    ("Will the highest temperature in Chicago be 80°F or above on September 30?", LAGUARDIA,
     "the rules name the station KLGA"),
    ("Will the maximum temperature be 72-73° on Sep 30, 2026?", "", "no place"),
    ("Will the highest temperature in NYC be 73-72°F on September 30?", "", "no bucket"),
    ("Will the highest temperature in NYC be nice on September 30?", "", "no bucket"),
    ("Will the highest temperature in NYC not be 80°F or above on September 30?", "", "negated"),
    ("Will the highest and the high temp and low temp in NYC be 80°F on September 30?", "", "more"),
    ("Will the highest temperature in NYC be 80°F or above?", "", "name one date"),
    ("Will the highest temperature in NYC be 80°F or above tomorrow?", "", "on which it is read"),
    ("Will it snow in NYC by December 25, 2026?", "", "deadline"),
    ("Will the highest temperature in NYC be ٨٠°F or above on September 30?", "", "digits"),
    ("Will the highest temperature in \u202eCYN\u202c be 80°F on September 30?", "", "direction"),
    ("highest temperature in NYC be 80°F on September 30" * 300, "", "longer"),
    ("", "", "no weather measure"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "rules", "says"), UNREAD)
def test_weather_question_that_is_none_is_refused_with_its_reason(
    title: str, rules: str, says: str
) -> None:
    read = read_weather(title, CLOSES, rules)
    assert isinstance(read, Unread), shown(read)
    assert says in read.reason


def test_weather_question_of_one_city_at_two_venues_keeps_two_stations_and_two_days() -> None:
    one = read_weather("highest temperature in NYC be 72-73°F on September 30?", CLOSES, LAGUARDIA)
    other = read_weather("Highest temperature in NYC? 72° to 73°", CLOSES, CENTRAL_PARK)
    assert isinstance(one, WeatherQuestion)
    assert isinstance(other, WeatherQuestion)
    assert (one.station, other.station) == ("KLGA", "KNYC")
    assert one.start == datetime(2026, 9, 30, 4, tzinfo=UTC)
    assert one.end == datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert other.standard_time
    assert other.start == datetime(2026, 9, 30, 5, tzinfo=UTC)
    assert other.end == datetime(2026, 10, 1, 5, tzinfo=UTC)


def test_weather_question_without_a_station_in_its_rules_has_no_station_and_no_day() -> None:
    read = read_weather("highest temperature in NYC be 72-73°F on September 30?", CLOSES)
    assert isinstance(read, WeatherQuestion)
    assert (read.station, read.start, read.end) == ("", None, None)
    assert read.unclear == "the rules name no station"


def test_weather_question_whose_rules_name_two_stations_has_none() -> None:
    rules = "recorded at LaGuardia, or else at Central Park"
    read = read_weather("highest temperature in NYC be 72-73°F on September 30?", CLOSES, rules)
    assert isinstance(read, WeatherQuestion)
    assert (read.station, read.unclear) == ("", "the rules name KLGA, KNYC")


def test_stations_are_icao_codes_or_the_observatorys_own() -> None:
    assert {code for code in STATIONS if len(code) != 4} == {"HKO"}
    assert all(station.code == code for code, station in STATIONS.items())


PIECES = (
    "will the highest lowest temperature temp in NYC tokyo be between 72-73°F -2 ° 20°C or above > "
    "< inches of rain snow precipitation on September 30 2026 CLINYC (KLGA) degrees Celsius"
)
JOINED = st.lists(st.sampled_from(PIECES.split()), max_size=14).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=80), JOINED)


@given(title=ANY_TEXT, rules=ANY_TEXT, closes=st.none() | st.datetimes(timezones=st.just(UTC)))
def test_weather_question_of_any_text_never_raises(
    title: str, rules: str, closes: datetime | None
) -> None:
    read = read_weather(title, closes, rules, rules)
    assert isinstance(read, WeatherQuestion | Unread)
    if isinstance(read, WeatherQuestion):
        assert read.start is None or read.end is None or read.start < read.end
