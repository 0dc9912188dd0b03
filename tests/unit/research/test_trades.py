"""What single trades say, by hand; undefined is a reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.research.trades import (
    expectancy,
    expectancy_ratio,
    exposure,
    kelly_of_trades,
    payoff_ratio,
    profit_factor,
    turnover,
    win_rate,
)

GAINS = np.array([0.2, 0.1, -0.1, 0.0])
MEASURES = (win_rate, profit_factor, payoff_ratio, expectancy, expectancy_ratio, kelly_of_trades)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (win_rate, 0.5),
        (profit_factor, 3.0),
        (payoff_ratio, 1.5),
        (expectancy, 0.05),
        (expectancy_ratio, 0.5),
        (kelly_of_trades, 0.5 - 0.25 / 1.5),
    ],
)
def test_measures_of_two_won_one_lost_and_one_flat_trade(measure: object, value: float) -> None:
    assert measure(GAINS).value == pytest.approx(value)  # type: ignore[operator]


def test_measures_without_trades_or_without_a_loser_say_why() -> None:
    assert {measure(np.empty(0)).reason for measure in MEASURES} == {"no trade"}
    won = {measure(np.ones(3)).reason for measure in MEASURES}
    assert won == {"", "no trade lost"}
    assert kelly_of_trades(-np.ones(3)).reason == "no trade won"


def test_kelly_is_the_stake_that_grows_an_account_of_such_bets_fastest() -> None:
    returns = np.array([0.8] * 6 + [-1.0] * 4)
    stakes = np.linspace(0, 0.9, 901)
    growth = np.log1p(stakes[:, None] * returns).mean(axis=1)
    assert kelly_of_trades(returns).value == pytest.approx(stakes[growth.argmax()], abs=0.001)


def test_kelly_of_a_losing_series_is_below_zero() -> None:
    assert kelly_of_trades(-GAINS).value < 0  # type: ignore[operator]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.integers(1, 9))
def test_ratios_do_not_depend_on_the_size_or_number_of_copies(gains: list[float], n: int) -> None:
    values = np.array(gains)
    for measure in (win_rate, profit_factor, payoff_ratio, expectancy_ratio):
        assert measure(np.tile(values, n) * 2.0).value == pytest.approx(measure(values).value)


def test_exposure_counts_overlapping_positions_once_and_only_within_the_run() -> None:
    opened, closed = np.array([50, -10, 10, 12]), np.array([200, 5, 30, 20])
    assert exposure(opened, closed, 0, 100).value == pytest.approx((5 + 20 + 50) / 100)
    assert exposure(opened[:0], closed[:0], 0, 100).value == 0
    assert exposure(opened, closed, 5, 5).reason == "no time passed"


def test_position_closed_before_it_was_opened_is_refused() -> None:
    with pytest.raises(InputError, match="before it was opened"):
        exposure(np.array([5]), np.array([4]), 0, 9)


def test_turnover_is_of_the_mean_equity_in_a_year() -> None:
    assert turnover(300.0, np.array([100.0, 200]), 73).value == pytest.approx(10.0)
    assert turnover(1.0, np.empty(0), 73).reason == "no time passed"
