"""What a commit leaves to be published: nothing missing, nothing twice, also in many chunks."""

from typing import Any

import pytest

from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Table
from chalicelib.domain.cycle import CycleReport, Decision
from chalicelib.domain.errors import StoreError
from chalicelib.ports import Lease, WorkingSet
from tests.builders import CYCLE
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import acquire, commit, held
from tests.unit.aws.samples import report, trading, working


def test_a_commit_of_many_trades_is_booked_in_chunks_and_nothing_is_missing(
    ledger: TableLedger, table: Table
) -> None:
    strategies = [f"s{n:02d}" for n in range(12)]
    decision = trading(*strategies, fills=19)
    entries = commit(ledger, held(ledger), decision)
    assert len(entries) == 3
    assert tuple(fill for entry in entries for fill in entry.fills) == decision.fills
    loaded = run(ledger.load())
    assert loaded.outbox == entries
    assert sorted(loaded.accounts) == strategies
    booked = sum(len(run(table.query(f"TRADE#{name}")).items) for name in strategies)
    assert booked == len(decision.fills)
    assert acquire(ledger, owner="b") == "duplicate"


def test_a_commit_cut_off_after_a_chunk_is_finished_by_the_next_and_loses_no_trade(
    ledger: TableLedger,
) -> None:
    strategies = [f"s{n:02d}" for n in range(12)]
    decision = trading(*strategies, fills=19)
    lease, read = held(ledger), run(ledger.load())
    with pytest.raises(StoreError):
        run(DyingLedger(ledger, 1).commit(lease, read, decision, report(decision)))
    partly = run(ledger.load())
    assert 0 < len(partly.accounts) < len(strategies)
    booked = partly.accounts
    rest = Decision(
        {**decision.accounts, **booked},
        tuple(fill for fill in decision.fills if fill.strategy not in booked),
    )
    again = held(ledger)
    entries = commit(ledger, again, rest, partly)
    assert set(run(ledger.load()).outbox) == {*partly.outbox, *entries}
    published = [fill for entry in (*partly.outbox, *entries) for fill in entry.fills]
    assert sorted(published, key=lambda fill: fill.fill_id) == sorted(
        decision.fills, key=lambda fill: fill.fill_id
    )


class DyingLedger:
    """Commits through a table that is lost after some transactions."""

    def __init__(self, ledger: TableLedger, transactions: int) -> None:
        self._table = ledger._table
        self._left = transactions
        self._ledger = TableLedger(self)  # type: ignore[arg-type]

    async def commit(
        self, lease: Lease, read: WorkingSet, decision: Decision, done: CycleReport
    ) -> None:
        """Commit as far as the table goes."""
        await self._ledger.commit(lease, read, decision, done)

    async def transact(self, writes: Any, token: str) -> None:
        """One transaction, unless the table is lost by now."""
        if not self._left:
            raise StoreError("the connection is gone")
        self._left -= 1
        await self._table.transact(writes, token)


# --- the outbox ----------------------------------------------------------------------------


def test_an_acknowledged_entry_is_gone_and_again_is_no_error(ledger: TableLedger) -> None:
    (entry,) = commit(ledger, held(ledger), trading("momentum"))
    for _ in range(2):
        run(ledger.acknowledge(entry))
        assert run(ledger.load()).outbox == ()


def test_what_was_not_acknowledged_is_found_by_the_next_cycle(ledger: TableLedger) -> None:
    (first,) = commit(ledger, held(ledger), trading("momentum"))
    read = run(ledger.load())
    lease = held(ledger, CYCLE + 1)
    fresh = trading("pairs")
    fresh = Decision({**read.accounts, **fresh.accounts}, fresh.fills)
    (second,) = commit(ledger, lease, fresh, read)
    assert run(ledger.load()).outbox == (first, second)
    run(ledger.acknowledge(first))
    assert run(ledger.load()).outbox == (second,)


def test_working_sets_of_the_samples_are_what_the_ledger_reads(ledger: TableLedger) -> None:
    assert run(ledger.load()) == working()
