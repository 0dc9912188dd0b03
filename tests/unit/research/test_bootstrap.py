"""Bootstrap of a series: intervals as wide as its memory demands."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.research.blocks import block_length
from chalicelib.research.bootstrap import (
    drawdown_of,
    interval_of,
    mean_of,
    sharpe_of,
    stationary_paths,
)
from chalicelib.research.drawdowns import maximum_drawdown
from chalicelib.research.sharpe import sharpe


def series(length: int, rho: float, seed: int = 1) -> np.ndarray:
    values = np.random.default_rng(seed).normal(0.001, 0.02, length)
    for row in range(1, length):
        values[row] += rho * values[row - 1]
    return values


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.3, 0.8])
@pytest.mark.parametrize("length", [20, 100, 365, 2000])
def test_block_length_is_that_of_an_independent_library(length: int, rho: float) -> None:
    values = series(length, rho)
    theirs = optimal_block_length(values)["stationary"][0]
    assert block_length(values) == pytest.approx(max(theirs, 1.0))


def test_blocks_of_short_or_constant_series_are_single_values() -> None:
    assert block_length(np.ones(50)) == 1
    assert block_length(np.arange(7.0)) == 1


def test_paths_are_made_of_blocks_of_the_mean_length() -> None:
    numbers = np.arange(200.0)
    paths = np.concatenate(list(stationary_paths(numbers, 1, 8.0, 500)))
    assert paths.shape == (500, 200)
    follows = (np.diff(paths, axis=1) % 200) == 1
    assert 1 - follows.mean() == pytest.approx(1 / 8 * 199 / 200, rel=0.03)
    counts = np.bincount(paths.astype(int).ravel(), minlength=200)
    assert counts.std() / counts.mean() < 0.15, "every value is drawn as often"


def test_blocks_as_long_as_a_series_go_round_it() -> None:
    numbers = np.arange(10.0)
    for path in np.concatenate(list(stationary_paths(numbers, 1, 1e6, 50))):
        assert sorted(path) == numbers.tolist()


@pytest.mark.parametrize("statistic", [mean_of, sharpe_of])
def test_intervals_agree_with_an_independent_library(statistic: object) -> None:
    values = series(300, 0.4)
    ours = interval_of(values, statistic, seed=1, block=6.0, paths=4000)  # type: ignore[arg-type]
    theirs = StationaryBootstrap(6.0, values, seed=2).conf_int(
        lambda x: statistic(x[None, :]),  # type: ignore[operator]
        reps=4000,
        method="percentile",
    )
    width = theirs[1, 0] - theirs[0, 0]
    assert ours.low == pytest.approx(theirs[0, 0], abs=0.06 * width)
    assert ours.high == pytest.approx(theirs[1, 0], abs=0.06 * width)


def test_interval_of_a_series_with_memory_is_wider_than_without() -> None:
    values = series(365, 0.6)
    kept = interval_of(values, mean_of, seed=1)
    lost = interval_of(values, mean_of, seed=1, block=1.0)
    assert kept.high - kept.low > 1.3 * (lost.high - lost.low)  # type: ignore[operator]


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(200):
        found = interval_of(series(250, 0.3, seed), mean_of, seed, paths=400)
        inside += found.low < 0.001 / 0.7 < found.high  # type: ignore[operator]
    assert 0.86 <= inside / 200 <= 0.98


def test_statistics_of_paths_are_those_of_single_series() -> None:
    paths = np.random.default_rng(3).normal(0, 0.05, (5, 40))
    assert sharpe_of(paths).tolist() == pytest.approx([sharpe(p).value for p in paths])
    equity = [np.concatenate([[1.0], np.cumprod(1 + p)]) for p in paths]
    assert drawdown_of(paths).tolist() == pytest.approx([maximum_drawdown(e).value for e in equity])
    assert np.isnan(sharpe_of(np.full((2, 9), 0.1))).all()


def test_seed_decides_the_interval() -> None:
    values = series(100, 0)
    first, again, other = (interval_of(values, sharpe_of, seed, paths=500) for seed in (1, 1, 2))
    assert first == again != other


def test_what_cannot_be_told_is_none_with_a_reason() -> None:
    assert interval_of(np.empty(0), mean_of, 1).reason == "no returns"
    few = interval_of(np.array([0.1, 0.2, 0.4]), mean_of, 1)
    assert few.estimate == pytest.approx(0.7 / 3)
    assert (few.low, few.reason) == (None, "3 returns, at least 10 are needed")
    assert interval_of(np.full(30, 0.1), sharpe_of, 1).reason == "undefined"
    rare = np.zeros(30)
    rare[3] = 0.1
    assert interval_of(rare, sharpe_of, 1).reason == "undefined on too many of the paths"


def test_block_of_less_than_one_return_is_refused() -> None:
    with pytest.raises(InputError, match=r"blocks of 0\.5"):
        next(stationary_paths(np.ones(5), 1, 0.5))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-0.02, 0.02))
def test_interval_of_a_mean_moves_and_stretches_with_the_returns(
    seed: int, scale: float, shift: float
) -> None:
    values = series(60, 0.3)
    one = interval_of(values, mean_of, seed, block=3.0, paths=50)
    other = interval_of(scale * values + shift, mean_of, seed, block=3.0, paths=50)
    assert other.low == pytest.approx(scale * one.low + shift)  # type: ignore[operator]
    assert other.high == pytest.approx(scale * one.high + shift)  # type: ignore[operator]
