"""The ledger is exact: no sequence of trades and settlements creates or loses a micro-dollar."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill, apply_settlement
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from tests.builders import NO, SEVEN, YES, account, fill, settlement

INSTRUMENTS = ("test:a:yes", "test:a:no", "test:b:yes")

cents = st.integers(1, 99).map(lambda n: Decimal(n) / 100)
hundredths = st.integers(1, 50_000).map(lambda n: Decimal(n) / 100)
payouts = st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)])
events = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell", "settle"]),
        st.sampled_from(INSTRUMENTS),
        hundredths,
        cents,
        payouts,
    ),
    max_size=30,
)


def happen(before: Account, event: tuple[str, str, Decimal, Decimal, Decimal]) -> Account:
    """Book the event, cut down to what the account has; an impossible one does not happen."""
    kind, instrument, size, price, payout = event
    held = before.positions.get(instrument)
    if kind == "buy":
        affordable = fill(Side.BUY, size, price, instrument, SEVEN)
        can_pay = affordable.value + affordable.fee <= before.cash
        return apply_fill(before, affordable) if can_pay else before
    if held is None:
        return before
    if kind == "sell":
        return apply_fill(before, fill(Side.SELL, min(size, held.size), price, instrument, SEVEN))
    return apply_settlement(before, settlement(instrument, held.size, payout, held.cost))


@given(events)
def test_account_after_any_trades_and_settlements_balances_exactly(happened: list) -> None:
    after = account(1000)
    for event in happened:
        after = happen(after, event)

        assert after.imbalance() == 0
        held = sum((p.cost for p in after.positions.values()), Decimal(0))
        assert after.cash + held - after.realised == Decimal(1000)
        assert after.cash >= 0


@given(st.lists(st.tuples(cents, hundredths), min_size=1, max_size=10))
def test_account_when_all_is_sold_has_gained_exactly_what_it_realised(bought: list) -> None:
    after = account(10**7)
    for price, size in bought:
        after = apply_fill(after, fill(Side.BUY, size, price, fee=SEVEN))
    total = after.positions[YES].size

    after = apply_fill(after, fill(Side.SELL, total, "0.5", fee=SEVEN))

    assert after.positions == {}
    assert after.cash - after.starting_cash == after.realised
    assert after.equity == after.cash


@given(cents, hundredths, cents, st.integers(1, 99))
def test_account_partial_sell_keeps_the_average_cost_of_what_is_left(
    paid: Decimal, size: Decimal, got: Decimal, percent: int
) -> None:
    before = apply_fill(account(10**6), fill(Side.BUY, size, paid, fee=SEVEN))
    sold = size * percent / 100

    left = apply_fill(before, fill(Side.SELL, sold, got, fee=SEVEN)).positions[YES]

    paid_for_all = before.positions[YES].cost
    assert left.size == size - sold
    assert abs(left.cost * size - paid_for_all * left.size) <= Decimal("0.0000005") * size


def test_account_selling_four_of_ten_releases_four_tenths_of_the_cost_and_fees() -> None:
    before = apply_fill(account(1000), fill(Side.BUY, 10, "0.50", fee=SEVEN))
    after = apply_fill(before, fill(Side.SELL, 4, "0.70", fee=SEVEN))

    assert before.cash == Decimal("994.825")
    assert before.positions[YES].cost == Decimal("5.175")
    assert after.positions[YES].size == 6
    assert after.positions[YES].cost / 6 == Decimal("0.5175")
    assert after.realised == Decimal("2.8") - Decimal("0.0588") - Decimal("2.07")
    assert after.fees == Decimal("0.175") + Decimal("0.0588")
    assert after.trades == 2


def test_account_buying_more_adds_to_the_cost_and_keeps_the_opening_time() -> None:
    first = fill(Side.BUY, 10, "0.40")
    later = replace(fill(Side.BUY, 30, "0.60"), occurred_at=first.occurred_at.replace(hour=23))

    held = apply_fill(apply_fill(account(), first), later).positions[YES]

    assert (held.size, held.cost) == (40, 22)
    assert held.opened_at == first.occurred_at


def test_account_overspending_is_refused_by_the_ledger_itself() -> None:
    free_of_fees = fill(Side.BUY, 20, "0.5")
    with_fees = fill(Side.BUY, 20, "0.5", fee=SEVEN)

    assert apply_fill(account(10), free_of_fees).cash == 0
    with pytest.raises(ValueError, match=r"test would spend 10\.350+ of 10"):
        apply_fill(account(10), with_fees)


@pytest.mark.parametrize(("instrument", "size"), [(YES, "10.01"), (NO, 1)])
def test_account_overselling_is_refused_by_the_ledger_itself(instrument: str, size: str) -> None:
    held = apply_fill(account(), fill(Side.BUY, 10, "0.5"))
    with pytest.raises(ValueError, match=r"more .* than it holds"):
        apply_fill(held, fill(Side.SELL, size, "0.5", instrument))


def test_account_settlement_of_what_is_not_held_is_refused() -> None:
    with pytest.raises(KeyError):
        apply_settlement(account(), settlement(YES, 10, 1))


def test_account_fill_leaves_the_account_before_it_unchanged() -> None:
    before = account(1000)
    bought = apply_fill(before, fill(Side.BUY, 10, "0.5"))
    apply_fill(bought, fill(Side.SELL, 10, "0.5"))

    assert before == account(1000)
    assert bought.positions[YES].size == 10


def test_account_equity_values_positions_at_cost_until_they_are_marked() -> None:
    held = apply_fill(account(100), fill(Side.BUY, 10, "0.5", fee=SEVEN))
    assert held.equity == 100
    position = replace(held.positions[YES], mark=Decimal("0.9"))
    assert replace(held, positions={YES: position}).equity == held.cash + 9


def test_account_drawdown_is_the_share_lost_since_the_peak() -> None:
    assert account(1000).drawdown == 0
    assert replace(account(1000), peak=Decimal(1250)).drawdown == Decimal("0.2")


def test_booking_keeps_everything_that_it_does_not_move() -> None:
    moved = {"cash", "positions", "realised", "fees", "trades", "rebates"}
    before = Account(**{f.name: f"a {f.name}" for f in fields(Account)})  # type: ignore[arg-type]
    after = before.booked(Decimal(1), {}, Decimal(2), Decimal(3), 4, Decimal(5))
    kept = [f.name for f in fields(Account) if f.name not in moved]
    assert [getattr(after, name) for name in kept] == [f"a {name}" for name in kept]
    assert [getattr(after, name) for name in ("cash", "positions", "realised", "fees")] == [
        1, {}, 2, 3
    ]  # fmt: skip
    assert (after.trades, after.rebates) == (4, 5)
