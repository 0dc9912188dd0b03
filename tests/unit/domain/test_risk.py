"""Numbers that bound trading: nonsense is refused, and a contradiction names both sides."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.risk import HouseLimits, Limits, RiskLimits
from chalicelib.domain.sizing import Sizing

DECIMALS = [
    (RiskLimits, "max_exposure"),
    (RiskLimits, "max_position"),
    (RiskLimits, "cash_per_entry"),
    (RiskLimits, "starting_cash"),
    (RiskLimits, "max_share_of_depth"),
    (RiskLimits, "max_slippage"),
    (Limits, "max_daily_loss"),
    (Limits, "max_drawdown"),
    (ExitRules, "stop_loss"),
    (ExitRules, "take_profit"),
    (ExitRules, "trailing_stop"),
    (Sizing, "cash"),
    (Sizing, "share"),
    (Sizing, "kelly_fraction"),
    (Sizing, "kelly_cap"),
    (Sizing, "target"),
    (Sizing, "depth_share"),
    (ProtectionRules, "hourly_loss"),
    (ProtectionRules, "daily_drawdown"),
    (ProtectionRules, "total_drawdown"),
]


@pytest.mark.parametrize(("rules", "name"), DECIMALS)
@pytest.mark.parametrize("nonsense", ["NaN", "Infinity", "-0.1", 0, float("nan"), "much"])
def test_number_that_makes_no_sense_is_refused_by_name(
    rules: Any, name: str, nonsense: Any
) -> None:
    with pytest.raises(ValidationError) as refused:
        rules.model_validate({name: nonsense})
    assert refused.value.errors()[0]["loc"] == (name,)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("max_market_exposure", "max_exposure"),
        ("max_group_exposure", "max_exposure"),
        ("max_venue_exposure", "max_exposure"),
        ("max_market_exposure", "max_group_exposure"),
        ("max_market_exposure", "max_venue_exposure"),
    ],
)
def test_limits_of_which_a_part_exceeds_the_whole_are_refused_naming_both(
    part: str, whole: str
) -> None:
    small, large = Decimal("0.3"), Decimal("0.4")
    with pytest.raises(ValidationError, match=f"{part} 0.4 contradicts {whole} 0.3"):
        Limits(**{part: large, whole: small})
    assert getattr(Limits(**{part: small, whole: small}), part) == small


def test_limits_of_more_trades_an_hour_than_a_day_are_refused_naming_both() -> None:
    with pytest.raises(
        ValidationError, match="max_trades_per_hour 11 contradicts max_trades_per_day 10"
    ):
        Limits(max_trades_per_hour=11, max_trades_per_day=10)


def test_rules_refuse_a_name_they_do_not_know() -> None:
    for rules in (RiskLimits, ExitRules, Sizing, ProtectionRules):
        with pytest.raises(ValidationError, match="max_lose"):
            rules.model_validate({"max_lose": 1})


def test_house_holds_more_positions_than_one_account_by_default() -> None:
    assert HouseLimits().max_open_positions > RiskLimits().max_open_positions
