"""Intervals: as wide as the independent events allow, and none where there are too few."""

import numpy as np
import pytest

from chalicelib.research.intervals import ratio_by_cluster

MANY = [f"event {n}" for n in range(40)]


def test_interval_of_independent_draws_agrees_with_the_normal_one() -> None:
    chance = np.random.default_rng(3)
    gains, stakes = chance.normal(0.1, 1, 40), np.ones(40)
    found = ratio_by_cluster(gains, stakes, MANY, seed=1)
    spread = 1.96 * gains.std() / np.sqrt(40)
    assert found.estimate == pytest.approx(gains.mean())
    assert found.low == pytest.approx(gains.mean() - spread, abs=0.05)
    assert found.high == pytest.approx(gains.mean() + spread, abs=0.05)


def test_copies_of_one_event_do_not_narrow_the_interval() -> None:
    chance = np.random.default_rng(4)
    gains, stakes = chance.normal(0, 1, 40), np.ones(40)
    once = ratio_by_cluster(gains, stakes, MANY, seed=1)
    copied = ratio_by_cluster(
        np.repeat(gains, 9), np.ones(360), sorted(MANY * 9, key=MANY.index), 1
    )
    alone = ratio_by_cluster(np.repeat(gains, 9), np.ones(360), [str(n) for n in range(360)], 1)
    assert (copied.low, copied.high) == (pytest.approx(once.low), pytest.approx(once.high))
    assert alone.high - alone.low < (once.high - once.low) / 2  # type: ignore[operator]


def test_large_stakes_weigh_more() -> None:
    gains, stakes = np.array([1.0, 1, 1, 1, -50]), np.array([1.0, 1, 1, 1, 100])
    assert ratio_by_cluster(gains, stakes, MANY[:5], 1).estimate == pytest.approx(-46 / 104)


def test_too_few_events_have_an_estimate_and_say_why_no_interval() -> None:
    found = ratio_by_cluster(np.ones(9), np.ones(9), ["a", "b", "c"] * 3, 1)
    assert (found.estimate, found.low, found.high) == (1.0, None, None)
    assert found.reason == "3 independent events, at least 5 are needed"


def test_nothing_staked_is_no_result() -> None:
    found = ratio_by_cluster(np.empty(0), np.empty(0), [], 1)
    assert (found.estimate, found.reason) == (None, "nothing was staked")


def test_same_seed_gives_the_same_interval_and_another_a_near_one() -> None:
    gains, stakes = np.random.default_rng(5).normal(0, 1, 40), np.ones(40)
    first, again, other = (ratio_by_cluster(gains, stakes, MANY, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.low == pytest.approx(other.low, abs=0.05)
