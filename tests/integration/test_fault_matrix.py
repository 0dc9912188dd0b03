"""Every kind of fault at every endpoint of every venue: that venue is skipped, and nothing else."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.exchanges.exchange import ROUTES
from bot.exchanges.faults import Kind
from bot.simulator.memory import MemoryTable
from chalicelib.domain.cycle import CycleOutcome
from chalicelib.venues.connection import shared_client
from tests.builders import NOW
from tests.integration.simulated_venues import (
    SHORT,
    SIMULATED,
    Ran,
    clock_at,
    holdings,
    run_with,
    table_with,
)

SLACK = 6.0
"""Seconds for the cycle itself on a busy machine."""
MAY_BE_HARMLESS = {Kind.STALE, Kind.DUPLICATES, Kind.RENAMED, Kind.UNKNOWN_ENUM, Kind.EMPTY}
"""A client may read these answers as they are meant: less of a market, or the same one twice."""
SHOWN = ("books", "observation")


@dataclass
class Stage:
    """An event loop, the state that every cycle starts from, and a cycle without faults."""

    runner: asyncio.Runner
    table: MemoryTable
    well: Ran

    def endpoints(self, venue: str) -> list[str]:
        """Those of a venue that a cycle asks."""
        known = {route.name for route in ROUTES if route.venue == venue}
        return sorted(known & self.well.asked.keys())


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        table = table_with(runner.run(holdings()))
        with clock_at(NOW):
            yield Stage(runner, table, runner.run(run_with(table)))

        async def close() -> None:
            await shared_client().aclose()

        runner.run(close())


def test_cycle_without_faults_hears_every_venue(stage: Stage) -> None:
    assert stage.well.faults == []
    for venue in SIMULATED:
        assert len(stage.endpoints(venue)) >= 1
        assert any(f'"{venue}:' in json.dumps(stage.well.record[part]) for part in SHOWN)


def test_cycle_without_faults_is_the_same_every_time(stage: Stage) -> None:
    again = stage.runner.run(run_with(stage.table))
    assert again.of_others("") == stage.well.of_others("")
    assert len(again.of_others("")) > 10_000


@pytest.mark.parametrize("venue", SIMULATED)
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_fault_at_an_endpoint_skips_that_venue_and_nothing_else(
    stage: Stage, kind: Kind, venue: str
) -> None:
    endpoints = stage.endpoints(venue)
    waits = kind in (Kind.READ_TIMEOUT, Kind.DRIP)
    hanging = venue if waits else ""
    cycles = [lambda e=e: run_with(stage.table, f"{kind}@{e}", hanging=hanging) for e in endpoints]
    ran = stage.runner.run(_all(waits, cycles))
    for endpoint, result in zip(endpoints, ran, strict=True):
        where = f"{kind} at {endpoint}"
        assert result.report.outcome is CycleOutcome.COMMITTED, where
        assert {fault["venue"] for fault in result.faults} <= {venue}, where
        assert_same(result.of_others(venue), stage.well.of_others(venue), where)
        # A venue with a mirror, or a question it need not answer, may say everything all the same.
        lost = stage.well.names(venue) - result.names(venue)
        assert kind in MAY_BE_HARMLESS or result.refused(venue) or not lost, where


def assert_same(found: bytes, wanted: bytes, where: str) -> None:
    """Compare byte for byte, and show where two differ."""
    if found != wanted:
        at = next((n for n, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), 0)
        shown = slice(max(0, at - 300), at + 300)
        pytest.fail(f"{where}: {found[shown]!r} is not {wanted[shown]!r}")


async def _all(together: bool, cycles: list[Callable[[], Awaitable[Ran]]]) -> list[Ran]:
    """Side by side where a cycle only waits; otherwise in turn, so that none is slowed down."""
    if together:
        return list(await asyncio.gather(*(cycle() for cycle in cycles)))
    return [await cycle() for cycle in cycles]


@pytest.mark.parametrize("venue", SIMULATED)
def test_venue_that_fails_everywhere_is_skipped_within_the_deadline(
    stage: Stage, venue: str
) -> None:
    hosts = sorted({route.host for route in ROUTES if route.venue == venue})
    for kind in (Kind.DNS, Kind.READ_TIMEOUT, Kind.STATUS_403):
        started = time.monotonic()
        faults = (f"{kind}@{host}/*" for host in hosts)
        ran = stage.runner.run(run_with(stage.table, *faults, hanging=venue))
        assert {fault["venue"] for fault in ran.faults} == {venue}
        assert_same(ran.of_others(venue), stage.well.of_others(venue), f"{kind} everywhere")
        assert time.monotonic() - started < SHORT + SLACK
