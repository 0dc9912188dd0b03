"""What forecasts say of the markets on a tape: asked for rarely, and never waited for long."""

from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.cycle import Observation
from chalicelib.domain.errors import VenueError
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.forecast import Outlook, WeatherStation
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.stations import LISTED
from chalicelib.engine.observe import fault_of
from chalicelib.engine.outlooks import StationOutlooks
from chalicelib.engine.runtime import Runtime
from chalicelib.matching.daily_high import DailyHigh, read_daily_high
from chalicelib.ports import Forecasts

FORECASTS, FORECAST = "forecasts", "forecast"
"""What failed where it was no source by name, and what it was asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Which source answered for a station, if one did, and why the others before it did not."""

    outlook: Outlook | None
    failed: tuple[VenueFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecasting:
    """What is to be asked in one cycle: the markets that need a station, and the stations due."""

    asked: Sequence[tuple[Market, DailyHigh]]
    due: Sequence[str]
    at: datetime

    @classmethod
    def of(cls, runtime: Runtime, seen: Observation) -> "Forecasting":
        """Nothing, where no source is set up or no quoted market needs one."""
        now = runtime.clock.now()
        asked = list(_daily_highs(seen)) if runtime.forecasts else []
        return cls(asked, runtime.outlooks.due((high.station for _, high in asked), now), now)

    def calls(self, runtime: Runtime) -> list[Coroutine[Any, Any, Answered]]:
        """One for each station that is due."""
        sources = tuple(runtime.forecasts.values())
        places = [place for code in self.due if (place := LISTED[code].place)]
        return [_ask(sources, place, self.at) for place in places]

    def take(
        self, runtime: Runtime, answers: Sequence[Any]
    ) -> tuple[dict[InstrumentId, float], list[VenueFault]]:
        """The probability that each instrument pays, where a source knows, and what failed."""
        later = runtime.clock.now()
        faults: list[VenueFault] = []
        for code, answer in zip(self.due, answers, strict=True):
            got = _answered(answer)
            runtime.outlooks.keep(code, later, got.outlook)
            faults += got.failed if got.outlook is None else ()
        return _chances(self.asked, runtime.outlooks, later), faults


def _answered(answer: Any) -> Answered:
    """The answer, where there is one: one that came too late is a failure like any other."""
    if isinstance(answer, Answered):
        return answer
    return Answered(None, (fault_of(FORECASTS, answer, FORECAST),))


def _daily_highs(seen: Observation) -> Iterable[tuple[Market, DailyHigh]]:
    for market in seen.markets.values():
        if market.kind is not MarketKind.BINARY or len(market.outcomes) != 2:
            continue
        first = market.outcomes[0].label
        high = read_daily_high(
            market.title, market.closes_at, market.rules, market.resolution_source, first
        )
        if high is not None and any(o.instrument_id in seen.quotes for o in market.outcomes):
            yield market, high


async def _ask(
    sources: Sequence[Forecasts], place: WeatherStation, at: datetime
) -> Answered:  # fmt: skip
    """The first source that answers, in the order in which they were chosen."""
    failed: list[VenueFault] = []
    for source in sources:
        try:
            return Answered(await source.outlook(place, at), tuple(failed))
        except VenueError as failure:
            failed.append(fault_of(source.name, failure, FORECAST))
    return Answered(None, tuple(failed))


def _chances(
    asked: Iterable[tuple[Market, DailyHigh]], outlooks: StationOutlooks, at: datetime
) -> dict[InstrumentId, float]:  # fmt: skip
    chances: dict[InstrumentId, float] = {}
    for market, high in asked:
        chance = outlooks.chance(high, at)
        if chance is not None:
            one, other = (outcome.instrument_id for outcome in market.outcomes)
            pays, loses = (one, other) if high.first_pays else (other, one)
            chances[pays], chances[loses] = chance, 1 - chance
    return chances
