"""Forecasts of yes or no: scores, their parts, calibration, and edge over the price paid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import brier_score_loss, log_loss

from chalicelib.domain.errors import InputError
from chalicelib.research.calibration import (
    calibration,
    calibration_error,
    equal_count_bins,
    wilson,
)
from chalicelib.research.forecast_quality import (
    advantage,
    brier,
    decomposition,
    edge,
    log_score,
    skill,
)

CHANCE = np.random.default_rng(1)
SAID = CHANCE.random(500)
CAME = (CHANCE.random(500) < SAID).astype(float)
EVENTS = [f"event {n // 5}" for n in range(500)]
CASES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()),
    min_size=1,
    max_size=40,
)


def test_scores_agree_with_an_independent_library() -> None:
    assert brier(SAID, CAME).value == pytest.approx(brier_score_loss(CAME, SAID))
    assert log_score(SAID, CAME).value == pytest.approx(log_loss(CAME, SAID))


def test_wrong_certainty_has_no_log_score_instead_of_an_infinite_one() -> None:
    found = log_score(np.array([0.5, 1.0]), np.array([1.0, 0.0]))
    assert (found.value, found.reason) == (None, "row 1 came and was said to be impossible")
    assert log_score(np.array([1.0, 0.0]), np.array([1.0, 0.0])).value == 0


@given(CASES)
def test_parts_add_up_to_the_score_whatever_the_bins(cases: list[tuple[float, bool]]) -> None:
    said, came = np.array([c[0] for c in cases]), np.array([float(c[1]) for c in cases])
    for bins in (1, 3, 10):
        parts = decomposition(said, came, bins)
        assert parts is not None
        assert parts.brier == pytest.approx(brier(said, came).value)


def test_parts_of_murphy_need_no_others_where_bins_hold_one_forecast() -> None:
    said = np.repeat([0.2, 0.6], [5, 5])
    came = np.array([1.0, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    parts = decomposition(said, came, 2)
    assert parts is not None
    assert (parts.spread, parts.covariance) == (pytest.approx(0), pytest.approx(0))
    assert parts.reliability == pytest.approx((0 + 0.2**2) / 2)
    assert parts.resolution == pytest.approx(0.3**2)
    assert parts.uncertainty == pytest.approx(0.25)


@given(CASES, st.randoms(use_true_random=False))
def test_order_of_forecasts_changes_no_bin(cases: list[tuple[float, bool]], order: object) -> None:
    mixed = cases.copy()
    order.shuffle(mixed)  # type: ignore[attr-defined]
    tables = [
        calibration(np.array([c[0] for c in each]), np.array([float(c[1]) for c in each]))
        for each in (cases, mixed)
    ]
    assert [row.count for row in tables[0]] == [row.count for row in tables[1]]
    assert calibration_error(tables[0]).value == pytest.approx(calibration_error(tables[1]).value)


def test_bins_hold_as_many_forecasts_each_as_they_can() -> None:
    assert np.bincount(equal_count_bins(SAID)).tolist() == [50] * 10
    assert len(set(equal_count_bins(np.full(30, 0.3)))) == 1
    assert equal_count_bins(np.empty(0)).tolist() == []


def test_true_probabilities_lie_within_the_bands_and_distorted_ones_do_not() -> None:
    table = calibration(SAID, CAME)
    assert sum(row.low <= row.forecast <= row.high for row in table) >= 8
    worse = calibration(SAID**3, CAME)
    assert sum(row.low <= row.forecast <= row.high for row in worse) <= 4
    assert calibration_error(worse).value > 2 * calibration_error(table).value  # type: ignore[operator]


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (7, 20), (1, 300)])
def test_bands_agree_with_an_independent_library(hits: int, count: int) -> None:
    theirs = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert wilson(hits, count) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_skill_is_against_what_had_to_be_paid() -> None:
    prices = np.clip(SAID + 0.1 * np.sign(np.sin(np.arange(500))), 0, 1)
    assert skill(SAID, prices, CAME).value > 0  # type: ignore[operator]
    assert skill(prices, prices, CAME).value == 0
    found = advantage(SAID, prices, CAME, EVENTS, seed=1)
    assert found.estimate == pytest.approx(
        brier(prices, CAME).value - brier(SAID, CAME).value  # type: ignore[operator]
    )
    assert skill(SAID, CAME, CAME).reason == "the market was never wrong"


def test_edge_is_what_was_paid_out_less_what_it_cost() -> None:
    found = edge(np.array([1.0, 0, 1, 0.5]), np.array([0.6, 0.2, 0.9, 0.5]), list("abcd"), 1)
    assert found.estimate == pytest.approx(0.3 / 4)
    assert found.low is None
    sized = edge(np.array([1.0, 0.0]), np.array([0.6, 0.2]), ["a", "b"], 1, np.array([1.0, 3.0]))
    assert sized.estimate == pytest.approx((0.4 - 0.6) / 4)


def test_favourite_that_wins_often_has_no_edge_at_its_price() -> None:
    """A win rate of 90 % at a price of 0.92 loses money."""
    won = np.tile([1.0] * 9 + [0.0], 50)
    found = edge(won, np.full(500, 0.92), [str(n) for n in range(500)], 1)
    assert found.estimate == pytest.approx(-0.02)


def test_interval_of_edge_is_over_events_not_over_contracts() -> None:
    outcomes = np.repeat(CHANCE.random(100) < 0.5, 5).astype(float)
    by_event = edge(outcomes, np.full(500, 0.5), EVENTS, 1)
    by_trade = edge(outcomes, np.full(500, 0.5), [str(n) for n in range(500)], 1)
    ratio = (by_event.high - by_event.low) / (by_trade.high - by_trade.low)  # type: ignore[operator]
    assert ratio == pytest.approx(np.sqrt(5), rel=0.1)


def test_no_forecast_is_no_score() -> None:
    none = np.empty(0)
    assert brier(none, none).reason == "no forecast has an outcome"
    assert skill(none, none, none).reason == log_score(none, none).reason
    assert decomposition(none, none) is None
    assert calibration_error(calibration(none, none)).value is None


@pytest.mark.parametrize(
    ("said", "came", "message"),
    [([60.0], [1.0], "not within 0 and 1"), ([0.6], [0.5], "neither 0 nor 1"), ([0.6], [], "rows")],
)
def test_what_is_no_forecast_is_refused(said: list[float], came: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        brier(np.array(said), np.array(came))
