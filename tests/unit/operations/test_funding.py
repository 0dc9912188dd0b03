"""Cash paid into an account that goes on, or out of it: no profit, no loss, nothing forgotten."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError
from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.reset import Funding
from chalicelib.engine.protections import begin_house, judge_account
from chalicelib.operations.accounts import WantedReset, reset_account
from chalicelib.operations.funding import WantedFunding, fund_account
from chalicelib.operations.reading import list_trades, read_overview
from chalicelib.operations.reconciliation import check_accounts, read_entries
from chalicelib.web.limit_use import limit_uses
from tests.builders import CYCLE, NOW, resting
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

TODAY = Pulse(
    CYCLE // 1440, Decimal(950), CYCLE // 60, Decimal(920), counted_from=(("x", Decimal(910)),)
)


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def fund(table: Table, amount: Any, strategy: str = "test", **changes: Any) -> Account:
    wanted = WantedFunding(strategy, Decimal(amount), "ann (1)", "more room", **changes)
    return run(fund_account(table, wanted, NOW))


def with_trade(table: Table) -> None:
    store(table, holding())
    run(table.write(Put("trade", rows.trade_item(BOUGHT, 0))))


@pytest.mark.parametrize("amount", ["250.5", "-250.5"])
def test_funding_moves_cash_deposits_and_all_that_losses_are_measured_from(
    table: Table, amount: str
) -> None:
    before = replace(flat(), pulse=TODAY, peak=Decimal(1000))
    store(table, before)
    after, moved = fund(table, amount), Decimal(amount)
    assert stored_account(table) == after
    assert after.version == before.version + 1
    assert after.cash == before.cash + moved
    assert after.equity - after.starting_cash == before.equity - before.starting_cash
    assert after.peak - after.equity == before.peak - before.equity
    assert after.pulse.day_equity - after.equity == TODAY.day_equity - before.equity
    assert after.pulse.hour_equity - after.equity == TODAY.hour_equity - before.equity
    assert after.pulse.counted_from == (("x", Decimal(910) + moved),)
    assert after.imbalance() == 0


def test_funding_keeps_positions_orders_profit_and_protections(table: Table) -> None:
    before = replace(holding(), orders={"waits": resting()}, realised=Decimal(3))
    store(table, replace(before, cash=before.cash + 3))
    after = fund(table, "-100")
    for kept in ("positions", "orders", "realised", "fees", "trades", "protections", "last_cycle"):
        assert getattr(after, kept) == getattr(before, kept)


def test_funding_is_in_the_log_and_the_books_still_add_up(table: Table) -> None:
    with_trade(table)
    fund(table, "50")
    fund(table, "-20.25")
    assert run(check_accounts(table)).sound
    bought, first, second = run(read_entries(table, "test"))
    assert bought == BOUGHT
    assert first == Funding(
        "test-funding-6", CYCLE, "test", 6, Decimal(50), NOW, "ann (1)", "more room"
    )
    assert isinstance(second, Funding)
    assert (second.amount, second.version) == (Decimal("-20.25"), 7)
    assert list(run(list_trades(table, ["test"], 9, None)).items) == [BOUGHT]


def test_funding_before_a_reset_counts_no_more(table: Table) -> None:
    store(table, flat(1000, 1000))
    fund(table, "50")
    run(reset_account(table, WantedReset("test", Decimal(700), "ann (1)", "anew"), NOW))
    fund(table, "7")
    account = stored_account(table)
    assert (account.starting_cash, account.funded) == (707, 7)
    assert run(check_accounts(table)).sound


def test_funding_whose_log_entry_is_missing_is_a_drift(table: Table) -> None:
    with_trade(table)
    account = stored_account(table)
    forged = replace(
        account,
        cash=account.cash + 50,
        starting_cash=account.starting_cash + 50,
        funded=Decimal(50),
    )
    run(table.write(Put("account", rows.account_item(forged))))
    whats = [drift.what for drift in run(check_accounts(table)).drifts]
    assert whats == ["starting cash", "funding", "cash"]


def test_funding_is_neither_a_profit_nor_a_loss_of_the_house(table: Table) -> None:
    counted = replace(HOUSE, counted_from=(("total-drawdown", Decimal(950)),))
    store(table, flat(1000, 900), house=counted)
    fund(table, "-300")
    house = rows.house_from(run(table.get(rows.HOUSE_KEY)))
    assert (house.day_equity, house.peak) == (HOUSE.day_equity - 300, HOUSE.peak - 300)
    assert house.counted_from == (("total-drawdown", Decimal(650)),)
    later = begin_house(house, Decimal(600), Decimal(700), CYCLE + 1, NOW)
    assert (later.day_equity, later.peak) == (house.day_equity, house.peak)


def test_funding_leaves_the_shown_losses_in_dollars_as_they_were(table: Table) -> None:
    store(table, flat(1000, 900))
    fund(table, "1000")
    overview = run(read_overview(table))
    (of,) = [
        use
        for use in limit_uses(overview.accounts, overview.config, overview.house, CYCLE, {})[""]
        if use.name == "max_daily_loss"
    ]
    assert of.used == Decimal("0.05")  # 100 of the 1,000 it began with, and the 1,000 paid in


def test_withdrawal_trips_no_protection_about_lost_dollars() -> None:
    table = store(MemoryTable(), replace(flat(1000, 1000), pulse=TODAY, peak=Decimal(1000)))
    rules = run(read_overview(table)).config.protections
    after = replace(fund(table, "-500"), protections=())
    assert judge_account(after, rules, NOW).protections == ()


@pytest.mark.parametrize("amount", ["0", "-0", "0.000000"])
def test_funding_of_nothing_is_refused(table: Table, amount: str) -> None:
    store(table, flat())
    with pytest.raises(InputError, match="changes nothing"):
        fund(table, amount)
    assert stored_account(table) == flat()


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "1e308", "-1e308", "1e-308", "1e9999"]
)
def test_funding_with_an_amount_that_is_none_is_refused(table: Table, amount: str) -> None:
    store(table, flat())
    with pytest.raises(InputError):
        fund(table, amount)
    assert stored_account(table) == flat()
    assert audited(table) == []


BOUNDS: dict[str, tuple[Account, str, str]] = {
    "cash": (flat(1000, 900), "900", "the cash that no waiting order or short needs"),
    "orders": (
        replace(flat(), orders={"waits": resting(size=1000)}), "500",
        "the cash that no waiting order or short needs",
    ),
    "deposits": (flat(1000, 5000), "999", "a dollar less than was paid in"),
    "day": (
        replace(flat(2000, 1990), pulse=replace(TODAY, hour_equity=Decimal(1990))),
        "949", "a dollar less than its day began with",
    ),
    "hour": (
        replace(flat(2000, 1990), pulse=replace(TODAY, day_equity=Decimal(1990))),
        "919", "a dollar less than its hour began with",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("account", "most", "why"), BOUNDS.values(), ids=BOUNDS)
def test_withdrawal_stops_at_what_the_account_bears(account: Account, most: str, why: str) -> None:
    ready = replace(account, peak=max(account.peak, account.equity))
    with pytest.raises(ConflictError, match=f"{most}.00, {why}"):
        fund(store(MemoryTable(), ready), f"-{most}.000001")
    assert fund(store(MemoryTable(), ready), f"-{most}").cash == ready.cash - Decimal(most)


def test_funding_beyond_what_any_account_is_paid_is_refused(table: Table) -> None:
    store(table, flat())
    with pytest.raises(ConflictError, match="paid more than"):
        fund(table, "1000000000")


def test_funding_of_an_account_that_does_not_exist_names_those_that_do(table: Table) -> None:
    store(table, flat())
    with pytest.raises(NotFoundError) as refused:
        fund(table, "5", strategy="other")
    assert "test" in refused.value.hint


def test_funding_under_a_stale_version_shows_the_account(table: Table) -> None:
    store(table, flat())
    with pytest.raises(ConflictError, match="version 5, you sent 4") as refused:
        fund(table, "5", version=4)
    assert refused.value.current == flat()
    assert fund(table, "5", version=5).version == 6


def test_funding_with_a_key_is_done_once(table: Table) -> None:
    store(table, flat())
    assert fund(table, "5", idempotency_key="k") == fund(table, "5", idempotency_key="k")
    assert stored_account(table).cash == 905
    with pytest.raises(ConflictError, match="used for another request"):
        fund(table, "6", idempotency_key="k")


def test_funding_takes_the_account_as_a_faster_cycle_left_it() -> None:
    table = Overtaken()
    store(table, flat())
    after = fund(table, "5")
    assert (after.version, after.trades, after.cash) == (7, 1, 905)


def test_funding_is_audited_with_what_was_paid_in_all(table: Table) -> None:
    store(table, flat())
    fund(table, "-20.5")
    words = "20.50 dollars taken out of account test (979.50 in all): more room"
    assert audited(table) == [("account", words)]
    assert told(table) == [f"ann (1): {words}"]


@given(st.lists(st.decimals(-400, 400, places=6).filter(bool), max_size=8))
def test_any_row_of_fundings_adds_up_and_earns_nothing(amounts: list[Decimal]) -> None:
    table = MemoryTable()
    with_trade(table)
    done = ZERO
    for amount in amounts:
        try:
            fund(table, amount)
        except ConflictError:
            continue
        done += amount
    account, before = stored_account(table), holding()
    assert run(check_accounts(table)).sound
    assert account.cash == before.cash + done >= 0
    assert account.equity - account.starting_cash == before.equity - before.starting_cash
    assert account.imbalance() == 0
