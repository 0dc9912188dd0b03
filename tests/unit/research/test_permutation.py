"""The timing of signals against the same signals at other times."""

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.research.permutation import signal_time_test

ROWS, COLUMNS = 200, 5


def market(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return chance.random((ROWS, COLUMNS)) < 0.1, chance.normal(0, 1, (ROWS, COLUMNS))


def test_entries_before_gains_are_not_luck() -> None:
    _, gains = market()
    found = signal_time_test(gains > 1.2, gains, seed=1)
    assert found.p_value.value == 1 / 10_000
    assert found.gain.value > 1.2 > found.gain_elsewhere.value + 1  # type: ignore[operator]


def test_entries_at_random_have_any_p_value_alike() -> None:
    values = [
        signal_time_test(*market(seed), seed=seed, draws=199).p_value.value for seed in range(100)
    ]
    assert np.mean(values) == pytest.approx(0.5, abs=0.1)  # type: ignore[arg-type]
    assert np.mean(np.array(values) <= 0.05) <= 0.12


def test_rise_of_the_market_is_no_edge() -> None:
    """What gains at every time proves nothing about when it was entered."""
    entries, gains = market()
    found = signal_time_test(entries, gains + 5, seed=1)
    assert found.gain.value > 4  # type: ignore[operator]
    assert found.p_value.value > 0.05  # type: ignore[operator]
    assert found.p_value == signal_time_test(entries, gains, seed=1).p_value


def test_gain_is_the_plain_mean_over_entries_that_were_possible() -> None:
    entries, gains = market()
    gains[np.random.default_rng(2).random(gains.shape) < 0.3] = np.nan
    found = signal_time_test(entries, gains, seed=1, draws=99)
    assert found.gain.value == pytest.approx(np.nanmean(gains[entries]))
    assert found.entries == np.isfinite(gains[entries]).sum()
    assert found.gain_elsewhere.value == pytest.approx(np.nanmean(gains), abs=0.15)


def test_draws_are_circular_moves_of_each_instrument() -> None:
    """With one instrument every draw is one of its moves: the p-value is a plain count."""
    entries, gains = market()
    one, gain = entries[:, :1], gains[:, :1]
    means = np.array([gain[np.roll(one, step, axis=0)].mean() for step in range(ROWS)])
    found = signal_time_test(one, gain, seed=1)
    assert found.p_value.value == pytest.approx((means >= means[0] - 1e-9).mean(), abs=0.02)


def test_instruments_that_move_together_are_one_witness() -> None:
    entries, gains = market(4)
    one = signal_time_test(entries[:, :1], gains[:, :1], seed=1)
    copies = np.repeat(entries[:, :1], 8, axis=1), np.repeat(gains[:, :1], 8, axis=1)
    together = signal_time_test(*copies, seed=1, together=np.zeros(8, np.int64))
    alone = signal_time_test(*copies, seed=1)
    assert together.p_value == one.p_value
    assert alone.p_value.value < one.p_value.value / 2  # type: ignore[operator]


def test_few_entries_are_no_test_and_unlike_shapes_a_mistake() -> None:
    entries, gains = market()
    found = signal_time_test(entries[:29], gains[:29], seed=1)
    assert found.p_value.value is None
    assert found.p_value.reason.endswith("in 29 rows are too few to be moved")
    with pytest.raises(InputError, match=r"entries .* and gains"):
        signal_time_test(entries, gains[:, :2], seed=1)
