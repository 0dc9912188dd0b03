"""Start an account again: audited, never over open positions, and the books still add up."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.portfolio import Account
from chalicelib.engine.protections import begin_house
from chalicelib.operations.accounts import WantedReset, reset_account, set_exits
from chalicelib.operations.reading import list_trades, read_overview
from chalicelib.operations.reconciliation import check_accounts
from tests.builders import CYCLE, NOW, YES
from tests.cloud_fixtures import run
from tests.unit.operations.risk_samples import (
    BOUGHT,
    HOUSE,
    Overtaken,
    audited,
    flat,
    holding,
    store,
    stored_account,
    told,
)

KILLED, RUNNING = ControlState.KILLED, ControlState.RUNNING


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def reset(
    table: Table, cash: str = "500", strategy: str = "test", key: str | None = None
) -> Account:
    wanted = WantedReset(strategy, Decimal(cash), "ann (1)", "a new start", key)
    return run(reset_account(table, wanted, NOW))


def test_reset_account_begins_anew_under_the_next_version(table: Table) -> None:
    store(table, flat())
    again = reset(table)
    opened = replace(Account.opening("test", Decimal(500)), version=6, last_cycle=CYCLE)
    assert again == opened
    assert stored_account(table) == opened


def test_reset_over_open_positions_is_refused_unless_killed(table: Table) -> None:
    store(table, holding())
    with pytest.raises(ConflictError, match="holds 1 positions"):
        reset(table)
    assert stored_account(table) == holding()
    store(table, holding(), state=KILLED)
    assert reset(table).positions == {}


def test_reset_keeps_the_trades_and_the_books_still_add_up(table: Table) -> None:
    store(table, holding(), state=KILLED)
    run(table.write(Put("trade", rows.trade_item(BOUGHT))))
    assert run(check_accounts(table)).sound
    reset(table)
    checked = run(check_accounts(table))
    assert (checked.sound, checked.trades) == (True, 1)
    assert run(list_trades(table, ["test"], 1, None)).cursor is not None
    first = run(list_trades(table, ["test"], 1, None))
    assert list(run(list_trades(table, ["test"], 5, first.cursor)).items) == [BOUGHT]


def test_reset_twice_in_one_cycle_is_two_resets(table: Table) -> None:
    store(table, flat())
    reset(table)
    assert reset(table, "700").starting_cash == 700
    assert run(check_accounts(table)).sound
    assert len(run(table.query("TRADE#test")).items) == 2


def test_reset_is_audited_with_what_was_written_off(table: Table) -> None:
    store(table, holding(), state=KILLED)
    reset(table)
    ((kind, change),) = audited(table)
    assert kind == "account"
    assert "started again with 500.00 dollars" in change
    assert "1 positions that cost 4.00 written off" in change
    assert change.endswith(": a new start")
    assert told(table) == [f"ann (1): {change}"]


def test_reset_is_neither_a_profit_nor_a_loss_of_the_house(table: Table) -> None:
    store(table, flat(1000, 900))
    reset(table, "2000")
    house = rows.house_from(run(table.get(rows.HOUSE_KEY)))
    later = begin_house(house, Decimal(2000), Decimal(2000), CYCLE + 1, NOW + timedelta(minutes=1))
    assert later.peak - 2000 == HOUSE.peak - 900
    assert house.day_equity - 2000 == HOUSE.day_equity - 900


@pytest.mark.parametrize("cash", ["0", "0.5", "1000000001"])
def test_reset_with_an_amount_that_no_account_starts_with_is_refused(
    table: Table, cash: str
) -> None:
    store(table, flat())
    with pytest.raises(InputError, match="is not between"):
        reset(table, cash)


def test_reset_of_an_account_that_does_not_exist_names_those_that_do(table: Table) -> None:
    store(table, flat())
    with pytest.raises(NotFoundError) as refused:
        reset(table, strategy="other")
    assert "test" in refused.value.hint


def test_reset_with_a_key_is_done_once(table: Table) -> None:
    store(table, flat())
    assert reset(table, key="k") == reset(table, key="k")
    assert stored_account(table).version == 6


def test_reset_takes_the_account_as_a_faster_cycle_left_it() -> None:
    table = Overtaken()
    store(table, flat())
    assert reset(table).version == 7


def test_reset_that_writes_off_is_cancelled_by_a_resume_meanwhile() -> None:
    class Resumed(Overtaken):
        async def transact(self, writes, token):  # type: ignore[no-untyped-def]
            if self.races:
                self.races = 0
                store(self, state=RUNNING)
                item = await self.get(rows.CONTROL_KEY)
                self._store(rows.CONTROL_KEY, {**item, "version": 8})  # type: ignore[dict-item]
            await super().transact(writes, token)

    table = Resumed()
    store(table, holding(), state=KILLED)
    with pytest.raises(ConflictError, match="RUNNING"):
        reset(table)
    assert stored_account(table).positions


def test_exits_of_a_position_are_set_and_given_back(table: Table) -> None:
    store(table, holding())
    rules = ExitRules(stop_loss=Decimal("0.1"))
    changed = run(set_exits(table, "test", YES, rules, "ann (1)", "closer watch", NOW))
    assert changed.positions[YES].exits == rules
    assert stored_account(table).positions[YES].exits == rules
    run(set_exits(table, "test", YES, None, "ann (1)", "as before", NOW))
    assert stored_account(table).positions[YES].exits is None
    kinds = {kind for kind, _ in audited(table)}
    assert kinds == {"risk"}
    assert any("stop_loss 0.1: closer watch" in change for _, change in audited(table))


def test_exits_of_what_is_not_held_are_not_found(table: Table) -> None:
    store(table, holding())
    with pytest.raises(NotFoundError, match="holds no test:m:no"):
        run(set_exits(table, "test", "test:m:no", None, "ann (1)", "why", NOW))


def test_overview_of_a_table_without_a_house_row_has_one_that_remembers_nothing(
    table: Table,
) -> None:
    store(table, flat(), house=None)
    assert run(read_overview(table)).house.version == 0
    assert reset(table).version == 6
