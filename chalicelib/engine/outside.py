"""What is asked beside the venues: forecasts and headlines, at once, briefly, and without harm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.cycle import Observation
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.headline import Headline
from chalicelib.domain.market import InstrumentId, MarketKind
from chalicelib.engine.forecasting import Forecasting
from chalicelib.engine.observe import fault_of
from chalicelib.engine.runtime import Runtime
from chalicelib.matching.headlines import match_headlines

NEWS = "news"
"""What a feed was asked for."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What was learnt. ``news`` None: no feed answered; otherwise who is not named has none."""

    forecast: dict[InstrumentId, float] = field(default_factory=dict)
    news: dict[InstrumentId, int] | None = None
    faults: tuple[VenueFault, ...] = ()


async def look_outside(runtime: Runtime, seen: Observation, since: datetime | None) -> Outside:
    """Ask the sources that are due, all at once. One that fails is a fault, and says nothing.

    ``since`` is the time of the row before, None before the first one.
    """
    forecasting = Forecasting.of(runtime, seen)
    asked = forecasting.calls(runtime)
    calls = [*asked, *(feed.headlines() for feed in runtime.news.values())]
    answers = await runtime.together(calls, runtime.outside_deadline_seconds)
    forecast, faults = forecasting.take(runtime, answers[: len(asked)])
    news, more = _news(runtime, seen, since, answers[len(asked) :])
    return Outside(forecast, news, (*faults, *more))


def _news(
    runtime: Runtime, seen: Observation, since: datetime | None, answers: Sequence[Any]
) -> tuple[dict[InstrumentId, int] | None, list[VenueFault]]:
    fresh: list[Headline] = []
    faults: list[VenueFault] = []
    for name, answer in zip(runtime.news, answers, strict=True):
        if isinstance(answer, Sequence):
            fresh += runtime.newsroom.fresh(name, answer, since)
        else:
            faults.append(fault_of(name, answer, NEWS))
    if len(faults) == len(runtime.news):
        return None, faults
    return _counted(fresh, seen), faults


def _counted(fresh: Sequence[Headline], seen: Observation) -> dict[InstrumentId, int]:
    """Headlines by instrument: both outcomes of a market have the same ones."""
    if not fresh:
        return {}
    questions = [
        (name, market.title)
        for name, market in seen.markets.items()
        if market.kind is MarketKind.BINARY
    ]
    titles = sorted({each.title for each in fresh})  # two feeds of one agency tell it once
    counts: Mapping[str, int] = match_headlines(titles, questions)
    return {
        outcome.instrument_id: count
        for name, count in counts.items()
        for outcome in seen.markets[name].outcomes
    }
