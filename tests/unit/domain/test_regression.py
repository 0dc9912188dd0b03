"""Correlation, slopes and the test for coming back agree with numpy, on each window alone."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import regression
from chalicelib.domain.arrays import FloatArray
from tests.builders import random_spot_walk, random_walk

W = 25
BETS = random_walk(1, 60, 2, 0).mid
COINS = random_spot_walk(2, 60, 6, 0).mid
PAIRS = [(BETS[:, 0], BETS[:, 1]), *((COINS[:, n], COINS[:, n + 1]) for n in range(5))]
EACH_PAIR = pytest.mark.parametrize(("one", "other"), PAIRS, ids=range(len(PAIRS)))


def column(values: FloatArray) -> FloatArray:
    return values[:, np.newaxis]


def each_window(one: FloatArray, other: FloatArray) -> list[tuple[int, FloatArray, FloatArray]]:
    return [
        (row, one[row + 1 - W : row + 1], other[row + 1 - W : row + 1]) for row in range(W - 1, 60)
    ]


def dickey_fuller_by_least_squares(levels: FloatArray) -> tuple[float, float]:
    """Slope and t statistic of the changes on a constant and the levels before, by matrices."""
    design = np.column_stack([np.ones(len(levels) - 1), levels[:-1]])
    found, _, _, _ = np.linalg.lstsq(design, np.diff(levels), rcond=None)
    left = np.diff(levels) - design @ found
    error = left @ left / (len(left) - 2) * np.linalg.inv(design.T @ design)
    return found[1], found[1] / np.sqrt(error[1, 1])


@EACH_PAIR
def test_correlation_is_that_of_numpy(one: FloatArray, other: FloatArray) -> None:
    found = regression.correlation(column(one), column(other), W)[:, 0]
    for row, left, right in each_window(one, other):
        assert found[row] == pytest.approx(np.corrcoef(left, right)[0, 1], abs=1e-9)


@EACH_PAIR
def test_slope_and_hedge_ratio_are_those_of_a_fitted_line(
    one: FloatArray, other: FloatArray
) -> None:
    slopes = regression.slope(column(one), W)[:, 0]
    ratios = regression.hedge_ratio(column(one), column(other), W)[:, 0]
    for row, left, right in each_window(one, other):
        assert slopes[row] == pytest.approx(np.polyfit(np.arange(W), left, 1)[0], rel=1e-9)
        scale = right.mean()
        fitted = np.polyfit(right / scale, left, 1)[0] / scale
        assert ratios[row] == pytest.approx(fitted, rel=1e-9)


@EACH_PAIR
def test_cointegration_is_a_regression_and_the_test_of_what_it_leaves(
    one: FloatArray, other: FloatArray
) -> None:
    found = regression.cointegration(column(one), column(other), W)
    for row, left, right in each_window(one, other):
        scale = right.mean()
        line = np.polyfit(right / scale, left, 1)
        residuals = left - np.polyval(line, right / scale)
        back, statistic = dickey_fuller_by_least_squares(residuals)
        assert found.ratio[row, 0] == pytest.approx(line[0] / scale, rel=1e-9)
        assert found.spread[row, 0] == pytest.approx(
            residuals[-1], rel=1e-7, abs=1e-9 * abs(left[0])
        )
        assert found.deviation[row, 0] == pytest.approx(residuals.std(), rel=1e-9)
        assert found.statistic[row, 0] == pytest.approx(statistic, rel=1e-7)
        if -1 < back < 0:
            life = np.log(0.5) / np.log1p(back)
            assert found.half_life[row, 0] == pytest.approx(life, rel=1e-6)


def test_dickey_fuller_and_half_life_are_those_of_least_squares() -> None:
    prices = BETS[:, 0]
    statistics = regression.dickey_fuller(column(prices), W)[:, 0]
    lives = regression.half_life(column(prices), W)[:, 0]
    for row, levels, _ in each_window(prices, prices):
        back, statistic = dickey_fuller_by_least_squares(levels)
        assert statistics[row] == pytest.approx(statistic, rel=1e-9)
        expected = np.log(0.5) / np.log1p(back) if back < 0 else np.inf
        assert lives[row] == pytest.approx(expected, rel=1e-9)


def test_half_life_is_one_row_where_half_of_a_deviation_is_gone_in_the_next() -> None:
    halved = 0.5 ** np.arange(12.0)
    assert regression.half_life(column(halved), 12)[-1, 0] == pytest.approx(1)


def test_half_life_is_nothing_where_more_than_all_is_undone_and_endless_where_it_grows() -> None:
    swings = (-1.0) ** np.arange(12)
    grows = 1.5 ** np.arange(12.0)
    assert regression.half_life(column(swings), 12)[-1, 0] == 0
    assert regression.half_life(column(grows), 12)[-1, 0] == np.inf


def test_series_that_did_not_move_are_not_measured() -> None:
    still, walk = np.full((40, 2), 0.1), random_walk(7, 40, 2, 0).mid
    for measure in (regression.correlation, regression.hedge_ratio):
        assert np.isnan(measure(walk, still, W)).all()
    assert np.isnan(np.array(regression.cointegration(walk, still, W))).all()
    assert np.isnan(regression.dickey_fuller(still, W)).all()
    assert np.isnan(regression.half_life(still, W)).all()
    assert (regression.slope(still, W)[W - 1 :] == 0).all()


EVERY: dict[str, Callable[[FloatArray, FloatArray, int], FloatArray]] = {
    "correlation": lambda a, b, start: regression.correlation(a, b, 8, start),
    "slope": lambda a, _, start: regression.slope(a, 8, start),
    "ratio": lambda a, b, start: regression.hedge_ratio(a, b, 8, start),
    "t": lambda a, _, start: regression.dickey_fuller(a, 8, start),
    "life": lambda a, _, start: regression.half_life(a, 8, start),
    "pair": lambda a, b, start: np.concatenate(regression.cointegration(a, b, 8, start), axis=1),
}


@given(
    name=st.sampled_from(sorted(EVERY)),
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    unknown=st.sampled_from([0.0, 0.05]),
)
def test_regression_is_the_same_bits_on_the_window_alone_and_with_a_start(
    name: str, seed: int, rows: int, columns: int, unknown: float
) -> None:
    one = random_walk(seed, rows, columns, unknown).mid
    other = random_walk(seed + 1, rows, columns, unknown).mid
    whole = EVERY[name](one, other, 0)
    np.testing.assert_array_equal(whole[-1], EVERY[name](one[-8:], other[-8:], 0)[-1])
    from_start = EVERY[name](one, other, 11)
    np.testing.assert_array_equal(from_start[11:], whole[11:])
    assert np.isnan(from_start[:11]).all()
