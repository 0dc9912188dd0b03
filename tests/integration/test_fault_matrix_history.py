"""Every kind of fault at every endpoint of the past, of a venue's state and of forecasts.

What comes of it is the right answer, less of it, or a VenueError of a kind; never anything else.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import Kind, Rule
from bot.exchanges.server import Server
from chalicelib.domain.errors import VenueError
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.forecast import Outlook
from chalicelib.domain.public import ExchangeStatus
from chalicelib.forecasts import known_sources, open_source
from chalicelib.forecasts.stations import station
from chalicelib.venues.connection import shared_client
from tests.builders import NOW
from tests.integration.simulated_venues import LONG, SHORT, SIMULATED, WORLD, clock_at, opened

HOUR = timedelta(hours=1)
SPAN = (NOW - 4 * HOUR, NOW)
TRADED = timedelta(minutes=10)
INTERVALS = {"coingecko": timedelta(minutes=30)}
"""The bars of an index are of half an hour for a day; all others have hours."""
PLACE = station("KNYC")
LESS = {Kind.STALE, Kind.DUPLICATES, Kind.RENAMED, Kind.UNKNOWN_ENUM, Kind.EMPTY}
"""Answers that can be read as what they say, which may be nothing."""
GONE = (Kind.STATUS_503, Kind.EMPTY)
"""What an endpoint does where another one may be asked in its place."""
WAITS = {Kind.READ_TIMEOUT, Kind.DRIP}
Call = Callable[[], Awaitable[Any]]
Found = Any


def venue_calls(
    name: str, gateway: str, instrument: str, hanging: Collection[str]
) -> dict[str, Call]:
    """What is asked of a venue besides its markets."""
    venue: Any = opened(gateway, hanging)[name]
    interval = INTERVALS.get(name, HOUR)
    return {
        "candles": lambda: venue.candles(instrument, interval, *SPAN),
        "trades": lambda: venue.trades(instrument, NOW - TRADED, NOW),
        "status": venue.status,
    }


def source_calls(name: str, gateway: str, hanging: Collection[str]) -> dict[str, Call]:
    """What is asked of a source of forecasts."""
    budget = str(SHORT if name in hanging else LONG)
    settings = {"VENUE_CONTACT": "tests@example.org", f"{name.upper()}_BUDGET_SECONDS": budget}
    with mock.patch.dict("os.environ", {"VENUE_GATEWAY": gateway}):
        source: Any = open_source(name, settings)
    calls: dict[str, Call] = {"outlook": lambda: source.outlook(PLACE, NOW)}
    if hasattr(source, "past_outlook"):
        days = (NOW.date() - timedelta(days=4), NOW.date() - timedelta(days=3))
        calls["past outlook"] = lambda: source.past_outlook(PLACE, *days, 1)
    return calls


async def answer(call: Call) -> Found:
    """What came of a call; anything that is no VenueError is raised."""
    try:
        return await call()
    except VenueError as exc:
        return exc


async def busiest(gateway: str, name: str) -> str:
    """The outcome of a venue of which there is the most to be told."""
    scan = await opened(gateway)[name].scan(NOW)
    if not scan.markets:
        return min(scan.references)
    traded = max(scan.markets.values(), key=lambda m: (m.volume_24h or 0, m.market_id))
    return traded.outcomes[0].instrument_id


@dataclass
class Past:
    """An event loop, and what every call answers and asks when all is well."""

    runner: asyncio.Runner
    instruments: dict[str, str] = field(default_factory=dict)
    well: dict[tuple[str, str], Found] = field(default_factory=dict)
    asked: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    instead: dict[tuple[str, str, str], set[Any]] = field(default_factory=dict)

    def wrong(self, found: Found, *where: str) -> list[Any]:
        """What is neither true nor stands in for an endpoint that is gone; and what comes twice."""
        name, what, endpoint = where
        sound = {*listed(self.well[name, what]), *self.instead[name, what, endpoint]}
        counts = Counter(listed(found))
        return [each for each, count in counts.items() if each not in sound or count > 1]

    def calls(self, name: str, gateway: str, hanging: Collection[str] = ()) -> Mapping[str, Call]:
        """The calls of a venue or of a source, by a client that has just started."""
        if name in SIMULATED:
            return venue_calls(name, gateway, self.instruments[name], hanging)
        return source_calls(name, gateway, hanging)

    async def begin(self) -> None:
        """Ask everything once of venues that are well."""
        for name in (*SIMULATED, *known_sources()):
            async with served() as server:
                if name in SIMULATED:
                    self.instruments[name] = await busiest(server.gateway, name)
                for what in self.calls(name, server.gateway):
                    server.exchanges.asked.clear()
                    found = await answer(self.calls(name, server.gateway)[what])
                    self.well[name, what] = found
                    self.asked[name, what] = sorted(server.exchanges.asked)
                for what in self.calls(name, server.gateway):
                    for endpoint in self.asked[name, what]:
                        told = [await self.under(k, name, what, endpoint) for k in GONE]
                        others = (t for t in told if not isinstance(t, VenueError | ExchangeStatus))
                        self.instead[name, what, endpoint] = {e for t in others for e in listed(t)}

    async def under(self, kind: Kind, name: str, what: str, endpoint: str) -> Found:
        """What a call answers when an endpoint is out of order."""
        async with served(f"{kind}@{endpoint}") as server:
            calls = self.calls(name, server.gateway, [name] if kind in WAITS else ())
            return await answer(calls[what])


def served(*faults: str) -> Server:
    return Server(Exchanges(WORLD, NOW.timestamp, [Rule.parse(text) for text in faults]))


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    with asyncio.Runner() as runner, clock_at(NOW):
        begun = Past(runner)
        runner.run(begun.begin())
        yield begun

        async def close() -> None:
            await shared_client().aclose()

        runner.run(close())


def test_venues_and_sources_that_are_well_answer_everything(past: Past) -> None:
    for (name, what), found in past.well.items():
        if (name, what) == ("coingecko", "trades"):
            assert isinstance(found, VenueError)  # an index has no trades
            continue
        assert past.asked[name, what], (name, what)
        assert not isinstance(found, VenueError), (name, what, found)
        assert listed(found), (name, what)


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_fault_at_an_endpoint_of_the_past_gives_a_kind_or_nothing_that_is_wrong(
    past: Past, kind: Kind
) -> None:
    struck = [
        (name, what, endpoint) for (name, what), asked in past.asked.items() for endpoint in asked
    ]
    for (name, what, endpoint), found in zip(
        struck, past.runner.run(_all(past, kind, struck)), strict=True
    ):
        where = f"{kind} at {endpoint} for {what} of {name}"
        if isinstance(found, VenueError):
            assert found.kind in FaultKind, where
            assert found.kind is not FaultKind.DEFECT, where
            continue
        if isinstance(found, ExchangeStatus) and not found.is_open:
            continue  # a venue may be called closed for a reason of its own
        wrong = past.wrong(found, name, what, endpoint)
        assert kind is Kind.STALE or not wrong, (where, wrong[:2])
        assert kind in LESS or listed(found), where


async def _all(past: Past, kind: Kind, struck: Sequence[tuple[str, str, str]]) -> list[Found]:
    """Side by side where a call only waits; otherwise in turn."""
    calls = [past.under(kind, *each) for each in struck]
    return list(await asyncio.gather(*calls)) if kind in WAITS else [await call for call in calls]


def listed(found: Found) -> list[Any]:
    """What an answer consists of."""
    if isinstance(found, Outlook):
        return [*found.forecasts, *found.measurements]
    return [found] if isinstance(found, ExchangeStatus) else list(found)
