"""How much a price moves, and the chances that follow, against a simulation and by hand."""

from itertools import pairwise
from math import exp, inf, log, nan, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.volatility import chance_between, chance_touched, realised_variance

N = NormalDist().cdf


def column(*values: float) -> FloatArray:
    return np.array(values)[:, np.newaxis]


def test_variance_is_squared_changes_over_the_seconds_that_they_span() -> None:
    times = np.array([0, 60, 120, 240])
    prices = column(100, 100 * exp(0.01), 100 * exp(-0.01), 100 * exp(0.02))
    found = realised_variance(times, prices, 2)
    assert found[:, 0] == pytest.approx([(0.01**2 + 0.02**2) / 120, (0.02**2 + 0.03**2) / 180])


def test_variance_leaves_out_what_is_not_known_together_with_its_time() -> None:
    times = np.arange(5) * 60
    prices = column(100, 100 * exp(0.01), 100 * exp(0.03), nan, 100)
    assert realised_variance(times, prices, 4)[0, 0] == pytest.approx((0.01**2 + 0.02**2) / 120)


@pytest.mark.parametrize("prices", [(100, 101, nan, nan, 100), (100,) * 5, (nan,) * 5])
def test_variance_is_not_known_from_too_little_or_no_change(prices: tuple[float, ...]) -> None:
    assert np.isnan(realised_variance(np.arange(5) * 60, column(*prices), 4)).all()


def test_variance_needs_its_rows() -> None:
    assert realised_variance(np.arange(4), np.ones((4, 3)), 4).shape == (0, 3)


def between(price: float, low: float, high: float, deviation: float) -> float:
    return float(chance_between(*(np.array([v]) for v in (price, low, high, deviation)))[0])


def touched(price: float, low: float, high: float, deviation: float) -> float:
    return float(chance_touched(*(np.array([v]) for v in (price, low, high, deviation)))[0])


def test_chance_to_end_above_is_the_second_term_of_black_and_scholes() -> None:
    expected = N((log(100 / 110) - 0.02) / 0.2)
    assert between(100, 110, inf, 0.2) == pytest.approx(expected, abs=1e-14)
    assert between(100, -inf, 110, 0.2) == pytest.approx(1 - expected, abs=1e-14)
    assert between(100, 0, 110, 0.2) == pytest.approx(1 - expected, abs=1e-14)


def test_chances_of_bounds_that_meet_add_up_to_one() -> None:
    edges = [-inf, 80, 95, 100, 130, inf]
    parts = [between(100, low, high, 0.3) for low, high in pairwise(edges)]
    assert sum(parts) == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize(("low", "high"), [(110, inf), (110, 115), (-inf, 92), (88, 92)])
def test_chances_are_those_of_prices_that_wander(low: float, high: float) -> None:
    """20,000 paths of 400 steps. Step by step a barrier is 0.5826 of a step further away.

    Source of that correction: Broadie, Glasserman and Kou, Mathematical Finance 7, 1997.
    """
    chance = np.random.default_rng(7)
    steps, paths, deviation = 400, 20_000, 0.1
    step = deviation / sqrt(steps)
    moves = chance.normal(-(step**2) / 2, step, (steps, paths))
    prices = 100 * np.exp(moves.cumsum(axis=0))
    ended = ((prices[-1] >= low) & (prices[-1] < high)).mean()
    near = low * exp(-0.5826 * step) if low > 100 else high * exp(0.5826 * step)
    touches = (prices >= near if low > 100 else prices <= near).any(axis=0).mean()
    assert between(100, low, high, deviation) == pytest.approx(ended, abs=0.012)
    assert touched(100, low, high, deviation) == pytest.approx(touches, abs=0.012)


def test_touch_is_certain_where_the_price_is_and_twice_as_likely_as_to_end_there() -> None:
    assert touched(100, 90, 110, 0.2) == touched(100, 100, inf, 0.2) == 1
    assert touched(100, 100.01, inf, 0.01) == pytest.approx(
        2 * between(100, 100.01, inf, 0.01), rel=0.02
    )
    assert touched(100, -inf, 0, 0.2) == touched(100, inf, inf, 0.2) == 0


def test_chance_is_not_known_where_price_or_volatility_is_not() -> None:
    assert np.isnan(touched(nan, 90, 110, 0.2))
    assert np.isnan(touched(100, 90, 110, nan))
    assert np.isnan(between(100, 90, 110, nan))
