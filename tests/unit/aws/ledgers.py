"""Ledgers over each table, and the steps that tests of them share."""

from datetime import timedelta
from typing import Any

from chalicelib.aws.ledger import TableLedger
from chalicelib.domain.cycle import Decision
from chalicelib.ports import Lease, OutboxEntry, WorkingSet
from tests.builders import CYCLE, NOW
from tests.cloud_fixtures import run
from tests.unit.aws.samples import report

SECONDS = 55
"""How long the ledgers of these tests lease a cycle."""


def acquire(ledger: TableLedger, cycle: int = CYCLE, owner: str = "a", after: int = 0) -> Any:
    return run(ledger.acquire(cycle, owner, NOW + timedelta(seconds=after)))


def held(ledger: TableLedger, cycle: int = CYCLE, owner: str = "a") -> Lease:
    lease = acquire(ledger, cycle, owner)
    assert isinstance(lease, Lease)
    return lease


def commit(
    ledger: TableLedger, lease: Lease, decision: Decision, before: WorkingSet | None = None
) -> tuple[OutboxEntry, ...]:
    before = before or run(ledger.load())
    return run(ledger.commit(lease, before, decision, report(decision, lease.cycle_id)))
