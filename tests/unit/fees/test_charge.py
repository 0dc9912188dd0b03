"""What terms charge: exact formulas, each venue's rounding, and orders of many matches."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.fee import FeeAccumulator, FeeFormula, FeeRounding, FeeTerms, Liquidity
from chalicelib.domain.order import Match, Side
from chalicelib.fees.charge import charge, rebate
from tests.unit.fees.fee_cases import (
    BALANCE,
    CENT,
    COST,
    DIRECT,
    EXACT,
    PLACES,
    at,
    half_up,
    in_force,
    quadratic,
    terms,
    up,
)

BUY, SELL = Side.BUY, Side.SELL
prices = st.integers(0, 10_000).map(lambda n: Decimal(n) / 10_000)
sizes = st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 100)
orders = st.lists(st.tuples(prices, sizes), min_size=1, max_size=6)
sides = st.sampled_from([BUY, SELL])
roundings = st.sampled_from([EXACT, PLACES, CENT, COST, BALANCE, DIRECT])


def total(row: FeeTerms, *matches: tuple[Decimal, Decimal], side: Side = BUY) -> Decimal:
    return charge(row, side, [at(p, s) for p, s in matches]).total


def test_charge_a_hundred_at_half_is_exactly_one_seventy_five_under_every_rounding() -> None:
    for rounding in (EXACT, PLACES, CENT, COST, BALANCE, DIRECT):
        got = charge(terms("0.07", rounding), BUY, [at("0.5", 100)])
        assert got.total == Decimal("1.75"), rounding


@pytest.mark.parametrize(
    ("price", "one", "hundred"),
    [
        ("0.01", "0.01", "0.07"),
        ("0.05", "0.01", "0.34"),
        ("0.10", "0.01", "0.63"),
        ("0.15", "0.01", "0.90"),
        ("0.20", "0.02", "1.12"),
        ("0.25", "0.02", "1.32"),
        ("0.30", "0.02", "1.47"),
        ("0.35", "0.02", "1.60"),
        ("0.40", "0.02", "1.68"),
        ("0.45", "0.02", "1.74"),
        ("0.50", "0.02", "1.75"),
        ("0.65", "0.02", "1.60"),
        ("0.95", "0.01", "0.34"),
        ("0.99", "0.01", "0.07"),
    ],
)
def test_charge_kalshi_published_table_is_met(price: str, one: str, hundred: str) -> None:
    row = in_force("kalshi", "2025-06-01")
    assert charge(row, BUY, [at(price, 1)]).total == Decimal(one)
    assert charge(row, SELL, [at(price, 100)]).total == Decimal(hundred)


@pytest.mark.parametrize(
    ("category", "when", "fee"),
    [
        ("crypto", "2026-04-01", "1.80"),
        ("crypto", "2026-06-01", "1.75"),
        ("sports", "2026-02-15", "0.21875"),
        ("sports", "2026-04-01", "0.75"),
        ("sports", "2026-09-01", "1.25"),
        ("politics", "2026-09-01", "1.00"),
        ("weather", "2026-09-01", "1.25"),
        ("geopolitics", "2026-09-01", "0"),
        ("sports", "2025-12-31", "0"),
    ],
)
def test_charge_polymarket_hundred_at_half_follows_the_category_and_the_date(
    category: str, when: str, fee: str
) -> None:
    row = in_force("polymarket", when, category=category)
    assert charge(row, BUY, [at("0.5", 100)]).total == Decimal(fee)


@pytest.mark.parametrize(
    ("when", "fee"), [("2026-01-15", "1.5625"), ("2026-02-15", "0.78125"), ("2026-03-30", "1.8")]
)
def test_charge_polymarket_fifteen_minute_crypto_has_its_own_early_formula(
    when: str, fee: str
) -> None:
    row = in_force("polymarket", when, series="btc-up-or-down-15m", category="crypto")
    assert charge(row, BUY, [at("0.5", 100)]).total == Decimal(fee)


@pytest.mark.parametrize(
    ("price", "size", "fee"),
    [
        ("0.31", 15, "0.16043"),  # 0.160425 is a tie
        ("0.001", "0.2", "0"),  # 0.00000999 is below the smallest fee
        ("0.001", "0.3", "0.00001"),  # 0.000014985
        ("0.999", 5, "0.00025"),  # 0.00024975
        ("0", 100, "0"),
        ("1", 100, "0"),
    ],
)
def test_charge_polymarket_rounds_each_match_to_five_places(
    price: str, size: str, fee: str
) -> None:
    got = charge(terms("0.05", PLACES), BUY, [at(price, size)]).total
    assert got == Decimal(fee)


def test_charge_polymarket_rounds_every_match_by_itself() -> None:
    got = charge(terms("0.05", PLACES), BUY, [at("0.31", 15)] * 3)
    assert got.fees == (Decimal("0.16043"),) * 3
    assert got.total == Decimal("0.48129")  # not 0.48128, which one match of 45 pays
    assert charge(terms("0.05", PLACES), BUY, [at("0.31", 45)]).total == Decimal("0.48128")


def test_charge_cent_rounding_is_by_order_and_goes_on_in_the_next_cycle() -> None:
    row = terms("0.07", CENT)
    first = charge(row, BUY, [at("0.5", 1), at("0.5", 1)])
    assert first.fees == (Decimal("0.02"), Decimal("0.02"))  # 0.0350 is 0.04
    second = charge(row, BUY, [at("0.5", 2)], before=first.accumulator)
    assert second.total == Decimal("0.03")  # 0.0700 in all, not 0.04 twice
    assert second.accumulator == FeeAccumulator(Decimal(2), Decimal("0.07"), Decimal("0.07"))


@pytest.mark.parametrize(
    ("side", "fee"),
    [(BUY, "0.0037"), (SELL, "0.0037")],  # 0.055 + 0.00363825 is 0.0587; 0.055 - 0.0036… is 0.0513
)
def test_charge_cost_rounding_puts_value_and_fee_on_the_grid(side: Side, fee: str) -> None:
    assert charge(terms("0.07", COST), side, [at("0.055", 1)]).total == Decimal(fee)


def test_charge_cost_rounding_depends_on_the_value_as_well() -> None:
    # Value 0.009903, formula 0.000464381…: a buyer's cost goes up to 0.0104, a seller's to 0.0094.
    row = terms("0.07", COST)
    assert charge(row, BUY, [at("0.3301", "0.03")]).total == Decimal("0.000497")
    assert charge(row, SELL, [at("0.3301", "0.03")]).total == Decimal("0.000503")


def test_charge_maker_pays_the_maker_rate_times_the_multiplier() -> None:
    row = terms("0.07", CENT, maker_rate=Decimal("0.0175"), multiplier=Decimal("0.5"))
    order = [at("0.5", 1000)]
    assert charge(row, BUY, order, Liquidity.TAKER).total == Decimal("8.75")
    assert charge(row, BUY, order, Liquidity.MAKER).total == Decimal("2.19")  # 2.1875


@pytest.mark.parametrize(
    ("venue", "tier", "taker", "maker"),
    [
        ("binance", "base", "0.6", "0.6"),
        ("binance", "bnb", "0.45", "0.45"),
        ("binance", "vip1", "0.6", "0.54"),
        ("binance", "vip2", "0.6", "0.48"),
        ("coinbase", "base", "7.2", "3.6"),
        ("coinbase", "older-table", "3.6", "2.4"),
        ("coinbase", "older-table-10k", "2.4", "1.5"),
        ("coinbase", "older-table-50k", "1.5", "0.9"),
        ("coinbase", "older-table-100k", "1.2", "0.6"),
        ("coinbase", "older-table-1m", "1.08", "0.48"),
        ("coinbase", "older-table-15m", "0.96", "0.36"),
        ("coinbase", "older-table-75m", "0.72", "0.18"),
        ("coinbase", "older-table-250m", "0.48", "0"),
        ("coinbase", "older-table-400m", "0.3", "0"),
    ],
)
def test_charge_spot_tiers_are_a_share_of_the_value(
    venue: str, tier: str, taker: str, maker: str
) -> None:
    row, order = in_force(venue, "2026-09-01", tier=tier), [at("60000", "0.01")]
    assert charge(row, BUY, order, Liquidity.TAKER).total == Decimal(taker)
    assert charge(row, SELL, order, Liquidity.MAKER).total == Decimal(maker)


def test_charge_on_spot_keeps_every_digit_of_a_match_of_one_unit_of_the_eighth_place() -> None:
    row = in_force("coinbase", "2026-09-01")
    assert charge(row, BUY, [at("68923.67", "0.00000001")]).total == Decimal("0.0000082708404")


def test_charge_takes_the_matches_of_a_fill_as_well_as_the_levels_of_a_book() -> None:
    match = Match(Decimal("0.5"), Decimal(100), Decimal(0))
    assert charge(terms(), BUY, [match]).total == Decimal("1.75")


def test_charge_is_not_disturbed_by_a_coarse_decimal_context_of_the_caller() -> None:
    with localcontext() as context:
        context.prec = 3
        got = charge(terms("0.07", PLACES), BUY, [at("0.123456", "98765.43")]).total
    assert Fraction(got) == half_up(
        quadratic("0.07", Decimal("98765.43"), Decimal("0.123456")), "0.00001"
    )


def test_charge_higher_and_broken_exponents() -> None:
    square = terms("0.25", exponent=Decimal(2))
    assert charge(square, BUY, [at("0.3", 7)]).total == Decimal("0.077175")
    broken = terms("0.25", PLACES, exponent=Decimal("0.5"))
    assert charge(broken, BUY, [at("0.5", 10)]).total == Decimal("1.25")
    assert charge(broken, BUY, [at("0.25", 10)]).total == Decimal("1.08253")


@pytest.mark.parametrize(
    ("price", "size"),
    [("1.01", 1), ("0.5", -1), ("-0.1", 1), ("NaN", 1), ("0.5", "1e308"), ("0.5", "Infinity")],
)
def test_charge_refuses_a_match_that_no_venue_makes(price: str, size: str) -> None:
    with pytest.raises(ValueError, match=r"match|price"):
        charge(terms(), BUY, [at(price, size)])


def test_rebate_is_a_share_of_the_takers_fee_and_never_rounds_up() -> None:
    row = terms("0.05", rebate_share=Decimal("0.15"))
    assert rebate(row, Decimal("1.25")) == Decimal("0.1875")
    assert rebate(row, Decimal("0.00001")) == Decimal("0.000001")


@given(orders, sides, roundings)
def test_charge_is_never_negative_and_its_parts_make_its_sum(
    matches: list[tuple[Decimal, Decimal]], side: Side, rounding: FeeRounding
) -> None:
    got = charge(terms("0.07", rounding), side, [at(p, s) for p, s in matches])
    assert all(fee >= 0 for fee in got.fees)
    assert sum(got.fees) == got.total == got.accumulator.charged
    assert len(got.fees) == len(matches)


@given(orders, sides)
def test_charge_by_order_rounds_the_sum_of_the_formula_once(
    matches: list[tuple[Decimal, Decimal]], side: Side
) -> None:
    exact = sum(quadratic("0.07", s, p) for p, s in matches)
    assert Fraction(total(terms("0.07", EXACT), *matches)) == exact
    assert Fraction(total(terms("0.07", CENT), *matches)) == up(exact, "0.01")
    value = sum(Fraction(p * s) for p, s in matches) * (1 if side is Side.BUY else -1)
    aligned = up(value + exact, "0.0001") - value if exact else 0
    assert Fraction(total(terms("0.07", COST), *matches, side=side)) == aligned


@given(orders)
def test_charge_by_match_is_the_sum_of_each_match_alone(
    matches: list[tuple[Decimal, Decimal]],
) -> None:
    row = terms("0.04", PLACES)
    assert total(row, *matches) == sum(total(row, match) for match in matches)
    for p, s in matches:
        exact = quadratic("0.04", s, p)
        nearest = half_up(exact, "0.00001") if exact >= Fraction("0.00001") else 0
        assert Fraction(total(row, (p, s))) == nearest


@given(orders, sides, roundings, st.integers(0, 6))
def test_charge_in_two_cycles_is_the_charge_in_one(
    matches: list[tuple[Decimal, Decimal]], side: Side, rounding: FeeRounding, cut: int
) -> None:
    row, levels = terms("0.07", rounding), [at(p, s) for p, s in matches]
    first = charge(row, side, levels[:cut])
    second = charge(row, side, levels[cut:], before=first.accumulator)
    whole = charge(row, side, levels)
    difference = first.total + second.total - whole.total
    # The first cycle's rounding of cost is kept if the rest of the order needs less of it.
    assert 0 <= difference < (Decimal("0.0001") if rounding is COST else Decimal("1e-30"))


@given(prices, sizes, sizes)
def test_charge_never_falls_when_the_size_grows(p: Decimal, one: Decimal, more: Decimal) -> None:
    for rounding in (EXACT, PLACES, CENT):
        row = terms("0.07", rounding)
        assert total(row, (p, one)) <= total(row, (p, one + more))
    for rounding in (COST, BALANCE, DIRECT):  # the rounding is of the balance, so the cost grows
        row = terms("0.07", rounding)
        assert p * one + total(row, (p, one)) <= p * (one + more) + total(row, (p, one + more))


@given(prices, sizes, st.integers(1, 3))
def test_charge_quadratic_is_the_same_for_both_outcomes(
    p: Decimal, size: Decimal, exponent: int
) -> None:
    for rounding in (EXACT, PLACES, CENT):
        row = terms("0.07", rounding, exponent=Decimal(exponent))
        assert total(row, (p, size)) == total(row, (1 - p, size))


@given(prices, sizes)
def test_charge_without_a_formula_is_nothing(p: Decimal, size: Decimal) -> None:
    for rounding in (EXACT, PLACES, CENT, COST, BALANCE):
        row = terms("0", rounding, formula=FeeFormula.NONE)
        assert total(row, (p, size)) == 0
