"""Sharpe and Sortino ratios, their uncertainty, and what serial correlation does to a year."""

from math import sqrt

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.research.figures import known
from chalicelib.research.sharpe import (
    annual,
    autocorrelations,
    sharpe,
    sharpe_interval,
    sharpe_over,
    sortino,
    standard_error,
    standard_error_normal,
    time_factor,
)

NOISE = np.random.default_rng(2).normal(0.001, 0.02, 400)
MANY = st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=50).map(np.array)


def correlated(rho: float, length: int, seed: int = 3) -> np.ndarray:
    shocks = np.random.default_rng(seed).normal(0.01, 1, length)
    for row in range(1, length):
        shocks[row] += rho * shocks[row - 1]
    return shocks


def test_ratios_agree_with_an_independent_library() -> None:
    year = annual(sharpe(NOISE), 400, 365)
    assert year.value == pytest.approx(empyrical.sharpe_ratio(NOISE, annualization=365))
    downside = annual(sortino(NOISE), 400, 365)
    assert downside.value == pytest.approx(empyrical.sortino_ratio(NOISE, annualization=365))


def test_sortino_counts_the_periods_that_did_not_fall_short() -> None:
    assert sortino(np.array([0.03, -0.02, 0.01, 0.0])).value == pytest.approx(0.005 / 0.01)


@pytest.mark.parametrize("returns", [[0.0, 0, 0], [0.1, 0.1, 0.1], [0.1 + 1e-16, 0.1], [0.1], []])
def test_ratio_of_what_does_not_vary_is_undefined_with_a_reason(returns: list[float]) -> None:
    found = sharpe(np.array(returns))
    assert found.value is None
    assert found.reason in {"returns do not vary", "fewer than two returns"}


def test_sortino_without_a_loss_is_undefined() -> None:
    found = sortino(np.array([0.1, 0.2]))
    assert (found.value, found.reason) == (None, "no return was below the target")


def test_missing_return_is_refused_with_its_row() -> None:
    with pytest.raises(InputError, match="returns: row 1 is nan"):
        sharpe(np.array([0.1, np.nan]))


def test_nothing_under_thirty_days_is_scaled_to_a_year() -> None:
    assert annual(known(0.1), 29, 365).value is None
    assert annual(known(0.1), 24 * 29, 8760).value is None
    assert annual(known(0.1), 30, 365).value == pytest.approx(0.1 * sqrt(365))


@given(MANY, st.floats(0.01, 100))
def test_ratios_do_not_depend_on_the_size_of_the_bet(returns: np.ndarray, scale: float) -> None:
    for measure in (sharpe, sortino):
        one, other = measure(returns), measure(returns * scale)
        if one.value is not None and other.value is not None and np.ptp(returns) > 1e-6:
            assert other.value == pytest.approx(one.value, rel=1e-6, abs=1e-9)


@given(MANY, st.randoms(use_true_random=False))
def test_order_of_returns_does_not_change_a_ratio(returns: np.ndarray, order: object) -> None:
    mixed = returns.tolist()
    order.shuffle(mixed)  # type: ignore[attr-defined]
    if np.ptp(returns) > 1e-6:
        assert sharpe(np.array(mixed)).value == pytest.approx(sharpe(returns).value)


@pytest.mark.parametrize(("ratio", "rows", "error"), [(0.5, 12, 0.306), (1.5, 60, 0.188)])
def test_standard_errors_of_the_paper(ratio: float, rows: int, error: float) -> None:
    """Lo 2002, table 1."""
    assert standard_error_normal(ratio, rows).value == pytest.approx(error, abs=0.0005)


def test_standard_error_is_the_spread_of_ratios_of_many_samples() -> None:
    chance = np.random.default_rng(5)
    draws = chance.exponential(1, (20_000, 200)) - 0.7
    ratios = draws.mean(axis=1) / draws.std(axis=1, ddof=1)
    assert standard_error(0.3, 200, skew=2, kurtosis=9).value == pytest.approx(
        ratios.std(), rel=0.03
    )
    assert standard_error(0.3, 200).value != pytest.approx(ratios.std(), rel=0.1)


def test_excess_kurtosis_is_refused_where_it_can_be_told() -> None:
    with pytest.raises(InputError, match="no distribution has both"):
        standard_error(0.3, 200, skew=-1, kurtosis=0.5)


def test_interval_is_wider_for_less_data() -> None:
    short, long = sharpe_interval(0.1, 50), sharpe_interval(0.1, 500)
    assert short.low < long.low < 0.1 < long.high < short.high  # type: ignore[operator]
    assert long.high - 0.1 == pytest.approx(1.959964 * sqrt((1 + 0.01 / 2) / 499))


def test_time_factor_is_the_square_root_without_correlation() -> None:
    assert time_factor(np.zeros(11), 12).value == pytest.approx(sqrt(12))


@pytest.mark.parametrize("rho", [-0.3, 0.2, 0.6])
def test_time_factor_is_that_of_the_paper_for_a_first_order_process(rho: float) -> None:
    """Lo 2002, equation 22: the closed form."""
    q = 12
    inner = 1 + 2 * rho / (1 - rho) * (1 - (1 - rho**q) / (q * (1 - rho)))
    assert time_factor(rho ** np.arange(1, q), q).value == pytest.approx(sqrt(q) / sqrt(inner))


def test_corrected_ratio_is_the_one_that_longer_periods_really_have() -> None:
    returns = correlated(0.5, 60_000)
    yearly = sharpe(returns.reshape(-1, 12).sum(axis=1)).value
    assert sharpe_over(returns, 12).value == pytest.approx(yearly, rel=0.03)
    naive = sharpe(returns).value * sqrt(12)  # type: ignore[operator]
    assert naive > 1.4 * yearly  # type: ignore[operator]


def test_correction_needs_four_returns_a_lag() -> None:
    found = sharpe_over(NOISE, 365)
    assert (found.value, found.reason) == (None, "400 returns, 1456 are needed for 364 lags")
    assert sharpe_over(NOISE, 365, lags=30).value is not None


def test_autocorrelations_are_those_of_the_process() -> None:
    found = autocorrelations(correlated(0.7, 50_000), 3)
    assert found.tolist() == pytest.approx([0.7, 0.49, 0.343], abs=0.02)
    assert np.isnan(autocorrelations(np.full(9, 0.1), 2)).all()
