"""A short position: what its sale brought in, what its loan costs, and what closing it leaves."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.borrow import Loan
from chalicelib.domain.order import Fill, Purpose, Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.reconcile import compare
from tests.builders import CYCLE, NOW, SEVEN, account, exact, fill

COIN = "spot:COIN"


def trade(side: Side, size: object, price: object, purpose: Purpose, loan: object = 0) -> Fill:
    made = fill(side, size, price, COIN)  # type: ignore[arg-type]
    return replace(made, purpose=purpose, loan_fee=exact(loan))  # type: ignore[arg-type]


def short(size: object, price: object) -> Fill:
    return trade(Side.SELL, size, price, Purpose.ENTRY)


def cover(size: object, price: object, loan: object = 0) -> Fill:
    return trade(Side.BUY, size, price, Purpose.EXIT, loan)


def booked(*fills: Fill, cash: int = 1000) -> Account:
    held = account(cash)
    for made in fills:
        held = apply_fill(held, made)
    return held


def test_short_sale_brings_its_value_in_and_owes_the_units() -> None:
    held = booked(short(2, 100))
    position = held.positions[COIN]
    assert (held.cash, position.size, position.cost) == (1200, -2, -200)
    assert held.equity == 1000
    assert replace(position, mark=Decimal(110)).value == -220


def test_short_bought_back_lower_earns_the_difference_less_the_loan() -> None:
    half = booked(short(2, 100), cover(1, 90, "0.5"))
    assert (half.positions[COIN].size, half.positions[COIN].cost) == (-1, -100)
    assert half.realised == Decimal("9.5")
    whole = apply_fill(half, cover(1, 120, "0.25"))
    assert whole.positions == {}
    assert (whole.cash, whole.realised) == (Decimal("989.25"), Decimal("-10.75"))


def test_entry_beyond_what_is_held_turns_the_position_round_at_its_own_price() -> None:
    long = trade(Side.BUY, 3, 100, Purpose.ENTRY)
    turned = booked(long, short(5, 110))
    position = turned.positions[COIN]
    assert (position.size, position.cost, turned.realised) == (-2, -220, 30)
    back = apply_fill(turned, trade(Side.BUY, 4, 100, Purpose.ENTRY))
    assert (back.positions[COIN].size, back.positions[COIN].cost) == (2, 200)
    assert back.realised == 50


@pytest.mark.parametrize("made", [cover(3, 90), trade(Side.SELL, 1, 90, Purpose.EXIT)])
def test_exit_beyond_what_is_owed_is_a_defect(made: Fill) -> None:
    with pytest.raises(ValueError, match="would sell more"):
        booked(short(2, 100), made)


def test_cover_that_cash_does_not_pay_for_is_a_defect() -> None:
    with pytest.raises(ValueError, match="would spend"):
        booked(short(2, 100), cover(2, 700))


def test_loan_grows_with_time_and_value_and_is_paid_with_the_last_unit() -> None:
    year = Loan(Decimal(0), NOW).grown(Decimal(1000), Decimal("0.1"), NOW + timedelta(days=365))
    assert year.accrued == 100
    assert year.grown(Decimal(1000), Decimal("0.1"), NOW) == year
    assert year.due(Decimal(1), Decimal(4)) == 25
    assert year.due(Decimal(4), Decimal(4)) == 100


moves = st.lists(
    st.tuples(
        st.sampled_from([Side.BUY, Side.SELL]),
        st.integers(1, 10**9).map(lambda n: Decimal(n) / 10**8),
        st.integers(1, 20_000).map(lambda n: Decimal(n) / 100),
        st.integers(0, 500).map(lambda n: Decimal(n) / 1000),
    ),
    max_size=25,
)


@given(moves)
def test_account_after_any_longs_shorts_and_reversals_balances_and_reconciles(
    wanted: list[tuple[Side, Decimal, Decimal, Decimal]],
) -> None:
    held, log = account(10_000), []
    for number, (side, size, price, loan) in enumerate(wanted):
        position = held.positions.get(COIN)
        owes = position is not None and position.is_short and side is Side.BUY
        made = replace(
            fill(
                side,
                size,
                price,
                COIN,
                SEVEN if price < 1 else replace(SEVEN, taker_rate=Decimal(0)),
            ),
            fill_id=f"{number}",
            purpose=Purpose.ENTRY,
            value=(size * price).quantize(Decimal("0.000001")),
            loan_fee=loan if owes else Decimal(0),
            matches=(),
        )
        try:
            held = apply_fill(held, made)
        except ValueError:
            continue
        log.append(made)
        assert held.imbalance() == 0
        assert held.cash >= 0
    assert compare(replace(held, last_cycle=CYCLE), log) == []
