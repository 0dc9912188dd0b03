"""Simulated venues far ahead of the wall clock: the real clients keep their time, over sockets."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.exchanges.exchange import Exchanges
from bot.exchanges.server import Server
from bot.exchanges.world import World
from bot.simulator.memory import MemoryArchive
from chalicelib.cycle_job import scheduled_event
from chalicelib.domain.cycle import CycleOutcome, CycleReport, cycle_time
from chalicelib.domain.quarantine import STALE, TIME
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.engine.cycle import run_cycle
from chalicelib.settings import Settings
from chalicelib.venues.connection import shared_client
from tests.builders import SetClock, running_table
from tests.integration.simulated_venues import SIMULATED, machine

AHEAD = timedelta(days=100)
PACE = 2
"""Slow enough that a busy machine makes nothing stale."""
MINUTES = (timedelta(minutes=-1), timedelta(0))


async def live_through(monkeypatch: pytest.MonkeyPatch) -> list[CycleReport]:
    """A few cycles of a market a hundred days ahead, each by an event of the metronome."""
    wall = datetime.now(UTC)
    clock = SimulatedClock.going_on(wall, PACE, wall + AHEAD)
    venues = Exchanges(World(seed=5, markets=24), lambda: clock.at(datetime.now(UTC)).timestamp())
    table, archive, reports = running_table(), MemoryArchive(), []
    async with Server(venues) as server:
        monkeypatch.setenv("VENUE_GATEWAY", server.gateway)
        monkeypatch.setenv("MARKET_CLOCK", str(clock))
        settings = Settings(
            stage="local", table="state", bucket="archive", market_clock=clock,
            venue_gateway=server.gateway,
        )  # fmt: skip
        made = machine(table, archive, server.gateway, SetClock(wall))
        for minute in MINUTES:
            at = clock.at(datetime.now(UTC)) + minute
            event = {
                "time": at.isoformat(), "source": "bot.metronome",
                "detail": {"sent_at": wall.isoformat()},
            }  # fmt: skip
            tick = scheduled_event(event, settings)
            reports.append(await run_cycle(tick, f"owner {minute}", made))
        await shared_client().aclose()
    return reports


def test_market_far_ahead_of_the_wall_clock_is_traded_on_in_its_own_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports = asyncio.run(live_through(monkeypatch))
    assert [report.outcome for report in reports] == [CycleOutcome.COMMITTED] * len(MINUTES)
    for report in reports:
        assert report.venue_faults == ()
        assert {q.venue for q in report.quality} == {*SIMULATED, "test"}
        doubted = {
            (q.venue, code) for q in report.quality for code in (TIME, STALE) if q.counts.get(code)
        }
        assert doubted <= {("test", STALE)}
        assert cycle_time(report.cycle_id) > datetime.now(UTC) + AHEAD - timedelta(days=1)
        assert report.committed_at is not None
        assert report.committed_at < datetime.now(UTC) + timedelta(days=1)
