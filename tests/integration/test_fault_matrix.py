"""Every kind of fault at every endpoint of every venue: that venue is skipped, and nothing else."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

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
    assert again.of_others() == stage.well.of_others()
    assert len(again.of_others()) > 10_000


def halves(kind: Kind) -> tuple[list[str], list[str]]:
    """Some venues and the others: two that are struck together by one kind are not by the next."""
    turn = list(Kind).index(kind) % len(SIMULATED)
    turned = [*SIMULATED[turn:], *SIMULATED[:turn]]
    return turned[:2], turned[2:]


@pytest.mark.parametrize("half", [0, 1], ids=["some", "others"])
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_fault_at_an_endpoint_skips_that_venue_and_nothing_else(
    stage: Stage, kind: Kind, half: int
) -> None:
    venues = halves(kind)[half]
    waits = kind in (Kind.READ_TIMEOUT, Kind.DRIP)
    # One endpoint of each of them in a cycle: the faults of one venue are none of another's.
    struck = list(zip_longest(*(stage.endpoints(venue) for venue in venues)))
    cycles = [lambda s=s: _struck(stage, kind, s, venues if waits else ()) for s in struck]
    for endpoints, result in zip(struck, stage.runner.run(_all(waits, cycles)), strict=True):
        assert result.report.outcome is CycleOutcome.COMMITTED, (kind, endpoints)
        hit = [v for v, endpoint in zip(venues, endpoints, strict=True) if endpoint]
        assert {fault["venue"] for fault in result.faults} <= {*hit}, (kind, endpoints)
        assert_same(result.of_others(*hit), stage.well.of_others(*hit), f"{kind} at {endpoints}")
        for venue in hit:
            # One with a mirror, or a question it need not answer, may say everything all the same.
            lost = stage.well.names(venue) - result.names(venue)
            harmless = kind in MAY_BE_HARMLESS or not lost
            assert harmless or result.refused(venue), (kind, endpoints, venue)


async def _struck(
    stage: Stage, kind: Kind, endpoints: Sequence[str | None], hanging: Sequence[str]
) -> Ran:
    faults = (f"{kind}@{endpoint}" for endpoint in endpoints if endpoint)
    return await run_with(stage.table, *faults, hanging=hanging)


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
        ran = stage.runner.run(run_with(stage.table, *faults, hanging=[venue]))
        assert {fault["venue"] for fault in ran.faults} == {venue}
        assert_same(ran.of_others(venue), stage.well.of_others(venue), f"{kind} everywhere")
        assert time.monotonic() - started < SHORT + SLACK
