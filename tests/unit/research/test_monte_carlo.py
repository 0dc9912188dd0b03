"""Other draws of the same trades: drawdown, ruin and loss."""

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.research.monte_carlo import monte_carlo

TRADES = np.random.default_rng(1).normal(0.01, 0.05, 100)


def test_worse_drawdowns_are_rarer_and_none_exceeds_the_account() -> None:
    found = monte_carlo(TRADES, seed=1)
    half, most, nearly_all = (
        found.drawdown_50.value,
        found.drawdown_95.value,
        found.drawdown_99.value,
    )
    assert 0 < half < most < nearly_all < 1  # type: ignore[operator]
    assert found.ruin.value < 0.01 < found.loss.value < 0.5  # type: ignore[operator]


def test_probabilities_are_those_of_fair_coins() -> None:
    """Ten trades at even odds of 10 %: in the end below where it began with 5 wins or fewer."""
    coins = np.array([0.1, -0.1] * 5)
    found = monte_carlo(coins, seed=1)
    assert found.loss.value == pytest.approx(638 / 1024, abs=0.02)


def test_trade_that_loses_everything_ruins_and_is_not_passed_over() -> None:
    found = monte_carlo(np.array([0.1] * 9 + [-1.0]), seed=1)
    assert found.ruin.value == pytest.approx(1 - 0.9**10, abs=0.02)
    assert found.drawdown_95.value == 1


def test_more_trades_of_a_losing_sort_ruin_more() -> None:
    few, many = (monte_carlo(TRADES - 0.02, 1, paths=2000, trades=n) for n in (50, 200))
    assert many.ruin.value > few.ruin.value + 0.2  # type: ignore[operator]


def test_order_of_trades_does_not_matter_beyond_chance() -> None:
    one, other = monte_carlo(TRADES, 1), monte_carlo(TRADES[::-1], 1)
    assert one.drawdown_95.value == pytest.approx(other.drawdown_95.value, abs=0.02)


def test_seed_is_part_of_the_answer_and_decides_it() -> None:
    assert monte_carlo(TRADES, 5, paths=200) == monte_carlo(TRADES, 5, paths=200)
    assert monte_carlo(TRADES, 5, paths=200).seed == 5


def test_dollars_are_refused_and_few_trades_say_nothing() -> None:
    with pytest.raises(InputError, match="row 1 lost more than there was"):
        monte_carlo(np.array([5.0, -22.04] * 10), 1)
    found = monte_carlo(TRADES[:9], 1)
    assert (found.ruin.value, found.ruin.reason) == (None, "9 trades, at least 10 are needed")


def test_account_that_was_ruined_on_the_way_counts_even_if_it_came_back() -> None:
    """Two trades at even odds: the one that loses first is ruined, whatever follows."""
    found = monte_carlo(np.array([-0.6, 2.0] * 5), seed=1, trades=2)
    assert found.ruin.value == pytest.approx(0.5, abs=0.02)
    assert found.loss.value == pytest.approx(0.25, abs=0.02)


def test_account_that_ends_where_it_began_has_not_lost() -> None:
    found = monte_carlo(np.zeros(10), seed=1, paths=100)
    assert (found.loss.value, found.ruin.value, found.drawdown_99.value) == (0, 0, 0)
