"""Probability of overfitting: about one half for noise, near nothing for one real edge."""

import numpy as np
import purgedcv
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.research.overfitting import overfitting


def noise(rows: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.01, (rows, width))


def test_best_of_noise_is_no_better_than_any_elsewhere() -> None:
    found = [overfitting(noise(480, 50, seed), 12) for seed in range(20)]
    falls = [each.probability.value for each in found]
    assert np.mean(falls) == pytest.approx(0.5, abs=0.1)  # type: ignore[arg-type]
    assert np.mean([each.loss.value for each in found]) == pytest.approx(0.5, abs=0.1)


def test_one_real_edge_is_found_again_in_nearly_every_split() -> None:
    returns = noise(1000, 50)
    returns[:, 7] += 0.004
    found = overfitting(returns)
    assert (found.splits, found.configurations, found.left_out) == (12_870, 50, 8)
    assert found.probability.value < 0.01  # type: ignore[operator]
    assert found.loss.value < 0.01  # type: ignore[operator]


def test_equally_good_configurations_change_places_but_do_not_lose() -> None:
    found = overfitting(noise(480, 50) + 0.003, 12)
    assert found.probability.value > 0.25  # type: ignore[operator]
    assert found.loss.value < 0.05  # type: ignore[operator]


@pytest.mark.parametrize(("blocks", "width"), [(8, 9), (6, 12), (2, 3)])
def test_measures_agree_with_an_independent_library(blocks: int, width: int) -> None:
    returns = noise(240, width, seed=3)
    returns[:, 2] += 0.001
    ours = overfitting(returns, blocks)
    theirs = purgedcv.probability_of_backtest_overfitting(returns.T, blocks)
    # Ours counts the median as the lower half, as the paper does.
    assert ours.probability.value == pytest.approx((theirs.logits <= 0).mean())
    assert ours.slope.value == pytest.approx(theirs.slope)
    assert ours.loss.value == pytest.approx((theirs.is_oos_performance[:, 1] < 0).mean())
    assert ours.splits == theirs.n_combos


@pytest.mark.parametrize("copies", [[3, 3, 3], [1, 3]])
def test_equal_configurations_share_their_rank_as_in_an_independent_library(
    copies: list[int],
) -> None:
    returns = np.repeat(noise(240, len(copies), seed=3), copies, axis=1)
    theirs = purgedcv.probability_of_backtest_overfitting(returns.T, 8)
    found = overfitting(returns, 8)
    assert found.probability.value == pytest.approx((theirs.logits <= 1e-12).mean())


def test_oldest_periods_that_fill_no_block_are_left_out_and_told() -> None:
    returns = noise(245, 5)
    assert overfitting(returns, 8).left_out == 5
    assert overfitting(returns, 8).probability == overfitting(returns[5:], 8).probability


def test_scale_and_order_of_configurations_do_not_matter() -> None:
    returns, order = noise(160, 12), np.random.default_rng(1).permutation(12)
    one, other = overfitting(returns, 8), overfitting(3.7 * returns[:, order], 8)
    assert one.probability == other.probability
    assert one.slope.value == pytest.approx(other.slope.value)


def test_parts_in_which_splits_are_made_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = overfitting(noise(160, 12), 8)
    monkeypatch.setattr("chalicelib.research.overfitting._CELLS", 100)
    parted = overfitting(noise(160, 12), 8)
    assert parted.slope.value == pytest.approx(whole.slope.value)
    assert (parted.probability, parted.loss, parted.splits) == (
        whole.probability,
        whole.loss,
        whole.splits,
    )


def test_configuration_that_never_trades_counts_as_nothing() -> None:
    returns = noise(160, 3) - 0.05
    returns[:, 1] = 0
    found = overfitting(returns, 8)
    assert found.probability.value == 0
    assert (found.loss.value, found.slope.reason) == (
        0,
        "the best ratio was the same in every split",
    )


@pytest.mark.parametrize("shape", [(480, 1), (31, 50), (0, 0)])
def test_too_little_for_a_test_is_undefined_with_a_reason(shape: tuple[int, int]) -> None:
    found = overfitting(np.zeros(shape), 16)
    assert (found.probability.value, found.splits) == (None, 0)
    assert found.loss.reason.endswith("2 of 32 are needed")


def test_odd_blocks_and_missing_returns_are_refused() -> None:
    with pytest.raises(InputError, match="7 blocks"):
        overfitting(noise(100, 5), 7)
    returns = noise(100, 5)
    returns[3, 3] = np.nan
    with pytest.raises(InputError, match="one is missing"):
        overfitting(returns, 8)
