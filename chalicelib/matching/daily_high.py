"""Markets on one day's highest temperature at one station, as far as a forecast can answer them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from chalicelib.domain.climate_day import DayRule
from chalicelib.domain.forecast import Unit
from chalicelib.domain.stations import LISTED
from chalicelib.matching.inquiry import MOST_INQUIRIES
from chalicelib.matching.resolution import pays_when_true
from chalicelib.matching.weather_question import Measure, WeatherQuestion, read_weather

_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class DailyHigh:
    """Whether a day's maximum in whole degrees is ``low`` to ``high``, both included.

    None leaves that side open. ``first_pays``: the market's first outcome pays when it is so.
    """

    station: str
    day: date
    rule: DayRule
    unit: Unit
    low: int | None
    high: int | None
    first_pays: bool


def read_daily_high(
    title: str,
    closes_at: datetime | None,
    rules: str = "",
    source: str = "",
    first_outcome: str = "Yes",
) -> DailyHigh | None:
    """What a market asks of a day's maximum, or None; the texts are the market's own."""
    if "temp" not in title.lower():  # nearly all titles: their rules need not be looked at
        return None
    return _read(title, closes_at, rules, source, first_outcome)


@lru_cache(maxsize=MOST_INQUIRIES)
def _read(
    title: str, closes_at: datetime | None, rules: str, source: str, first_outcome: str
) -> DailyHigh | None:
    question = read_weather(title, closes_at, rules, source)
    first_pays = pays_when_true(first_outcome)
    if not isinstance(question, WeatherQuestion) or first_pays is None:
        return None
    bucket, days = question.bucket, question.days
    bounds = [bound for bound in (bucket.low, bucket.high) if bound is not None]
    whole = bucket.step == _WHOLE and all(bound % 1 == 0 for bound in bounds)
    listed = LISTED.get(question.station)
    if (
        question.measure is not Measure.HIGHEST
        or days.first != days.last
        or bucket.strict
        or not whole
        or listed is None
        or listed.place is None
    ):
        return None
    return DailyHigh(
        question.station,
        days.last,
        DayRule.STANDARD if question.standard_time else DayRule.CIVIL,
        Unit(bucket.unit),
        None if bucket.low is None else int(bucket.low),
        None if bucket.high is None else int(bucket.high),
        first_pays,
    )
