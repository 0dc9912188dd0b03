"""A strategy's own sizing and exits hold until an operator stores others, and are recorded."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from chalicelib.aws import rows
from chalicelib.domain.cycle import Config, CycleRecord, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.in_force import in_force, whose
from chalicelib.domain.order import Fill, Purpose
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.record import read_record, replay
from tests.builders import CYCLE, YES, running_table, runtime
from tests.unit.engine.test_cycle import Machine

TEN_DOLLARS = Sizing(policy=SizingPolicy.FIXED_CASH, cash=Decimal(10))
THREE_MINUTES = ExitRules(max_minutes=3)


class Hasty(Strategy):
    """Buy YES whenever it is not held; ten dollars of it, for three minutes."""

    name = "hasty"
    about = About(sizing=TEN_DOLLARS, exits=THREE_MINUTES)

    class Params(StrategyParams):
        """None."""

    @property
    def lookback(self) -> int:
        """The newest row."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Wish for YES, leave nothing."""
        wished = np.array([[name == YES for name in tape.instruments]] * len(tape))
        none = np.zeros(wished.shape)
        return Signals(wished, none > 0, none + 0.01, none + 1, "always", "")


REGISTRY = {"hasty": Hasty}


def run(config: Config | None, cycles: int = 4) -> tuple[Machine, list[CycleRecord]]:
    """The real cycle with one strategy, and the records that it left."""
    machine = Machine(running_table(config))
    machine.runtime = runtime(
        machine.table, machine.archive, machine.venue, REGISTRY, machine.clock
    )
    keys = [machine.run(CYCLE + n).record_key or "" for n in range(cycles)]
    return machine, [asyncio.run(read_record(machine.archive, key)) for key in keys]


def fills(records: list[CycleRecord]) -> list[Fill]:
    return [fill for record in records for fill in record.decision.fills]


def test_strategys_own_sizing_and_exits_trade_where_no_operator_chose() -> None:
    _, records = run(None)
    bought, sold = fills(records)[:2]
    assert (bought.size, bought.sized_by) == (Decimal("19.60"), "fixed-cash")
    assert (sold.purpose, sold.cycle_id) == (Purpose.EXIT, CYCLE + 3)
    assert sold.reason.startswith("time: held for 3 minutes")


def test_what_was_in_force_is_recorded_and_decides_the_same_again() -> None:
    machine, records = run(None)
    setting = records[-1].config.setting("hasty")
    assert (setting.sizing, setting.exits) == (TEN_DOLLARS, THREE_MINUTES)
    for key in [k for k in machine.archive.objects if k.startswith("records/")]:
        assert asyncio.run(replay(machine.archive, key, REGISTRY)).identical


def test_operators_rules_take_the_place_of_the_strategys_own() -> None:
    chosen = StrategySetting(sizing=Sizing(cash=Decimal(20)), exits=ExitRules())
    _, records = run(Config({"hasty": chosen}, RiskLimits(), 1))
    (bought,) = fills(records)
    assert bought.size == Decimal("39.21")


def test_rules_of_a_disabled_strategy_go_on_closing_what_it_holds() -> None:
    machine, _ = run(None, cycles=1)
    off = Config({"hasty": StrategySetting(enabled=False)}, RiskLimits(), 1)
    machine.table._store(rows.CONFIG_KEY, rows.config_item(off))
    for cycle in range(CYCLE + 1, CYCLE + 4):
        last = machine.run(cycle)
    assert last.fills == 1


def test_each_part_is_resolved_by_itself() -> None:
    half = Config({"hasty": StrategySetting(exits=ExitRules())}, RiskLimits())
    setting = in_force(half, REGISTRY).setting("hasty")
    assert (setting.sizing, setting.exits) == (TEN_DOLLARS, ExitRules())
    stored = half.setting("hasty")
    assert (whose(stored.sizing), whose(stored.exits)) == ("strategy", "operator")


def test_strategy_that_is_gone_has_no_rules_of_its_own_but_keeps_the_operators() -> None:
    kept = StrategySetting(sizing=TEN_DOLLARS)
    setting = in_force(Config({"gone": kept}, RiskLimits()), REGISTRY).setting("gone")
    assert setting == replace(kept, exits=ExitRules())


@pytest.mark.parametrize("part", ["sizing", "exits"])
def test_settings_that_are_stored_stay_as_they_were_stored(part: str) -> None:
    machine, _ = run(Config({"hasty": StrategySetting()}, RiskLimits(), 1), cycles=1)
    item = asyncio.run(machine.table.get(rows.CONFIG_KEY))
    assert getattr(rows.config_from(item).setting("hasty"), part) is None
