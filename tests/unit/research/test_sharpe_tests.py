"""Whether a Sharpe ratio can be luck: the papers' published numbers, and an independent library."""

from math import sqrt

import numpy as np
import purgedcv
import pytest
from scipy import stats

from chalicelib.domain.errors import InputError
from chalicelib.research.sharpe import sharpe
from chalicelib.research.sharpe_tests import (
    deflated_sharpe,
    effective_trials,
    expected_maximum_sharpe,
    minimum_backtest_length,
    minimum_track_record,
    probabilistic_sharpe,
)

MONTHLY = 1.585 / sqrt(12)
DAILY = 2.5 / sqrt(250)
VARIANCE = 0.5 / 250
SAMPLE = np.random.default_rng(6).standard_t(5, 300) / 100 + 0.001


def test_probability_of_the_paper() -> None:
    """Bailey & Lopez de Prado 2012, section 5: hedge fund of two years of months."""
    found = probabilistic_sharpe(MONTHLY, 0, 24, skew=-2.448, kurtosis=10.164)
    assert found.value == pytest.approx(0.9132, abs=5e-5)
    assert probabilistic_sharpe(MONTHLY, 0, 24).value == pytest.approx(0.9816, abs=5e-5)


def test_deflated_ratio_of_the_paper() -> None:
    """Bailey & Lopez de Prado 2014, numerical example."""
    assert expected_maximum_sharpe(VARIANCE, 100) == pytest.approx(0.1132, abs=5e-5)
    found = deflated_sharpe(DAILY, 1250, VARIANCE, 100, skew=-3, kurtosis=10)
    assert found.value == pytest.approx(0.9004, abs=5e-5)
    fewer = deflated_sharpe(DAILY, 1250, VARIANCE, 46, skew=-3, kurtosis=10)
    assert fewer.value == pytest.approx(0.9505, abs=5e-5)
    assert deflated_sharpe(DAILY, 1250, VARIANCE, 88).value == pytest.approx(0.9505, abs=5e-5)


def test_backtest_length_of_the_paper() -> None:
    """Bailey et al. 2014: 45 trials in five years are expected to show a ratio of 1."""
    assert minimum_backtest_length(45).value == pytest.approx(4.998, abs=5e-4)
    assert minimum_backtest_length(45, 2).value == pytest.approx(4.998 / 4, abs=5e-4)


@pytest.mark.parametrize(("periods", "years"), [(250, 2.73), (52, 2.83), (12, 3.24)])
def test_track_record_of_the_paper(periods: int, years: float) -> None:
    """Bailey & Lopez de Prado 2012: an annual ratio of 2, to be above 1 with 95 % confidence."""
    found = minimum_track_record(2 / sqrt(periods), 1 / sqrt(periods)).value
    assert found / periods == pytest.approx(years, abs=0.005)  # type: ignore[operator]


def test_measures_agree_with_an_independent_library() -> None:
    ratio = sharpe(SAMPLE).value
    assert ratio is not None
    shape = (float(stats.skew(SAMPLE)), float(stats.kurtosis(SAMPLE, fisher=False)))
    for benchmark in (0.0, 0.02):
        found = probabilistic_sharpe(ratio, benchmark, 300, *shape)
        theirs = purgedcv.probabilistic_sharpe_ratio(SAMPLE, benchmark)
        # It divides by n where a ratio is estimated, we by n - 1.
        assert found.value == pytest.approx(theirs, rel=2e-3)
    theirs = purgedcv.minimum_backtest_length(200, 1.5)
    assert minimum_backtest_length(200, 1.5).value == pytest.approx(theirs)


def test_track_record_is_the_length_at_which_the_probability_is_reached() -> None:
    needed = minimum_track_record(0.1, 0.02, skew=-1, kurtosis=6).value
    assert needed is not None
    below = probabilistic_sharpe(0.1, 0.02, int(needed), skew=-1, kurtosis=6).value
    above = probabilistic_sharpe(0.1, 0.02, int(needed) + 1, skew=-1, kurtosis=6).value
    assert below < 0.95 <= above  # type: ignore[operator]
    assert minimum_track_record(0.1, 0.1).value is None


@pytest.mark.parametrize("trials", [10, 100, 1000])
def test_expected_maximum_is_that_of_so_many_draws(trials: int) -> None:
    draws = np.random.default_rng(7).standard_normal((4000, trials)).max(axis=1)
    assert expected_maximum_sharpe(1.0, trials) == pytest.approx(draws.mean(), rel=0.05)


def test_one_trial_is_not_deflated_and_more_always_are() -> None:
    once = deflated_sharpe(0.1, 300, 0.01, 1).value
    assert once == probabilistic_sharpe(0.1, 0, 300).value
    several = [deflated_sharpe(0.1, 300, 0.01, trials).value for trials in (1, 2, 10, 100)]
    assert several == sorted(several, reverse=True)  # type: ignore[type-var]
    assert len(set(several)) == 4


def test_noise_that_was_chosen_is_not_taken_for_skill() -> None:
    """The best of 100 strategies without an edge looks certain alone, and is even odds deflated."""
    alone, deflated = [], []
    for seed in range(40):
        returns = np.random.default_rng(seed).normal(0, 1, (365, 100))
        ratios = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
        best = float(ratios.max())
        alone.append(probabilistic_sharpe(best, 0, 365).value)
        deflated.append(deflated_sharpe(best, 365, float(ratios.var(ddof=1)), 100).value)
    assert np.mean(np.array(alone) > 0.95) >= 0.95
    assert np.mean(deflated) == pytest.approx(0.5, abs=0.1)
    assert max(deflated) < 0.95


def test_trials_that_move_together_count_for_less() -> None:
    assert effective_trials(100, 0) == 100
    assert effective_trials(100, 1) == 1
    assert effective_trials(100, 0.5) == pytest.approx(50.5)


def test_no_trial_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="0 trials"):
        expected_maximum_sharpe(1.0, 0)
