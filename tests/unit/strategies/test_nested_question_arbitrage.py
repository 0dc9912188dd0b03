"""An event within another that is dearer than it."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.tape import Tape
from tests.builders import NOW, asking, tape_of
from tests.unit.strategies.asking import baskets, exits, legs, signals

NAME = "nested-question-arbitrage"
JUNE, DECEMBER = NOW.timestamp() + 30 * 86400, NOW.timestamp() + 200 * 86400
WIDE_YES_NARROW_NO = [["test:m0:yes", "test:m1:no"]]


def asked(*asks: float, low: Any, high: Any = inf, ends: Any = JUNE, **more: Any) -> Tape:
    """Two markets with the prices YES, NO, YES, NO; bounds and ends are given market by market."""
    row = np.array([asks])
    touch, subject = more.pop("touch", False), more.pop("subject", [7, 7])
    seen = tape_of(row - 0.01, row, **more)

    def each(value: Any) -> Any:
        return np.repeat(np.broadcast_to(value, 2), 2)

    return asking(
        seen,
        low=each(low),
        high=each(high),
        ends_at=each(ends),
        touch=each(touch),
        subject=each(subject),
    )


WRONG = (0.40, 0.62, 0.47, 0.55)
"""YES of the first is cheaper than that of the second: 0.40 + 0.55 = 0.95."""


def test_higher_threshold_dearer_than_the_lower_one_is_bought_against() -> None:
    """By hand, for a day at 4 % a year: 1 - 0.95 * (1 + 0.04 / 365) = 0.0498959."""
    seen = asked(*WRONG, low=[100_000, 120_000])
    (found,) = baskets(NAME, seen)
    assert [[leg.instrument_id for leg in found.legs]] == WIDE_YES_NARROW_NO
    assert found.edge == pytest.approx(0.0498959, abs=1e-7)
    assert found.legs[0].reason == "the wider YES and the narrower NO cost 0.9501 and pay 1 or 2"
    assert exits(NAME, seen) == {}


def test_lower_threshold_dearer_than_the_higher_one_is_as_it_should_be() -> None:
    assert legs(NAME, asked(*WRONG, low=[120_000, 100_000])) == []


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ([-inf, -inf], [120, 100]),
        ([90, 100], [120, 110]),
        ([90, 90], [120, 110]),
        ([90, 100], [inf, 110]),
    ],
)
def test_interval_within_another_is_the_narrower_question(low: Any, high: Any) -> None:
    assert legs(NAME, asked(*WRONG, low=low, high=high)) == WIDE_YES_NARROW_NO


@pytest.mark.parametrize(
    ("low", "high"),
    [([90, 100], [110, 120]), ([100, -inf], [inf, 100]), ([100, 100], [120, 120])],
)
def test_intervals_that_overlap_meet_or_are_the_same_are_not_nested(low: Any, high: Any) -> None:
    assert legs(NAME, asked(*WRONG, low=low, high=high)) == []


def test_by_june_dearer_than_by_december_is_bought_against() -> None:
    """Something that is to happen by a date: a touch without bounds."""
    by_date = asked(*WRONG, low=nan, high=nan, ends=[DECEMBER, JUNE], touch=True)
    assert legs(NAME, by_date) == WIDE_YES_NARROW_NO
    assert legs(NAME, asked(*WRONG, low=nan, high=nan, ends=[JUNE, DECEMBER], touch=True)) == []


def test_touch_of_a_further_barrier_by_an_earlier_date_is_the_narrower_question() -> None:
    touch = {"ends": [DECEMBER, JUNE], "touch": True}
    assert legs(NAME, asked(*WRONG, low=[100, 120], **touch)) == WIDE_YES_NARROW_NO
    assert legs(NAME, asked(*WRONG, low=[120, 100], **touch)) == []


def test_touch_of_a_further_barrier_by_a_later_date_is_not_nested() -> None:
    later = asked(*WRONG, low=[100, 120], ends=[JUNE, DECEMBER], touch=True)
    assert legs(NAME, later) == []


@pytest.mark.parametrize(
    "change",
    [
        {"ends": [DECEMBER, JUNE]},
        {"subject": [7, 8]},
        {"subject": [-1, -1]},
        {"touch": [True, False]},
        {"ends": nan},
        {"low": [100, nan]},
    ],
)
def test_values_of_two_moments_subjects_or_kinds_are_not_compared(change: dict[str, Any]) -> None:
    assert legs(NAME, asked(*WRONG, **{"low": [100, 120], **change})) == []


def test_questions_of_two_venues_are_not_compared() -> None:
    seen = asked(*WRONG, low=[100, 120])
    names = ("test:m0:yes", "test:m0:no", "other:m1:yes", "other:m1:no")
    assert legs(NAME, replace(seen, instruments=names)) == []


def test_fees_margin_and_lock_up_have_to_be_paid() -> None:
    """By hand at 0.07: 0.07 * (0.40 * 0.60 + 0.55 * 0.45) = 0.034125."""
    seen = asked(*WRONG, low=[100, 120], fee=0.07)
    (found,) = baskets(NAME, seen, annual_rate=0.0)
    assert found.edge == pytest.approx(0.05 - 0.034125)
    assert not legs(NAME, seen, annual_rate=0.0, min_margin=0.016)
    far = asked(*WRONG, low=[100, 120], minutes_left=365 * 1440)
    assert legs(NAME, far) == WIDE_YES_NARROW_NO
    assert legs(NAME, far, annual_rate=0.05) == []


def test_each_leg_is_in_one_basket_and_the_best_pair_comes_first() -> None:
    """Above 100, 110 and 120 for 0.30, 0.40 and 0.50; NO for 0.72, 0.62 and 0.52.

    100 against 120 leaves 0.18 and is taken; 100 against 110 and 110 against 120 share a leg.
    """
    row = np.array([[0.30, 0.72, 0.40, 0.62, 0.50, 0.52]])
    three = asking(
        tape_of(row - 0.01, row),
        low=np.repeat([100, 110, 120], 2),
        high=[inf] * 6,
        ends_at=[JUNE] * 6,
        subject=[1] * 6,
    )
    assert legs(NAME, three) == [["test:m0:yes", "test:m2:no"]]


def test_long_tape_of_many_thresholds_is_judged_in_every_row() -> None:
    """150 rows of 300 thresholds are more than are judged at once; the last two are wrong."""
    count, rows = 300, 150
    yes = np.linspace(0.9, 0.1, count)
    asks = np.tile(np.repeat(yes, 2), (rows, 1))
    asks[:, 1::2] = 1.01 - asks[:, 1::2]
    asks[[3, 149], -1] = 0.80
    long = asking(
        tape_of(asks - 0.01, asks),
        low=np.repeat(np.arange(count), 2),
        high=[inf] * 2 * count,
        ends_at=[JUNE] * 2 * count,
        subject=[1] * 2 * count,
    )
    found = signals(NAME, long).entry
    assert np.flatnonzero(found.any(axis=1)).tolist() == [3, 149]
    assert np.flatnonzero(found[3]).tolist() == [2 * count - 4, 2 * count - 1]
