"""Show what the sources of forecasts say about a day's highest temperature: ``bot forecast``."""

import os
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor
from typing import Annotated, Any

import typer

from bot.cli.options import JsonOption
from bot.cli.output import answer, guarded, say
from chalicelib.domain.climate_day import RULE_OF_VENUE, DayRule, day_bounds, day_of
from chalicelib.domain.daily_maximum import DailyMaximum, daily_maximum
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.forecast import WeatherStation
from chalicelib.forecasts import open_source
from chalicelib.forecasts.stations import station
from chalicelib.loop import run
from chalicelib.ports import Forecasts

SHOWN_FROM = 0.005
"""Degrees less probable than this are left out."""
_DEVIATIONS = 4


@guarded
def forecast(
    icao: Annotated[str, typer.Argument(help="A station's four letters, e.g. KNYC")],
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; tomorrow there if none")
    ] = None,
    venue: Annotated[str, typer.Option(help="Whose markets: their days differ")] = "kalshi",
    source: Annotated[str, typer.Option(help="openmeteo or nws")] = "openmeteo",
    as_json: JsonOption = False,
) -> None:
    """How probable each daily high is at a station, from a source of forecasts."""
    place = station(icao.upper())
    if venue not in RULE_OF_VENUE:
        raise InputError(
            f"{venue!r} has no weather markets", f"Known: {', '.join(sorted(RULE_OF_VENUE))}."
        )
    rule = RULE_OF_VENUE[venue]
    opened = open_source(source, os.environ)
    tomorrow = day_of(place.time_zone, _now(), rule) + timedelta(days=1)
    document = _document(opened, place, day.date() if day else tomorrow, rule)
    answer(document, as_json, lambda: _show(document))


def _now() -> datetime:
    return datetime.now(UTC)


def _document(source: Forecasts, place: WeatherStation, day: date, rule: DayRule) -> dict[str, Any]:
    outlook = run(source.outlook(place, _now()))
    try:
        maximum = daily_maximum(outlook, day, rule, _now())
    except ValueError as exc:
        raise NotFoundError(str(exc), "Choose a day that the source forecasts to its end.") from exc
    starts, ends = day_bounds(place.time_zone, day, rule)
    return {
        "station": place.icao,
        "city": place.city,
        "day": day,
        "starts": starts,
        "ends": ends,
        "source": source.name,
        "attribution": source.attribution,
        "unit": maximum.unit,
        "highest_measured": maximum.observed,
        "probabilities": _by_degree(maximum),
        "quarantined": [refusal.reason for refusal in outlook.quarantined],
    }


def _by_degree(maximum: DailyMaximum) -> dict[int, float]:
    values = [*maximum.centres, *([] if maximum.observed is None else [maximum.observed])]
    margin = _DEVIATIONS * maximum.deviation
    degrees = range(floor(min(values) - margin), ceil(max(values) + margin) + 1)
    chances = {degree: round(maximum.probability(degree, degree), 4) for degree in degrees}
    return {degree: chance for degree, chance in chances.items() if chance >= SHOWN_FROM}


def _show(document: dict[str, Any]) -> None:
    say(f"{document['station']} {document['city']}, {document['day']}")
    say(f"from {document['starts']:%Y-%m-%d %H:%M} to {document['ends']:%Y-%m-%d %H:%M} UTC")
    for degree, chance in document["probabilities"].items():
        say(f"{degree:5d} {document['unit']}  {chance:6.1%}")
    for reason in document["quarantined"]:
        say(f"not believed: {reason}")
    say(document["attribution"])
