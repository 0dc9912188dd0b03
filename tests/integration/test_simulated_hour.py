"""An hour of cycles against the simulated venues, with faults on: uneventful.

Every cycle is a cold start, so that whatever is remembered was stored.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import Rule
from bot.exchanges.server import Server
from bot.exchanges.world import World
from bot.simulator.memory import MemoryArchive
from chalicelib.domain.cycle import CycleOutcome, CycleReport, ScheduledEvent
from chalicelib.domain.portfolio import Account
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import replay
from chalicelib.strategies import discover
from chalicelib.venues.connection import shared_client
from chalicelib.venues.metering import take_usage
from tests.builders import NOW, SetClock, running_table
from tests.integration.simulated_venues import clock_at, machine

MINUTES = 60
FAULTS = ("503@*~0.2", "truncated@*~0.1", "429@*~0.1", "reset@*~0.1", "wrong-types@*~0.05")
REFUSING = "403@*polymarket.com/*"
OUTAGE = range(20, 32)
"""Minutes in which Polymarket refuses us: its breaker opens for fifteen and one more."""


@dataclass
class Hour:
    """The report of every minute, how it all ended, and whether the last one replays."""

    reports: list[CycleReport] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    replays: bool = False

    def asked(self, host: str) -> list[int]:
        """The minutes in which a host was asked something."""
        return [m for m, r in enumerate(self.reports) if any(host in u.host for u in r.usage)]


async def live_through() -> Hour:
    """One cycle a minute, as fast as they go."""
    clock, hour = SetClock(NOW), Hour()
    rules = [Rule.parse(text) for text in FAULTS]
    venues = Exchanges(World(seed=5, markets=24))
    table, archive = running_table(), MemoryArchive()
    async with Server(venues) as server:
        for minute in range(MINUTES):
            clock.shown = NOW + timedelta(minutes=minute)
            venues.now = clock.shown.timestamp
            venues.faults = [Rule.parse(REFUSING), *rules] if minute in OUTAGE else rules
            made = machine(table, archive, server.gateway, clock)
            made = replace(made, registry=REGISTRY, take_usage=take_usage)
            with clock_at(clock.shown):
                event = ScheduledEvent(clock.shown, clock.shown, "test")
                hour.reports.append(await run_cycle(event, f"owner {minute}", made))
        last = hour.reports[-1].record_key or ""
        hour.replays = (await replay(made.archive, last, REGISTRY)).identical
        hour.accounts = list((await made.ledger.load()).accounts.values())
        await shared_client().aclose()
    return hour


@pytest.fixture(scope="module")
def hour() -> Hour:
    discover()
    take_usage()
    return asyncio.run(live_through())


def test_hour_of_faults_commits_every_cycle_and_can_be_decided_again(hour: Hour) -> None:
    assert [report.outcome for report in hour.reports] == [CycleOutcome.COMMITTED] * MINUTES
    assert any(report.venue_faults for report in hour.reports[: OUTAGE.start])
    assert sum(report.markets > 1 for report in hour.reports) > MINUTES / 2
    assert hour.replays
    assert {account.imbalance() for account in hour.accounts} == {0}


def test_venue_that_refuses_is_asked_once_and_comes_back(hour: Hour) -> None:
    asked = hour.asked("polymarket.com")
    assert [minute for minute in asked if minute in OUTAGE] == [OUTAGE.start]
    assert min(minute for minute in asked if minute > OUTAGE.start) == OUTAGE.start + 16
    assert "not asked until" in " ".join(hour.reports[OUTAGE.start + 1].venue_faults)
    assert all("not asked until" not in f for f in hour.reports[OUTAGE.start + 16].venue_faults)
