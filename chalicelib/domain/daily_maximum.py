"""How probable each daily maximum temperature is, from forecasts and what was measured so far.

The maximum is the larger of two: the highest hour still to come, by each member of the ensemble or
by the one point forecast there is, with a normal error around it; and the highest measured so far,
which is never undercut and may be exceeded a little, because hourly reports miss peaks. Where a
source forecasts the maximum itself, that counts as one more hour.

The error of a point forecast is modelled, in degrees Fahrenheit, from these numbers:

- One day ahead, forecasts by the weather service's office in Norman for Oklahoma City had a root
  mean square error of 3.80, against 9.16 for "as yesterday" (NOAA/NSSL, H. Brooks, table 1 of
  www.nssl.noaa.gov/users/brooks/public_html/ntv/tables.html). The ratio is applied to each
  station's own day-to-day change.
- Day-to-day change and deviation from the usual of the season were measured on NOAA's GHCN-Daily
  maxima of 2020-01-01 to 2024-10-31, 1,766 days each, where the usual is the mean of the other
  years within 10 days of the date. Other stations get Oklahoma City's change and the largest
  deviation that was measured; Chicago's and Houston's second airports get the first one's.
- Six to ten days ahead, forecasts were hardly better than the season's usual value (Monthly Weather
  Review 107, 1979, p. 1245). Between one and eight days the variance is assumed to grow linearly.

Both studies are old and forecasts have become better, so the model errs towards doubt. An ensemble
whose members agree more than the model allows is widened to it; one that is wider keeps its spread
and gets the 0.9 degrees that the service's thermometers may be off by their specification (ASOS
User's Guide; no copy was at hand to check it). The same 0.9 stands for what hourly reports miss,
which was not measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import NormalDist, fmean, pvariance

from chalicelib.domain.climate_day import DayRule, day_bounds
from chalicelib.domain.forecast import (
    HOUR,
    Forecast,
    Measurement,
    Outlook,
    Unit,
    WeatherMeasure,
    WeatherStation,
    converted,
)

SKILL_OF_ONE_DAY = 3.80 / 9.16
"""Error of a forecast one day ahead as a share of the error of "as yesterday"."""
SENSOR_ERROR = 0.9
NO_SKILL_AFTER = timedelta(days=8)

_DAY = timedelta(days=1)
_CHANGE_AND_DEVIATION = {
    "KNYC": (7.43, 7.97),
    "KORD": (8.31, 9.87),
    "KMDW": (8.31, 9.87),
    "KMIA": (3.36, 3.96),
    "KIAH": (6.21, 7.84),
    "KHOU": (6.21, 7.84),
}
"""Degrees Fahrenheit by station: change from one day to the next, deviation from the usual."""
_ELSEWHERE = (9.16, 9.87)
_PEAK = timedelta(hours=16)
"""When a day is usually warmest: lead times are counted to it."""
_TEMPERATURES = frozenset({WeatherMeasure.TEMPERATURE, WeatherMeasure.MAXIMUM})


@dataclass(frozen=True, slots=True)
class DailyMaximum:
    """A distribution of one day's highest temperature, in degrees of ``unit``.

    What is to come is a mixture of normal errors, ``deviation`` wide, around equally likely
    ``centres``; without centres the day is over. ``observed`` is the highest measured, which may
    have been missed by ``sensor_error``.
    """

    station: str
    day: date
    unit: Unit
    centres: tuple[float, ...]
    deviation: float
    observed: float | None
    sensor_error: float = SENSOR_ERROR

    def __post_init__(self) -> None:
        """Refuse a distribution of nothing."""
        if not self.centres and self.observed is None:
            raise ValueError(f"nothing is known of {self.station} on {self.day}")

    def probability(self, low: int | None, high: int | None) -> float:
        """Chance that the maximum in whole degrees is ``low`` to ``high``, both included.

        None leaves that side open. Halves round up, as the weather service rounds.
        """
        below_high = 1.0 if high is None else self._below(high + 0.5)
        below_low = 0.0 if low is None else self._below(low - 0.5)
        return max(below_high - below_low, 0.0)

    def _below(self, bound: float) -> float:
        chance = 1.0
        if self.observed is not None:
            passed = bound > self.observed
            chance = NormalDist(self.observed, self.sensor_error).cdf(bound) if passed else 0.0
        if self.centres:
            errors = (NormalDist(centre, self.deviation) for centre in self.centres)
            chance *= fmean(error.cdf(bound) for error in errors)
        return chance


def daily_maximum(
    outlook: Outlook, day: date, rule: DayRule, at: datetime, unit: Unit = Unit.FAHRENHEIT
) -> DailyMaximum:
    """What is known about a day's maximum when a decision is taken ``at`` an instant.

    Only forecasts and measurements known by then count: nothing looks ahead. Raises ValueError
    when they leave part of what is to come of the day open.
    """
    start, end = day_bounds(outlook.station.time_zone, day, rule)
    ahead = [f for f in outlook.forecasts if _counts(f, start, end, at)]
    _require_covered(outlook.station, ahead, max(start, at), end)
    runs = _maxima_of_runs(ahead, unit)
    observed = _highest(outlook.measurements, start, end, at, unit)
    scale = 1.0 if unit is Unit.FAHRENHEIT else 1 / 1.8
    model = error_deviation(outlook.station.icao, start + _PEAK - at) * scale
    floor = SENSOR_ERROR * scale
    deviation = _deviation(runs, model, floor) if runs else floor
    return DailyMaximum(outlook.station.icao, day, unit, runs, deviation, observed, floor)


def error_deviation(icao: str, lead: timedelta) -> float:
    """Standard deviation of a point forecast's error, in degrees Fahrenheit."""
    change, usual = _CHANGE_AND_DEVIATION.get(icao, _ELSEWHERE)
    nearest = (change * SKILL_OF_ONE_DAY) ** 2
    share = min(max((lead - _DAY) / (NO_SKILL_AFTER - _DAY), 0.0), 1.0)
    return sqrt(nearest + (usual**2 - nearest) * share)


def _counts(forecast: Forecast, start: datetime, end: datetime, at: datetime) -> bool:
    within = start <= forecast.valid_from and forecast.valid_to <= end
    to_come = forecast.valid_to > at >= forecast.known_at
    return forecast.measure in _TEMPERATURES and within and to_come


def _maxima_of_runs(forecasts: Sequence[Forecast], unit: Unit) -> tuple[float, ...]:
    """The highest value of each member; a forecast without members bounds all of them."""
    members = min((len(f.members) for f in forecasts if f.members), default=1)
    values = [
        [float(converted(v, f.unit, unit)) for v in (f.members or (f.value,) * members)]
        for f in forecasts
    ]
    return tuple(max(hours) for hours in zip(*values, strict=False))


def _highest(
    measurements: Iterable[Measurement], start: datetime, end: datetime, at: datetime, unit: Unit
) -> float | None:
    seen = (
        float(converted(o.value, o.unit, unit))
        for o in measurements
        if o.measure in _TEMPERATURES and start <= o.occurred_at < end and o.seen_at <= at
    )
    return max(seen, default=None)


def _deviation(runs: Sequence[float], model: float, floor: float) -> float:
    """What is missing from the spread of the runs to the model's error, at least ``floor``."""
    return sqrt(max(model**2 - pvariance(runs), floor**2))


def _require_covered(
    station: WeatherStation, ahead: Iterable[Forecast], start: datetime, end: datetime
) -> None:
    """Refuse forecasts with a hole: the maximum could lie in it."""
    reached = start
    for forecast in sorted(ahead, key=lambda f: f.valid_from):
        if forecast.valid_from - reached > HOUR:
            break
        reached = max(reached, forecast.valid_to)
    if end - reached > HOUR:
        raise ValueError(f"no forecast for {station.icao} from {reached} on, the day ends at {end}")
