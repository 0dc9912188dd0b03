"""Orders that wait: all of them are listed, and an operator's cancel holds at once."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Table
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.cycle import Decision
from chalicelib.domain.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    TransactionCancelled,
)
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.operations.orders import WantedCancel, cancel_order, find_waiting, waiting_orders
from chalicelib.operations.reading import read_overview
from chalicelib.operations.reconciliation import check_accounts
from tests.builders import CYCLE, NOW, fill, resting
from tests.cloud_fixtures import run
from tests.unit.aws.ledgers import commit, held
from tests.unit.operations.risk_samples import (
    Overtaken,
    audited,
    flat,
    holding,
    store,
    stored_account,
    told,
)

FIRST, SECOND = resting("aa1"), resting("aa2", 20)
ORDERS = {"aa2": SECOND, "aa1": FIRST}


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def waiting() -> Account:
    return replace(flat(1000, 1000), orders=ORDERS)


def cancel(table: Table, order_id: str = "aa1", strategy: str = "test", **changes: Any) -> Account:
    wanted = WantedCancel(strategy, order_id, "ann (1)", "changed my mind", **changes)
    return run(cancel_order(table, wanted, NOW))


def test_orders_of_every_account_are_listed_in_the_order_of_their_placing(table: Table) -> None:
    other = replace(waiting(), strategy="other", orders={"b": resting("b")}, version=9)
    store(table, other, waiting())
    found = waiting_orders(run(read_overview(table)))
    assert [(w.strategy, w.order.order_id, w.version) for w in found] == [
        ("other", "b", 9),
        ("test", "aa1", 5),
        ("test", "aa2", 5),
    ]


def test_order_is_found_by_the_beginning_of_its_id(table: Table) -> None:
    store(table, waiting())
    overview = run(read_overview(table))
    assert find_waiting(overview, "aa2").order == SECOND
    with pytest.raises(InputError, match="2 orders"):
        find_waiting(overview, "aa")
    for unknown in ("b", "", "aa11"):
        with pytest.raises(NotFoundError, match="waits"):
            find_waiting(overview, unknown)


def test_cancel_takes_the_order_away_at_once_and_nothing_else(table: Table) -> None:
    store(table, waiting())
    after = cancel(table)
    assert after == replace(waiting(), orders={"aa2": SECOND}, version=6)
    assert stored_account(table) == after
    assert run(check_accounts(table)).sound


def test_cancel_is_audited_with_what_was_cancelled(table: Table) -> None:
    store(table, waiting())
    cancel(table)
    words = "order cancelled: buy 50 Yes · Will m happen?: changed my mind"
    assert audited(table) == [("account", words)]
    assert told(table) == [f"ann (1): {words}"]


def test_cancelling_twice_finds_nothing_the_second_time_and_names_what_waits(
    table: Table,
) -> None:
    store(table, waiting())
    cancel(table)
    with pytest.raises(NotFoundError, match="no order 'aa1' waits") as refused:
        cancel(table)
    assert refused.value.hint == "Those that wait: aa2."
    assert stored_account(table).version == 6


def test_cancelling_twice_with_one_key_is_answered_as_the_first_time(table: Table) -> None:
    store(table, waiting())
    assert cancel(table, idempotency_key="k") == cancel(table, idempotency_key="k")
    assert len(audited(table)) == 1


def test_cancel_for_an_account_that_does_not_exist_names_those_that_do(table: Table) -> None:
    store(table, waiting())
    with pytest.raises(NotFoundError) as refused:
        cancel(table, strategy="other")
    assert refused.value.hint == "Accounts: test."


@pytest.mark.parametrize("sent", [0, 4, 6])
def test_cancel_under_a_stale_version_changes_nothing_and_shows_the_account(
    table: Table, sent: int
) -> None:
    store(table, waiting())
    with pytest.raises(ConflictError, match=f"version 5, you sent {sent}") as refused:
        cancel(table, version=sent)
    assert refused.value.current == waiting()
    assert stored_account(table) == waiting()


def test_cancel_keeps_what_a_faster_cycle_booked() -> None:
    table = Overtaken()
    store(table, replace(holding(), orders=ORDERS))
    after = cancel(table)
    assert (after.version, after.trades, set(after.orders)) == (7, 2, {"aa2"})


def test_cancel_after_a_faster_cycle_filled_the_order_is_not_found() -> None:
    class Filled(Overtaken):
        """The cycle that wins fills the order."""

        async def transact(self, writes: Any, token: str) -> None:
            """Take the order away first."""
            if self.races:
                self.races -= 1
                gone = replace(waiting(), orders={"aa2": SECOND}, version=6)
                self._store(rows.account_key("test"), rows.account_item(gone))
            await super().transact(writes, token)

    table = Filled()
    store(table, waiting())
    with pytest.raises(NotFoundError):
        cancel(table)
    assert audited(table) == []


def test_cycle_that_filled_a_cancelled_order_cannot_commit(table: Table) -> None:
    store(table, waiting())
    ledger = TableLedger(table)
    lease, read = held(ledger, CYCLE + 1), run(ledger.load())
    bought = replace(fill(Side.BUY, 50, "0.4"), cycle_id=CYCLE + 1)
    filled = replace(apply_fill(read.accounts["test"], bought), orders={"aa2": SECOND})
    cancel(table)

    with pytest.raises(TransactionCancelled) as lost:
        commit(ledger, lease, Decision({"test": filled}, (bought,)), read)

    assert "account test" in lost.value.failed
    assert stored_account(table).positions == {}
    assert run(ledger.load()).outbox == ()
