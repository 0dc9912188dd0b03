"""Accounts held against their trade log, page by page, while a cycle may be booking."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Put, Table, Write
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.order import Fill, Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.reconcile import Drift
from chalicelib.operations import reconciliation
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.operations.reconciliation import (
    check_accounts,
    read_entries,
    stop_on_drift,
)
from tests.builders import CYCLE, NOW, account, fill
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import commit, held
from tests.unit.aws.samples import trading
from tests.unit.operations.risk_samples import BOUGHT, audited, holding, store, told

RUNNING, PAUSED = ControlState.RUNNING, ControlState.PAUSED
FLATTENING, KILLED = ControlState.FLATTENING, ControlState.KILLED
DRIFT = Drift("test", "cash", Decimal(11), Decimal(10))


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def log(table: Table, *trades: Fill) -> None:
    for trade in trades:
        run(table.write(Put("trade", rows.trade_item(trade))))


def test_what_the_ledger_committed_is_sound(table: Table) -> None:
    store(table)
    ledger = TableLedger(table)
    run(table.write(Put("lease", {"pk": rows.SHARD, "sk": "LEASE"})))
    commit(ledger, held(ledger), trading("a", "b", fills=3))
    checked = run(check_accounts(table))
    assert (checked.accounts, checked.trades, checked.drifts) == (2, 6, ())


def test_harmed_account_is_named_with_both_numbers(table: Table) -> None:
    store(table, replace(holding(), cash=Decimal(997)))
    log(table, BOUGHT)
    (drift,) = run(check_accounts(table)).drifts
    assert (drift.strategy, drift.what) == ("test", "cash")
    assert (drift.stored, drift.recomputed) == (Decimal(997), Decimal(996))


def test_long_log_is_read_whole_and_in_order(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciliation, "ROWS_PER_READ", 3)
    trades = [
        replace(fill(Side.BUY, 1, "0.4"), fill_id=f"f{n}", cycle_id=CYCLE - 10 + n)
        for n in range(10)
    ]
    log(table, *trades)
    assert run(read_entries(table, "test")) == trades


def test_trades_of_one_cycle_come_in_the_order_in_which_they_were_booked(table: Table) -> None:
    trades = [replace(fill(Side.BUY, 1, "0.4"), fill_id=identity) for identity in "zyx"]
    for place, trade in enumerate(trades):
        run(table.write(Put("trade", rows.trade_item(trade, place))))
    assert run(read_entries(table, "test")) == trades


class Booking(MemoryTable):
    """A table on which a cycle books right after the accounts were read."""

    cycles = 1

    async def query(self, pk: str, **options: Any) -> Any:
        """Answer, but let the cycle be faster when the trades are asked for."""
        if pk.startswith("TRADE#") and self.cycles:
            self.cycles -= 1
            item = self.rows[rows.SHARD]["ACCOUNT#test"]
            before: Account = rows.account_from(item)
            bought = replace(
                fill(Side.BUY, 1, "0.4"), fill_id=f"n{self.cycles}", cycle_id=before.last_cycle + 1
            )
            after = replace(
                apply_fill(before, bought),
                version=before.version + 1,
                last_cycle=before.last_cycle + 1,
            )
            self._store(rows.account_key("test"), rows.account_item(after))
            trade = rows.trade_item(bought, 0)
            self._store(Put("t", trade).key, trade)
        return await super().query(pk, **options)


@pytest.mark.parametrize("cycles", [1, 2, 50])
def test_account_that_changes_while_it_is_read_is_no_drift(cycles: int) -> None:
    table = Booking()
    store(table, holding())
    log(table, BOUGHT)
    table.cycles = cycles
    assert run(check_accounts(table)).drifts == ()


def test_account_that_is_put_right_before_the_second_look_is_no_drift() -> None:
    class Mended(MemoryTable):
        looks = 0

        async def query(self, pk: str, **options: Any) -> Any:
            answer = await super().query(pk, **options)
            if pk.startswith("TRADE#"):
                self._store(rows.account_key("test"), rows.account_item(holding()))
            return answer

    table = Mended()
    store(table, replace(holding(), cash=Decimal(997)))
    log(table, BOUGHT)
    assert run(check_accounts(table)).sound


def test_drift_pauses_and_says_why(table: Table) -> None:
    store(table, state=RUNNING)
    assert run(stop_on_drift(table, [DRIFT], NOW)) is True
    control = run(read_control(table))
    assert (control.state, control.actor) == (PAUSED, "reconciliation")
    assert "cash is stored as 11, the trade log gives 10" in told(table)[0]
    assert audited(table)[0][0] == "control"


@pytest.mark.parametrize("state", [PAUSED, FLATTENING, KILLED])
def test_drift_while_stopped_is_told_and_loosens_nothing(table: Table, state: ControlState) -> None:
    store(table, state=state)
    assert run(stop_on_drift(table, [DRIFT], NOW)) is False
    assert run(read_control(table)).state is state
    assert "cash is stored as 11" in told(table)[0]
    assert audited(table) == []


def test_drift_never_turns_a_kill_that_came_meanwhile_into_a_pause() -> None:
    class Killed(MemoryTable):
        done = False

        async def transact(self, writes: Sequence[Write], token: str) -> None:
            if not self.done:
                self.done = True
                await change_control(self, WantedControl(KILLED, "stop now", "ann"), NOW)
            await super().transact(writes, token)

    table = Killed()
    store(table, state=RUNNING)
    assert run(stop_on_drift(table, [DRIFT], NOW)) is False
    assert run(read_control(table)).state is KILLED


def test_many_drifts_are_counted_and_the_first_are_told(table: Table) -> None:
    store(table, state=RUNNING)
    run(stop_on_drift(table, [DRIFT] * 12, NOW))
    assert told(table)[0].count("stored as 11") == 5
    assert "and 7 more" in told(table)[0]


def test_account_without_trades_is_its_starting_cash(table: Table) -> None:
    store(table, replace(account(1000), version=1, last_cycle=CYCLE))
    assert run(check_accounts(table)).sound
