"""Kalshi's rounding of the balance, with the excess collected over the order and paid back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.fee import FeeAccumulator, FeeRounding, Liquidity, RoundingMethod
from chalicelib.domain.order import Side
from chalicelib.fees.charge import align_balance, charge
from tests.unit.fees.fee_cases import BALANCE, DIRECT, at, quadratic, terms

SPRING = FeeRounding(RoundingMethod.BALANCE, Decimal("0.0001"), Decimal("0.01"))

prices = st.integers(1, 9_999).map(lambda n: Decimal(n) / 10_000)
sizes = st.integers(1, 100_000).map(lambda n: Decimal(n) / 100)
orders = st.lists(st.tuples(prices, sizes), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("revenue", "trade_fee", "nets", "carried"),
    [
        ("-0.0550", "0.0085", ["0.0150", "0.0050", "0.0150"], ["0.0065", "0.0030", "0.0095"]),
        ("-0.1500", "0.0041", ["0.0100", "0.0000", "0.0100"], ["0.0059", "0.0018", "0.0077"]),
        (
            "-0.009903",
            "0.0005",
            ["0.010097", "0.000097", "0.000097"],
            ["0.009597", "0.009194", "0.008791"],
        ),
    ],
)
def test_align_balance_meets_the_examples_of_the_spring_page(
    revenue: str, trade_fee: str, nets: list[str], carried: list[str]
) -> None:
    after = FeeAccumulator()
    for net, left in zip(nets, carried, strict=True):
        got, after = align_balance(SPRING, Decimal(revenue), Decimal(trade_fee), after)
        assert (got, after.carried) == (Decimal(net), Decimal(left))


def test_charge_meets_the_example_of_the_september_page() -> None:
    # 0.07 · 0.055 · 0.945 = 0.00363825, up to 0.003639; the balance falls by 0.06.
    got = charge(terms("0.07", BALANCE), Side.BUY, [at("0.055", 1)])
    assert got.total == Decimal("0.005")
    assert got.accumulator.carried == Decimal("0.001361")


def test_charge_direct_member_is_aligned_to_a_hundredth_of_a_cent() -> None:
    got = charge(terms("0.07", DIRECT), Side.BUY, [at("0.055", 1)])
    assert got.total == Decimal("0.0037")
    assert got.accumulator.carried == Decimal("0.000061")


def test_align_balance_pays_back_in_the_third_fill_what_three_fills_collected() -> None:
    after, excess, back = FeeAccumulator(), [], []
    for _ in range(3):  # each fee of 0.006 leaves an excess of 0.004
        net, after = align_balance(BALANCE, Decimal("-0.5"), Decimal("0.006"), after)
        excess.append(after.carried)
        back.append(Decimal("0.01") - net)
    assert excess == [Decimal("0.004"), Decimal("0.008"), Decimal("0.002")]
    assert back == [0, 0, Decimal("0.01")]


def test_align_balance_never_pays_back_more_than_the_fill_is_charged() -> None:
    rich = FeeAccumulator(carried=Decimal("0.0099"))
    net, after = align_balance(BALANCE, Decimal("-0.055"), Decimal("0.0001"), rich)
    assert net == Decimal("0.005")  # 0.0148 is collected, but a cent back would be below zero
    assert after.carried == Decimal("0.0148")


def test_charge_carries_from_taking_to_making_within_an_order() -> None:
    row = terms("0.07", BALANCE, maker_rate=Decimal("0.0175"))
    took = charge(row, Side.BUY, [at("0.5", "0.30")], Liquidity.TAKER)
    made = charge(row, Side.BUY, [at("0.5", "0.30")], Liquidity.MAKER, took.accumulator)
    assert took.total == Decimal("0.01")  # 0.00525 and 0.00475 to the cent
    assert made.total == 0  # 0.001313 and 0.008687 make a cent; 0.013437 is collected by then
    assert made.accumulator.carried == Decimal("0.003437")


@given(orders, st.sampled_from(list(Side)), st.sampled_from([BALANCE, DIRECT]))
def test_charge_leaves_the_balance_on_its_grid_after_every_match(
    matches: list[tuple[Decimal, Decimal]], side: Side, rounding: FeeRounding
) -> None:
    got = charge(terms("0.07", rounding), side, [at(p, s) for p, s in matches])
    for (p, s), fee in zip(matches, got.fees, strict=True):
        change = (p * s if side is Side.SELL else -p * s) - fee
        assert change % rounding.balance_step == 0
        assert fee >= 0


@given(orders, st.sampled_from([BALANCE, DIRECT]))
def test_charge_is_what_the_formula_asks_and_what_is_carried(
    matches: list[tuple[Decimal, Decimal]], rounding: FeeRounding
) -> None:
    got = charge(terms("0.07", rounding), Side.BUY, [at(p, s) for p, s in matches])
    exact = sum(quadratic("0.07", s, p) for p, s in matches)
    unforced = Fraction(got.total) - Fraction(got.accumulator.carried)
    assert exact <= unforced < exact + len(matches) * Fraction("0.000001")


@given(st.integers(1, 99), st.integers(1, 60))
def test_charge_of_many_single_contracts_ends_within_a_cent_of_one_match(
    cents: int, contracts: int
) -> None:
    row, price = terms("0.07", BALANCE), Decimal(cents) / 100
    many = charge(row, Side.BUY, [at(price, 1)] * contracts).total
    one = charge(row, Side.BUY, [at(price, contracts)]).total
    assert 0 <= many - one <= Decimal("0.01")
