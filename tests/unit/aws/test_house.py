"""The house's row: read with the working set, written under its version, never needed by others."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.commit import FIXED_WRITES, commit_chunks
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import MAX_WRITES, Absent, Equals, Put
from chalicelib.domain.cycle import Decision
from chalicelib.domain.errors import TransactionCancelled
from chalicelib.domain.house import House
from chalicelib.domain.protection import Protection, Scope
from chalicelib.engine.gate import MOST_TRADES
from tests.builders import CYCLE, NOW, running_table
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import commit, held
from tests.unit.aws.samples import idle, lease, report, trading, working

TRIPPED = Protection("venue-unhealthy", Scope.VENUE, "test", "3 failed cycles", NOW, None)
SEEN = House(0, 20_724, Decimal(30_000), Decimal(31_000), (TRIPPED,), (("test", 3),))


def with_house(decision: Decision, house: House) -> Decision:
    return replace(decision, house=house)


def house_writes(before: House, after: House) -> list[Put]:
    decision = with_house(idle("a"), after)
    read = replace(working(), house=before)
    chunks = list(commit_chunks(lease(), read, decision, report(decision), []))
    return [
        w for chunk in chunks for w in chunk.writes if isinstance(w, Put) and w.label == "house"
    ]


def test_house_comes_back_as_it_was_committed() -> None:
    ledger = TableLedger(running_table())
    commit(ledger, held(ledger), with_house(trading("a"), SEEN))
    assert run(ledger.load()).house == replace(SEEN, version=1)


def test_house_of_an_old_table_is_one_that_remembers_nothing() -> None:
    ledger = TableLedger(running_table())
    commit(ledger, held(ledger), idle("a"))
    assert run(ledger.load()).house == House()


def test_house_is_written_only_when_it_changed() -> None:
    stored = replace(SEEN, version=4)
    assert house_writes(stored, stored) == []
    assert house_writes(stored, SEEN) == []
    assert house_writes(stored, House()) == []


def test_house_is_written_under_the_version_that_was_read() -> None:
    (first,) = house_writes(House(), SEEN)
    assert first == Put("house", rows.house_item(replace(SEEN, version=1)), Absent("pk"))
    moved = replace(SEEN, version=4, peak=Decimal(32_000))
    (later,) = house_writes(replace(SEEN, version=4), moved)
    assert later.condition == Equals("version", 4)
    assert rows.house_from(later.item) == replace(moved, version=5)


def test_house_that_an_operator_changed_meanwhile_cancels_the_commit() -> None:
    table = running_table()
    ledger = TableLedger(table)
    commit(ledger, held(ledger), with_house(trading("a"), SEEN))
    before = run(ledger.load())
    table._store(rows.HOUSE_KEY, rows.house_item(replace(SEEN, version=2, protections=())))
    decision = with_house(Decision(dict(before.accounts)), replace(SEEN, peak=Decimal(1)))
    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, held(ledger, CYCLE + 1), decision, before)
    assert lost.value.failed == ("house",)


def test_house_goes_with_the_last_chunk_alone() -> None:
    decision = with_house(trading(*"abcd", fills=40), SEEN)
    chunks = list(commit_chunks(lease(), working(), decision, report(decision), [{}]))
    assert len(chunks) > 1
    labels = [[write.label for write in chunk.writes] for chunk in chunks]
    assert "house" in labels[-1]
    assert all("house" not in names for names in labels[:-1])


def test_chunk_with_the_most_trades_of_an_account_and_all_else_fits_one_transaction() -> None:
    assert 1 + MOST_TRADES + FIXED_WRITES <= MAX_WRITES
    decision = with_house(trading("a", fills=MOST_TRADES), SEEN)
    (chunk,) = commit_chunks(lease(), working(), decision, report(decision), [{}])
    assert len(chunk.writes) <= MAX_WRITES


def test_trades_are_stored_with_their_place_in_the_cycle() -> None:
    table = MemoryTable()
    table._store(rows.CONTROL_KEY, running_table().rows[rows.SHARD]["CONTROL"])
    ledger = TableLedger(table)
    commit(ledger, held(ledger), trading("a", fills=3))
    places = sorted(item["place"] for item in run(table.query("TRADE#a")).items)
    assert places == [0, 1, 2]
