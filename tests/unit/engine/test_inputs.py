"""A decision keeps the numbers that it saw, from the wish to the trade log, the API and its row."""

import asyncio
import gzip
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from bot.simulator.memory import MemoryArchive
from chalicelib.aws import rows
from chalicelib.domain.activity import MOST_ENTRIES, activity_of
from chalicelib.domain.cycle import Config, CycleOutcome, CycleReport, Decision, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.inputs import MOST_INPUTS, as_inputs, inputs_in_words
from chalicelib.domain.order import OrderType, Side, TimeInForce
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.record import read_record, replay
from chalicelib.web.present import activity_view, decision_views
from tests.builders import (
    CYCLE,
    NOW,
    YES,
    account,
    fill,
    resting,
    running_table,
    runtime,
    tape_of,
)
from tests.unit.engine.test_cycle import Machine

SHORT = np.array([[False, True]])


def signals(**changes: Any) -> Signals:
    """A wish for column 1, and an exit from column 0."""
    made = Signals(
        SHORT, ~SHORT, np.array([[0.0, 0.0123456789]]), np.array([[0.0, 0.5]]),
        "z is {z:.1f}", "back at {z:.1f}", {"z": np.array([[1.5, -2.0000004]])},
    )  # fmt: skip
    return replace(made, **changes)


SEEN = tape_of([[0.41, 0.55]], [[0.43, 0.57]])


def test_wish_carries_its_facts_its_quote_and_what_it_hopes_for() -> None:
    ((leg,),) = [basket.legs for basket in signals().entries(SEEN)]
    assert leg.inputs == {
        "z": -2.0, "bid": 0.55, "ask": 0.57, "edge": 0.0123457, "confidence": 0.5,
    }  # fmt: skip


def test_exit_carries_its_facts_and_its_quote() -> None:
    assert signals().exit_inputs(SEEN) == {"test:m0:yes": {"z": 1.5, "bid": 0.41, "ask": 0.43}}


def test_wish_for_a_fall_shows_the_quote_of_what_is_bought_instead() -> None:
    falls = signals(entry=SHORT & False, short=SHORT)
    ((leg,),) = [basket.legs for basket in falls.entries(SEEN)]
    assert (leg.instrument_id, leg.inputs["ask"], leg.inputs["z"]) == ("test:m0:yes", 0.43, -2.0)


def test_inputs_are_few_and_finite() -> None:
    many = {f"fact {n}": float(n) for n in range(20)}
    kept = as_inputs(many, {"bid": 0.4, "ask": float("nan"), "edge": float("inf")})
    assert len(kept) == MOST_INPUTS - 2
    assert list(kept)[-2:] == ["fact 8", "bid"]
    assert inputs_in_words({"z": -2.0, "mean": 0.430001}) == "z -2, mean 0.430001"


class Watcher(Strategy):
    """Buy YES at once or at a limit, sell it at the third sight; it looks at the minute."""

    name = "watcher"

    class Params(StrategyParams):
        """Whether it waits."""

        patient: bool = False

    params: Params

    @property
    def lookback(self) -> int:
        """The newest row."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Enter in even minutes, leave in odd ones."""
        minute = np.broadcast_to((tape.times // 60 % 2)[:, None] * 1.0, tape.bid.shape)
        ours = np.array([name == YES for name in tape.instruments])
        return Signals(
            (minute == 0) & ours, (minute == 1) & ours, minute * 0 + 0.01, minute * 0 + 1,
            "even", "odd", {"minute": minute},
            order_type=OrderType.LIMIT if self.params.patient else OrderType.MARKET,
            time_in_force=TimeInForce.GTC if self.params.patient else TimeInForce.IOC,
            limit_price=minute * 0 + 0.51 if self.params.patient else None,
        )  # fmt: skip


def run(cycles: int, setting: StrategySetting, **limits: Any) -> Machine:
    machine = Machine(running_table(Config({"watcher": setting}, RiskLimits(**limits), 1)))
    registry = {"watcher": Watcher}
    machine.runtime = runtime(
        machine.table, machine.archive, machine.venue, registry, machine.clock
    )
    for n in range(cycles):
        machine.run(CYCLE + n)
    for key in [k for k in machine.archive.objects if k.startswith("records/")]:
        assert asyncio.run(replay(machine.archive, key, registry)).identical
    return machine


def trade_log(archive: MemoryArchive) -> list[dict[str, Any]]:
    found = [body for key, body in sorted(archive.objects.items()) if key.startswith("trades/")]
    return [json.loads(line)["trade"] for b in found for line in gzip.decompress(b).splitlines()]


def decided(machine: Machine) -> list[Decision]:
    keys = sorted(k for k in machine.archive.objects if k.startswith("records/"))
    return [asyncio.run(read_record(machine.archive, key)).decision for key in keys]


@pytest.mark.parametrize("patient", [False, True])
def test_trade_log_says_what_entry_and_exit_saw(patient: bool) -> None:
    machine = run(3, StrategySetting(params={"patient": patient}))
    bought, sold = trade_log(machine.archive)
    assert bought["inputs"] == {
        "minute": 0.0, "bid": 0.49, "ask": 0.51, "edge": 0.01, "confidence": 1.0,
    }  # fmt: skip
    assert sold["inputs"] == {"minute": 1.0, "bid": 0.49, "ask": 0.51}


def test_exit_by_a_rule_says_what_the_rule_saw() -> None:
    rules = ExitRules(max_minutes=1)
    sold = trade_log(run(3, StrategySetting(exits=rules)).archive)[1]
    assert sold["reason"].startswith("time: ")
    assert sold["inputs"]["minutes_held"] == 1.0
    assert sold["inputs"]["mark"] == 0.49
    assert set(sold["inputs"]) == {"mark", "high", "size", "cost", "value", "minutes_held"}


def test_refusal_says_what_the_wish_saw_in_the_record_and_not_in_the_summary() -> None:
    machine = run(1, StrategySetting(paused=True))
    (decision,) = decided(machine)
    (refused,) = decision.refusals
    assert (refused.code, refused.inputs["minute"]) == ("strategy-paused", 0.0)
    item = asyncio.run(machine.table.get(rows.cycle_key(CYCLE)))
    assert [r.inputs for r in rows.report_from(item).refused] == [{}]


def test_refused_size_says_what_the_wish_saw() -> None:
    (decision,) = decided(run(1, StrategySetting(), cash_per_entry=Decimal(1)))
    (refused,) = decision.refusals
    assert (refused.code, refused.inputs["ask"]) == ("too-small", 0.51)


def test_activity_and_cycle_views_show_the_numbers() -> None:
    machine = run(1, StrategySetting())
    partition = next(pk for pk in machine.table.rows if pk.startswith("ACTIVITY#"))
    entries = [e for item in machine.table.rows[partition].values() for e in item["entries"]]
    (trade,) = [activity_view({**e, "at": NOW}) for e in entries if e["kind"] == "trade"]
    assert trade.inputs["ask"] == 0.51
    key = next(k for k in machine.archive.objects if k.startswith("records/"))
    record = asyncio.run(read_record(machine.archive, key))
    (view,) = [v for v in decision_views(record) if v.kind == "fill"]
    assert view.inputs == trade.inputs


WIDE = as_inputs({f"a_rather_long_name_{n:02}": -0.000123456789 for n in range(20)})


def test_rows_stay_small_with_as_many_inputs_as_there_can_be() -> None:
    assert len(WIDE) == MOST_INPUTS
    numbers = len(json.dumps(WIDE))
    assert numbers < 500
    traded = replace(fill(Side.BUY, 10, "0.4"), inputs=WIDE)
    report = CycleReport(CYCLE, NOW, CycleOutcome.COMMITTED, "test")
    entries = activity_of(Decision({}, (traded,) * 90), report)
    item = rows.activity_item(NOW, "x", entries)
    assert len(entries) == MOST_ENTRIES
    assert len(json.dumps(item)) < 60_000
    assert len(json.dumps(rows.trade_item(traded))) < 2_000


def test_waiting_orders_of_a_full_account_fit_into_its_row() -> None:
    orders = {f"{n:016x}": replace(resting(f"{n:016x}"), inputs=WIDE) for n in range(100)}
    held = replace(account(), orders=orders)
    assert len(json.dumps(rows.account_item(held))) < 200_000


def test_activity_without_numbers_is_shown_as_before() -> None:
    entry = {"kind": "fault", "strategy": None, "text": "x", "cycle_id": 1, "at": NOW}
    assert activity_view(entry).inputs == {}
