"""The ledger over each table: who may run a cycle, what it reads, what is booked."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Delete, Put, Table, Update
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import StoreError, TransactionCancelled
from chalicelib.domain.risk import RiskLimits
from chalicelib.ports import Lease, OutboxEntry
from tests.builders import CYCLE, NOW, control
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import SECONDS, acquire, commit, held
from tests.unit.aws.samples import account, idle, report, trading


def everything(table: Table) -> list[Any]:
    partitions = ["SHARD#0", "TRADE#momentum", "TRADE#pairs", f"CYCLE#{CYCLE // 1440}"]
    partitions.append(f"ACTIVITY#{rows.day_of(NOW)}")
    return [item for pk in partitions for item in run(table.query(pk)).items]


# --- the lease -----------------------------------------------------------------------------


def test_the_first_lease_has_fence_one_and_no_record_before_it(ledger: TableLedger) -> None:
    assert acquire(ledger) == Lease(CYCLE, "a", 1, None)


def test_a_lease_that_another_holds_is_busy(ledger: TableLedger) -> None:
    held(ledger)
    assert acquire(ledger, owner="b") == "busy"
    assert acquire(ledger, CYCLE + 1, "b", after=SECONDS) == "busy"


def test_a_lease_that_has_run_out_is_granted_again_with_a_higher_fence(ledger: TableLedger) -> None:
    held(ledger)
    assert acquire(ledger, owner="b", after=SECONDS + 1) == Lease(CYCLE, "b", 2, None)


def test_our_own_lease_is_granted_again_with_a_higher_fence(ledger: TableLedger) -> None:
    held(ledger)
    assert acquire(ledger) == Lease(CYCLE, "a", 2, None)


def test_a_committed_cycle_is_a_duplicate_for_everyone_and_for_ever(ledger: TableLedger) -> None:
    commit(ledger, held(ledger), idle("momentum"))
    for owner, after in (("a", 0), ("b", 0), ("b", 10 * SECONDS)):
        assert acquire(ledger, owner=owner, after=after) == "duplicate"
        assert acquire(ledger, CYCLE - 1, owner, after) == "duplicate"


def test_the_next_cycle_need_not_wait_and_knows_the_record_before_it(ledger: TableLedger) -> None:
    commit(ledger, held(ledger), idle("momentum"))
    assert acquire(ledger, CYCLE + 1, "b") == Lease(
        CYCLE + 1, "b", 2, f"records/cycle={CYCLE}.json.gz"
    )


# --- the working set -----------------------------------------------------------------------


def test_an_empty_table_is_killed_with_default_settings(memory_table: Table) -> None:
    loaded = run(TableLedger(memory_table).load())
    assert loaded.control.state is ControlState.KILLED
    assert (loaded.config, loaded.accounts, loaded.outbox) == (Config({}, RiskLimits()), {}, ())


def test_the_working_set_is_read_back_whole(ledger: TableLedger, table: Table) -> None:
    settings = Config({}, RiskLimits(max_open_positions=3), 2)
    run(table.write(Put("config", rows.config_item(settings))))
    entries = commit(ledger, held(ledger), trading("momentum", "pairs"))
    loaded = run(ledger.load())
    assert loaded.control == control()
    assert loaded.config == settings
    assert {name: one.version for name, one in loaded.accounts.items()} == {
        "momentum": 1,
        "pairs": 1,
    }
    assert loaded.outbox == entries


@pytest.mark.parametrize("damage", [{"state": "WALKING"}, {"schema": 2}, {"version": "x"}])
def test_a_damaged_control_row_loads_as_killed(
    ledger: TableLedger, table: Table, damage: dict[str, Any]
) -> None:
    run(table.write(Update("control", rows.CONTROL_KEY, set=damage)))
    assert run(ledger.load()).control.state is ControlState.KILLED


@pytest.mark.parametrize("damage", [{"body": "{"}, {"schema": 2}])
def test_a_damaged_configuration_loads_as_killed_and_says_why(
    ledger: TableLedger, table: Table, damage: dict[str, Any]
) -> None:
    settings = Config({}, RiskLimits(), 2)
    run(table.write(Put("config", {**rows.config_item(settings), **damage})))
    loaded = run(ledger.load())
    assert loaded.control.state is ControlState.KILLED
    assert "configuration" in loaded.control.reason


def test_a_damaged_account_stops_the_cycle(ledger: TableLedger, table: Table) -> None:
    commit(ledger, held(ledger), trading("momentum"))
    broken = {**rows.account_item(account("momentum")), "body": "{}"}
    run(table.write(Put("account", broken)))
    with pytest.raises(StoreError, match="stored account cannot be read"):
        run(ledger.load())


# --- the commit ----------------------------------------------------------------------------


def test_a_commit_books_accounts_trades_summary_activity_and_outbox(
    ledger: TableLedger, table: Table
) -> None:
    decision = trading("momentum", "pairs", fills=2)
    (entry,) = commit(ledger, held(ledger), decision)
    assert entry == OutboxEntry(CYCLE, 0, decision.fills, ())
    stored = {
        name: replace(one, version=1, last_cycle=CYCLE) for name, one in decision.accounts.items()
    }
    assert run(ledger.load()).accounts == stored
    trades = [
        rows.trade_from(item)
        for name in ("momentum", "pairs")
        for item in run(table.query(f"TRADE#{name}")).items
    ]
    assert trades == list(decision.fills)
    summary = run(table.get(rows.cycle_key(CYCLE)))
    assert summary is not None
    assert rows.report_from(summary) == report(decision)
    (happened,) = run(table.query(f"ACTIVITY#{rows.day_of(NOW)}")).items
    assert [entry["strategy"] for entry in happened["entries"]] == [
        *["momentum"] * 2,
        *["pairs"] * 2,
    ]


def test_a_commit_by_an_old_holder_of_the_lease_changes_nothing(
    ledger: TableLedger, table: Table
) -> None:
    zombie = held(ledger)
    acquire(ledger, owner="b", after=SECONDS + 1)
    before = everything(table)
    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, zombie, trading("momentum"))
    assert lost.value.failed == ("lease",)
    assert everything(table) == before


def test_an_old_holder_may_not_even_write_a_summary(ledger: TableLedger, table: Table) -> None:
    zombie = held(ledger)
    acquire(ledger, owner="b", after=SECONDS + 1)
    with pytest.raises(TransactionCancelled):
        commit(ledger, zombie, idle("momentum"))
    assert run(table.get(rows.cycle_key(CYCLE))) is None


@pytest.mark.parametrize("now", [control(ControlState.KILLED, 2), control(version=2)])
def test_a_trade_is_not_booked_once_the_control_has_changed(
    ledger: TableLedger, table: Table, now: Any
) -> None:
    lease = held(ledger)
    read = run(ledger.load())
    run(table.write(Put("control", rows.control_item(now))))
    before = everything(table)
    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, lease, trading("momentum"), read)
    assert lost.value.failed == ("control",)
    assert everything(table) == before


def test_a_trade_is_not_booked_when_the_control_row_vanished(
    ledger: TableLedger, table: Table
) -> None:
    lease, read = held(ledger), run(ledger.load())
    run(table.write(Delete("control", rows.CONTROL_KEY)))
    with pytest.raises(TransactionCancelled):
        commit(ledger, lease, trading("momentum"), read)


def test_a_cycle_without_trades_is_committed_whatever_the_control_does(
    ledger: TableLedger, table: Table
) -> None:
    lease, read = held(ledger), run(ledger.load())
    run(table.write(Put("control", rows.control_item(control(ControlState.KILLED, 2)))))
    assert commit(ledger, lease, idle("momentum"), read) == ()
    assert run(table.get(rows.cycle_key(CYCLE))) is not None


def test_an_account_that_somebody_else_changed_cancels_the_commit(
    ledger: TableLedger, table: Table
) -> None:
    lease, read = held(ledger), run(ledger.load())
    run(table.write(Put("account", rows.account_item(account("momentum", version=1)))))
    before = everything(table)
    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, lease, trading("momentum", "pairs"), read)
    assert lost.value.failed == ("account momentum",)
    assert everything(table) == before


def test_a_trade_that_is_booked_already_is_never_booked_again(
    ledger: TableLedger, table: Table
) -> None:
    decision = trading("momentum")
    lease, read = held(ledger), run(ledger.load())
    run(table.write(Put("trade", rows.trade_item(decision.fills[0]))))
    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, lease, decision, read)
    assert lost.value.failed == ("trade",)
