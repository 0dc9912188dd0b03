"""Forecasts for the markets on a tape: asked for rarely, in turn, and missed without harm."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.climate_day import DayRule
from chalicelib.domain.cycle import Observation
from chalicelib.domain.daily_maximum import daily_maximum
from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.forecast import Forecast, Outlook, Unit, WeatherMeasure, WeatherStation
from chalicelib.domain.market import Market
from chalicelib.engine.outlooks import MOST_STATIONS
from chalicelib.engine.outside import Outside, look_outside
from chalicelib.engine.runtime import Runtime
from chalicelib.loop import together
from chalicelib.ports import Scan
from tests.builders import SetClock, market, quote, runtime
from tests.unit.matching.samples import LAGUARDIA

EVENING = datetime(2026, 9, 30, 1, tzinfo=UTC)
"""The evening before in New York, whose day of 30 September begins at 4 o'clock UTC."""
CLOSES = datetime(2026, 10, 1, tzinfo=UTC)
WARM = "Will the highest temperature in NYC be 73°F or higher on September 30?"
COLD = "Will the highest temperature in NYC be 72°F or below on September 30?"


@dataclass
class Source:
    """A source that expects 75 degrees all day, or fails, or hangs."""

    name: str = "test"
    attribution: str = "the test"
    failing: bool = False
    hanging: bool = False
    asked: list[str] = field(default_factory=list)

    async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
        """The same for every station, known now."""
        self.asked.append(station.icao)
        if self.hanging:
            await asyncio.sleep(60)
        if self.failing:
            raise VenueUnavailable("it is closed", kind=FaultKind.STATUS)
        hours = [EVENING + timedelta(hours=n) for n in range(60)]
        return Outlook(station, tuple(
            Forecast(self.name, station.icao, WeatherMeasure.TEMPERATURE, Unit.FAHRENHEIT,
                     Decimal(75), hour, hour + timedelta(hours=1), None, at, at)
            for hour in hours
        ))  # fmt: skip


class Nowhere:
    """A venue that lists nothing."""

    name = "test"

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """Nothing."""
        return Scan({}, {})


def wired(*sources: Source, **changes: Any) -> Runtime:
    usual = runtime(MemoryTable(), MemoryArchive(), Nowhere(), {}, SetClock(EVENING))  # type: ignore[arg-type]
    return replace(usual, forecasts={s.name: s for s in sources}, together=together, **changes)


def warm(name: str = "w", title: str = WARM, rules: str = LAGUARDIA) -> Market:
    return market(name, title=title, rules=rules, closes_at=CLOSES)


def seen(*markets: Market) -> Observation:
    quotes = {o.instrument_id: quote(o.instrument_id, "0.4", "0.5") for m in markets
              for o in m.outcomes}  # fmt: skip
    return Observation({m.market_id: m for m in markets}, quotes)


def told(wiring: Runtime, *markets: Market) -> dict[str, float]:
    return asyncio.run(look_outside(wiring, seen(*markets), None)).forecast


def faults(wiring: Runtime, *markets: Market) -> list[str]:
    return [f"{f.venue} {f.code} {f.call}" for f in
            asyncio.run(look_outside(wiring, seen(*markets), None)).faults]  # fmt: skip


def later(wiring: Runtime, **span: float) -> Runtime:
    assert isinstance(wiring.clock, SetClock)
    wiring.clock.shown += timedelta(**span)
    return wiring


def test_both_outcomes_get_the_chance_that_the_models_distribution_gives_them() -> None:
    source = Source()
    chances = told(wired(source), warm(), warm("c", COLD), market("other"))
    outlook = asyncio.run(Source().outlook(_station(), EVENING))
    above = daily_maximum(outlook, EVENING.date(), DayRule.CIVIL, EVENING).probability(73, None)
    assert 0.5 < above < 1
    assert chances == pytest.approx({
        "test:w:yes": above, "test:w:no": 1 - above, "test:c:yes": 1 - above, "test:c:no": above,
    })  # fmt: skip
    assert source.asked == ["KLGA"]


def _station() -> WeatherStation:
    return WeatherStation("KLGA", "New York", Decimal(40), Decimal(-73), "America/New_York")


def test_source_is_asked_about_a_station_once_an_hour() -> None:
    source = Source()
    wiring = wired(source)
    first = told(wiring, warm())
    assert told(later(wiring, minutes=59), warm()) == first
    assert source.asked == ["KLGA"]
    assert told(later(wiring, minutes=1), warm()) != {}
    assert source.asked == ["KLGA", "KLGA"]


def test_no_source_is_asked_where_no_quoted_market_needs_it() -> None:
    source = Source()
    assert told(wired(source), market()) == {}
    unquoted = Observation({"test:w": warm()}, {})
    assert asyncio.run(look_outside(wired(source), unquoted, None)) == Outside()
    assert source.asked == []
    assert told(wired(), warm()) == {}


def test_failing_source_is_a_fault_leaves_no_forecast_and_is_left_alone_for_a_while() -> None:
    source = Source(failing=True)
    wiring = wired(source)
    assert faults(wiring, warm()) == ["test status forecast"]
    assert told(later(wiring, minutes=9), warm()) == {}
    assert len(source.asked) == 1
    source.failing = False
    assert told(later(wiring, minutes=1), warm()) != {}


def test_forecast_is_taken_back_when_the_source_fails_later() -> None:
    source = Source()
    wiring = wired(source)
    assert told(wiring, warm()) != {}
    source.failing = True
    assert told(later(wiring, minutes=60), warm()) == {}


def test_second_source_answers_where_the_first_one_fails() -> None:
    first, second = Source("first", failing=True), Source("second")
    wiring = wired(first, second)
    assert told(wiring, warm()) != {}
    assert (first.asked, second.asked) == (["KLGA"], ["KLGA"])
    assert faults(wired(first, Source("second")), warm()) == []
    both = wired(Source("first", failing=True), Source("second", failing=True))
    assert faults(both, warm()) == ["first status forecast", "second status forecast"]


def test_hanging_source_costs_its_deadline_and_no_more() -> None:
    wiring = wired(Source(hanging=True), outside_deadline_seconds=0.01)
    assert faults(wiring, warm()) == ["forecasts read-timeout forecast"]


def test_source_that_breaks_is_a_fault_and_not_the_end_of_the_cycle() -> None:
    class Broken(Source):
        async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
            raise ZeroDivisionError

    assert faults(wired(Broken()), warm()) == ["forecasts defect forecast"]


def test_stations_are_asked_about_a_few_at_a_time_those_never_asked_first() -> None:
    source = Source()
    wiring = wired(source)
    codes = ["klga", "kord", "kmia", "kaus", "kden"]
    rules = [f"Wunderground https://www.wunderground.com/history/daily/x/{c} states whole degrees"
             " Fahrenheit." for c in codes]  # fmt: skip
    cities = ["NYC", "Chicago", "Miami", "Austin", "Denver"]
    markets = [
        warm(code, WARM.replace("NYC", city), rule)
        for code, city, rule in zip(codes, cities, rules, strict=True)
    ]
    asked = []
    for _ in range(4):
        told(later(wiring, minutes=1), *markets)
        asked.append(len(source.asked))
    assert asked == [MOST_STATIONS, 2 * MOST_STATIONS, 5, 5]
    assert sorted(source.asked) == sorted(c.upper() for c in codes)


def test_day_that_is_not_forecast_to_its_end_has_no_chance() -> None:
    late = warm(title=WARM.replace("September 30", "October 3"))
    assert told(wired(Source()), late) == {}
