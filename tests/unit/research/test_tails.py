"""The shape of returns, against scipy and by hand."""

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chalicelib.research.tails import (
    expected_shortfall,
    kurtosis,
    skewness,
    tail_ratio,
    value_at_risk,
)

FAT = np.random.default_rng(4).standard_t(4, 400) / 100
MANY = st.lists(st.floats(-0.9, 0.9), min_size=20, max_size=60).map(np.array)


def test_moments_agree_with_an_independent_library_and_kurtosis_is_not_the_excess() -> None:
    assert skewness(FAT).value == pytest.approx(stats.skew(FAT))
    assert kurtosis(FAT).value == pytest.approx(stats.kurtosis(FAT, fisher=False))


def test_tails_agree_with_an_independent_library() -> None:
    assert value_at_risk(FAT).value == pytest.approx(-empyrical.value_at_risk(FAT))
    assert expected_shortfall(FAT).value == pytest.approx(-empyrical.conditional_value_at_risk(FAT))
    assert tail_ratio(FAT).value == pytest.approx(empyrical.tail_ratio(FAT))


def test_shortfall_counts_the_last_of_the_worst_in_part() -> None:
    returns = np.concatenate([[-0.3, -0.1], np.zeros(28)])
    assert expected_shortfall(returns).value == pytest.approx((0.3 + 0.5 * 0.1) / 1.5)


def test_too_few_returns_have_no_tail() -> None:
    for measure in (value_at_risk, expected_shortfall, tail_ratio):
        found = measure(FAT[:19])
        assert (found.value, found.reason) == (None, "19 returns, 20 are needed for 5% of them")


def test_what_never_lost_has_no_tail_ratio_and_what_never_moved_no_shape() -> None:
    assert tail_ratio(np.abs(FAT)).reason == "the worst 5% of periods lost nothing"
    assert skewness(np.full(9, 0.1)).reason == "returns do not vary"


@given(MANY, st.floats(-0.05, 0.05))
def test_a_fee_on_every_period_moves_the_tail_by_itself(returns: np.ndarray, fee: float) -> None:
    for measure in (value_at_risk, expected_shortfall):
        moved, stayed = measure(returns - fee).value, measure(returns).value
        assert moved == pytest.approx(stayed + fee, abs=1e-9)  # type: ignore[operator]


@given(MANY)
def test_mean_of_the_worst_is_no_better_than_their_best(returns: np.ndarray) -> None:
    tail, reached = expected_shortfall(returns).value, np.sort(returns)[len(returns) // 20]
    assert tail >= -reached - 1e-12  # type: ignore[operator]
