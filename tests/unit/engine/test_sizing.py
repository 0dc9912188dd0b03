"""Sizing policies: the numbers by hand, the bound that decided, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.engine.objection import Objection
from chalicelib.engine.sizing import Sized, Stake, wanted

NAN, INFINITE = float("nan"), float("inf")


def stake(
    cost: str = "0.41",
    quoted: str | None = "0.40",
    edge: float = 0.15,
    equity: int = 1000,
    volatility: tuple[float | None, ...] = (None,),
) -> Stake:
    legs = tuple(Signal("test:m:yes", edge, 1.0, "a test", volatility=v) for v in volatility)
    ask = None if quoted is None else Decimal(quoted)
    return Stake(Decimal(equity), Decimal(cost), ask, Basket(legs, Unfilled.ABORT), Decimal(10_000))


def sized(policy: SizingPolicy, what: Stake, **numbers: Any) -> Sized:
    found = wanted(Sizing(policy=policy, **numbers), what)
    assert isinstance(found, Sized)
    return found


def test_fixed_cash_spends_its_dollars() -> None:
    assert sized(SizingPolicy.FIXED_CASH, stake("0.40"), cash=100) == Sized(
        Decimal(250), "fixed-cash"
    )


def test_fixed_cash_without_a_number_leaves_it_to_the_limit_per_entry() -> None:
    assert wanted(Sizing(), stake()) is None


def test_equity_share_spends_a_share_of_equity() -> None:
    found = sized(SizingPolicy.EQUITY_SHARE, stake("0.40"), share="0.02")
    assert found == Sized(Decimal(50), "equity-share")


def test_liquidity_share_takes_a_share_of_what_is_shown() -> None:
    found = sized(SizingPolicy.LIQUIDITY_SHARE, stake(), depth_share="0.10")
    assert found == Sized(Decimal(1000), "liquidity-share")


def test_kelly_by_hand() -> None:
    # Wins with 0.40 + 0.15 = 0.55; costs 0.41: (0.55 - 0.41) / 0.59 = 0.237288 of equity is the
    # full stake, a quarter of it 59.32 dollars, which buy 144.69 contracts at 0.41.
    found = sized(SizingPolicy.KELLY, stake(), kelly_fraction="0.25", kelly_cap="0.1")
    assert found.bound == "kelly"
    assert found.size.quantize(Decimal("0.01")) == Decimal("144.69")


def test_kelly_is_capped() -> None:
    found = sized(SizingPolicy.KELLY, stake(), kelly_fraction="0.25", kelly_cap="0.05")
    assert found == Sized(Decimal(50) / Decimal("0.41"), "kelly-cap")


def test_kelly_counts_a_certain_pair_as_certain_and_no_more() -> None:
    found = sized(SizingPolicy.KELLY, stake("0.95", "0.94", 0.5), kelly_fraction=1, kelly_cap=1)
    assert found.size == Decimal(1000) / Decimal("0.95")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (stake(edge=0.005), "no-edge"),
        (stake(edge=-0.2), "no-edge"),
        (stake(edge=0.0), "no-edge"),
        (stake(cost="1.00"), "kelly"),
        (stake(cost="60000"), "kelly"),
        (stake(quoted=None), "kelly"),
    ],
)
def test_kelly_refuses_what_has_no_edge_or_no_binary_payoff(what: Stake, code: str) -> None:
    found = wanted(Sizing(policy=SizingPolicy.KELLY), what)
    assert isinstance(found, Objection)
    assert found.code == code


def test_volatility_target_by_hand() -> None:
    # 1 % of 1000 dollars may be lost at one deviation; two legs move 0.02 and 0.03.
    found = sized(SizingPolicy.VOLATILITY_TARGET, stake(volatility=(0.02, 0.03)), target="0.01")
    assert found == Sized(Decimal(200), "volatility-target")


@pytest.mark.parametrize("unknown", [None, NAN, 0.0, -0.1, INFINITE])
def test_volatility_target_refuses_a_leg_whose_movement_is_not_known(
    unknown: float | None,
) -> None:
    found = wanted(Sizing(policy=SizingPolicy.VOLATILITY_TARGET), stake(volatility=(0.02, unknown)))
    assert isinstance(found, Objection)
    assert found.code == "no-volatility"


@given(st.floats(-1, 1), st.integers(1, 99), st.integers(0, 3), st.integers(1, 10**6))
def test_kelly_never_stakes_more_than_its_cap(edge: float, ask: int, fee: int, equity: int) -> None:
    cost = Decimal(ask + fee) / 100
    found = wanted(
        Sizing(policy=SizingPolicy.KELLY, kelly_cap=Decimal("0.05")),
        stake(str(cost), f"0.{ask:02d}", edge, equity),
    )
    if isinstance(found, Sized):
        assert 0 < found.size * cost <= Decimal("0.05") * equity * (1 + Decimal("1e-20"))
