"""The recorded venue over an exported tape shows each cycle what the recorded one was shown."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.simulator.memory import MemoryArchive
from bot.tapes.files import write
from chalicelib.domain.cycle import (
    CycleRecord,
    ScheduledEvent,
    cycle_time,
)
from chalicelib.domain.errors import InputError
from chalicelib.domain.market import Resolution
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import unseal
from chalicelib.tapes.file import Recording
from chalicelib.venues.recorded import NOTE, TAPE_START, build, tape_note, tape_start
from chalicelib.venues.recorded.cycles import ReplayedCycles
from tests.builders import NOW, SetClock, running_table, runtime
from tests.golden.regenerate import CHOSEN
from tests.unit.tapes.recordings import FACTS, observed, record_of, recorded, records, settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The tape of the recorded cycles as a file."""
    file = tmp_path / "cycles.tape"
    write(file, recorded())
    return file


def replayed(path: Path) -> list[CycleRecord]:
    """The records of the same strategies over the tape."""
    table, archive, clock = running_table(settings()), MemoryArchive(), SetClock()
    registry = {name: REGISTRY[name] for name in CHOSEN}
    venue = build({"RECORDED_TAPE": str(path)})
    machine = runtime(table, archive, venue, registry, clock)

    async def run() -> None:
        for record in records():
            clock.shown = cycle_time(record.cycle_id)
            event = ScheduledEvent(clock.shown, clock.shown, "test")
            await run_cycle(event, f"owner {record.cycle_id}", machine)

    asyncio.run(run())
    found = [unseal(body) for key, body in archive.objects.items() if key.startswith("records/")]
    return sorted(found, key=lambda record: record.cycle_id)


def test_strategies_over_an_exported_tape_decide_what_they_decided_when_it_was_recorded(
    path: Path,
) -> None:
    again = replayed(path)
    assert any(record.decision.fills for record in records())
    for first, second in zip(records(), again, strict=True):
        assert second.observation == first.observation
        assert second.row == first.row
        assert second.books == first.books
        assert second.decision == first.decision


def test_tape_of_another_venue_is_replayed_under_the_recorded_venues_name() -> None:
    venue = ReplayedCycles(observed(record_of()), "a tape")
    scan = asyncio.run(venue.scan(NOW))
    (market,) = scan.markets.values()
    assert (market.market_id, market.venue) == ("recorded:test:m", "recorded")
    yes, no = market.outcomes
    assert (yes.instrument_id, yes.complement) == ("recorded:test:m:yes", no.instrument_id)


@pytest.mark.parametrize("seconds", [-1, 60, 3600])
def test_minute_without_a_cycle_shows_no_market(seconds: int) -> None:
    venue = ReplayedCycles(observed(record_of()), "a tape")
    at = NOW + timedelta(seconds=seconds)
    assert asyncio.run(venue.scan(at)).markets == {}
    assert asyncio.run(venue.books(["recorded:test:m:yes"], at)).books == {}


def test_replay_starts_with_the_tape_that_is_set(path: Path) -> None:
    assert tape_start({"RECORDED_TAPE": str(path)}) == cycle_time(records()[0].cycle_id)
    assert tape_start({}) == TAPE_START


def test_dashboard_says_which_tape_is_replayed(path: Path) -> None:
    assert tape_note({"RECORDED_TAPE": str(path)}) == recorded().facts.title
    assert tape_note({}) == NOTE


def test_tape_without_cycles_cannot_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no cycles"):
        ReplayedCycles(Recording(FACTS), "candles.tape")
    with pytest.raises(InputError, match=r"RECORDED_TAPE names .*none\.tape"):
        build({"RECORDED_TAPE": str(tmp_path / "none.tape")})


def test_result_is_shown_from_when_it_was_known() -> None:
    tape = observed(record_of())
    result = Resolution("test:m", {"test:m:yes": Decimal(1)}, NOW, "the venue")
    venue = ReplayedCycles(
        Recording(replace(tape.facts, resolutions=(result,)), tape.tables), "a tape"
    )
    early, late = NOW - timedelta(seconds=1), NOW
    assert asyncio.run(venue.resolutions(["recorded:test:m"], early)).resolutions == ()
    (shown,) = asyncio.run(venue.resolutions(["recorded:test:m"], late)).resolutions
    assert shown.payouts == {"recorded:test:m:yes": Decimal(1)}
