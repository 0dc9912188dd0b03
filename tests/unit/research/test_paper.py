"""A run over the past is the live cycle: the same fills, to the last digit."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.simulator.memory import MemoryArchive
from chalicelib.domain.cycle import Config, ScheduledEvent
from chalicelib.domain.order import Fill
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import read_record
from chalicelib.ports import Depth
from chalicelib.research.paper import run_paper
from chalicelib.strategies import discover
from chalicelib.venues.recorded.client import RecordedVenue
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE, read_tape
from tests.builders import SetClock, running_table, runtime

discover()
VENUE = RecordedVenue(read_tape(BUNDLED_TAPE))
MOMENTS = [VENUE.tape_start() + timedelta(minutes=minute) for minute in range(60)]
NAMES = ("mean-reversion", "momentum")
STRATEGIES = {name: REGISTRY[name] for name in NAMES}
CONFIG = Config({}, RiskLimits(), protections=ProtectionRules(market_pause_minutes=None))


def live_fills() -> list[Fill]:
    """Those of the cycle over a table and an archive, as they were recorded."""
    clock, archive = SetClock(), MemoryArchive()
    cycle = runtime(running_table(CONFIG), archive, VENUE, STRATEGIES, clock)

    async def run() -> list[Fill]:
        fills: list[Fill] = []
        for at in MOMENTS:
            clock.shown = at
            report = await run_cycle(ScheduledEvent(at, at, "test"), "test", cycle)
            assert report.record_key
            fills += (await read_record(archive, report.record_key)).decision.fills
        return fills

    return asyncio.run(run())


def test_run_over_the_past_gives_the_fills_of_the_live_cycle() -> None:
    past = run_paper([VENUE], STRATEGIES, CONFIG, MOMENTS)
    assert len(past.fills) > 5
    assert past.fills == live_fills()


def test_run_keeps_equity_settlements_and_refusals_of_every_strategy() -> None:
    past = run_paper([VENUE], STRATEGIES, CONFIG, MOMENTS)
    assert set(past.equity) == set(NAMES)
    assert {len(values) for values in past.equity.values()} == {60}
    start = CONFIG.limits.starting_cash
    for name, account in past.accounts.items():
        assert past.equity[name][-1][1] == account.equity
        moved = [-f.value if f.side == "buy" else f.value for f in past.fills if f.strategy == name]
        fees = sum(f.fee for f in past.fills if f.strategy == name)
        paid = sum(s.value for s in past.settlements if s.strategy == name)
        assert account.cash == start + sum(moved) - fees + paid
    assert past.faults == {}


def test_run_is_the_same_again() -> None:
    once, again = (run_paper([VENUE], STRATEGIES, CONFIG, MOMENTS[:30]) for _ in range(2))
    assert (once.fills, once.equity) == (again.fills, again.equity)


class Waiting:
    """A venue that waits for something."""

    name = VENUE.name

    async def scan(self, at: object, held: object = ()) -> object:
        """Wait."""
        await asyncio.sleep(0)
        return Depth({})


def test_venue_that_waits_is_named_as_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="must answer at once"):
        run_paper([Waiting()], STRATEGIES, CONFIG, MOMENTS[:1])  # type: ignore[list-item]


def test_limits_of_the_account_hold_in_the_past_too() -> None:
    few = replace(CONFIG, limits=RiskLimits(cash_per_entry=Decimal(10)))
    past = run_paper([VENUE], STRATEGIES, few, MOMENTS)
    assert past.fills
    assert all(f.value + f.fee <= Decimal(10) for f in past.fills if f.side == "buy")
