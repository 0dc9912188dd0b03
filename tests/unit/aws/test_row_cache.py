"""A warm process decodes what changed, and only that; what it remembers is never out of date."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Put
from chalicelib.domain.errors import StoreError, StoreUnavailable
from tests.builders import CYCLE, running_table
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import commit, held
from tests.unit.aws.samples import account, trading


def test_account_that_this_process_committed_is_not_decoded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = running_table()
    ledger = TableLedger(table)
    commit(ledger, held(ledger), trading("momentum", "pairs"))
    cold = run(TableLedger(table).load())
    monkeypatch.setattr(rows, "account_from", None)
    assert run(ledger.load()).accounts == cold.accounts
    assert {one.last_cycle for one in cold.accounts.values()} == {CYCLE}


@pytest.mark.parametrize(
    "change", [{"cash": Decimal(5)}, {"version": 9}, {"last_cycle": CYCLE + 7}]
)
def test_account_that_somebody_else_changed_is_decoded_anew(
    change: dict[str, Any],
) -> None:
    table = running_table()
    ledger = TableLedger(table)
    commit(ledger, held(ledger), trading("momentum"))
    other = replace(run(ledger.load()).accounts["momentum"], **change)
    run(table.write(Put("account", rows.account_item(other))))
    assert run(ledger.load()).accounts["momentum"] == other


def test_row_that_differs_outside_its_body_is_looked_at_again() -> None:
    table = running_table()
    ledger = TableLedger(table)
    commit(ledger, held(ledger), trading("momentum"))
    row = run(table.get(rows.account_key("momentum")))
    run(table.write(Put("account", {**(row or {}), "schema": 99})))
    with pytest.raises(StoreError, match="stored in schema 99"):
        run(ledger.load())


def test_commit_whose_outcome_is_not_known_is_read_back_from_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = running_table()
    ledger = TableLedger(table)
    commit(ledger, held(ledger), trading("momentum"))
    before = run(ledger.load())
    lease = held(ledger, CYCLE + 1)

    async def lost(*_: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(table, "transact", lost)
        with pytest.raises(StoreUnavailable):
            commit(ledger, lease, trading("momentum", version=1), before)
    assert run(ledger.load()).accounts == before.accounts
    assert before.accounts["momentum"] != account("momentum")
