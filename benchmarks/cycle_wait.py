"""How long a cycle waits for eight slow endpoints: for the slowest of them, not for their sum."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from benchmarks.cycle_calls import Silent
from benchmarks.figure import Figure, Size, at_most
from bot.exchanges.exchange import Exchanges
from bot.exchanges.server import Server
from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws.ledger import TableLedger
from chalicelib.domain.cycle import CycleOutcome, ScheduledEvent
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.runtime import Runtime
from chalicelib.loop import together
from chalicelib.ports import Depth, Results, Scan
from chalicelib.venues.connection import shared_client
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Surroundings, Transport

SECONDS = 0.4
ENDPOINTS = (
    "gamma-api.polymarket.com/markets/keyset",
    "clob.polymarket.com/time",
    "external-api.kalshi.com/trade-api/v2/exchange/status",
    "api.elections.kalshi.com/trade-api/v2/exchange/status",
    "data-api.binance.vision/api/v3/ping",
    "api.binance.com/api/v3/ping",
    "api.exchange.coinbase.com/time",
    "api.coingecko.com/api/v3/ping",
)
START = datetime(2026, 1, 1, tzinfo=UTC)


class _Slow:
    """A venue whose scan is one real request to a slow endpoint, timed."""

    def __init__(self, endpoint: str, gateway: str) -> None:
        self.name = endpoint.partition("/")[0]
        self._url = f"https://{endpoint}"
        surroundings = Surroundings(gateway=lambda: gateway)
        self._transport = Transport(self.name, {self.name: Pace(10, 10)}, "", surroundings)
        self.took = 0.0

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        started = perf_counter()
        await self._transport.get(self._url, deadline=self._transport.until(10))
        self.took = perf_counter() - started
        return Scan({}, {})

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        return Depth({})

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        return Results(())


class _Clock:
    def now(self) -> datetime:
        return START


def measure(size: Size) -> list[Figure]:
    """Wall time of a cycle as a multiple of its slowest endpoint's, in the same run."""
    ratios = asyncio.run(_ratios(5 if size == "full" else 3))
    name = f"cycle over {len(ENDPOINTS)} endpoints of {SECONDS * 1000:.0f} ms, over the slowest"
    return [at_most(name, median(ratios), 1.15, "x")]


async def _ratios(runs: int) -> list[float]:
    async with Server(Exchanges(), delay=SECONDS) as server:
        found = [await _one_cycle(server.gateway) for _ in range(runs + 1)]
        await shared_client().aclose()
    return found[1:]  # the first one loads what later ones find loaded


async def _one_cycle(gateway: str) -> float:
    venues = [_Slow(endpoint, gateway) for endpoint in ENDPOINTS]
    runtime = Runtime(
        ledger=TableLedger(MemoryTable()),
        archive=MemoryArchive(),
        venues={venue.name: venue for venue in venues},
        clock=_Clock(),
        telemetry=Silent(),
        together=together,
        registry={},
    )
    started = perf_counter()
    report = await run_cycle(ScheduledEvent(START, START, "bench"), "bench", runtime)
    took = perf_counter() - started
    if report.outcome is not CycleOutcome.COMMITTED or report.venue_faults:
        raise RuntimeError(f"the measured cycle went wrong: {report}")
    return took / max(venue.took for venue in venues)
