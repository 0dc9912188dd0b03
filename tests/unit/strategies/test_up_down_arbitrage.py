"""Up and Down of a short window for less than a dollar."""

from typing import Any

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.signal import Unfilled
from chalicelib.domain.tape import Tape
from tests.builders import NOW, asking, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "up-down-arbitrage"


def window(up: float, down: float, minutes: float = 15, left: float = 12, fee: float = 0) -> Tape:
    """A market on the change over a window of so many minutes, of which so many are left."""
    row = np.array([[up, down]])
    end = NOW.timestamp() + 60 * left
    seen = tape_of(row - 0.01, row, fee, minutes_left=left)
    return asking(seen, starts_at=[end - 60 * minutes] * 2, ends_at=[end] * 2)


def test_both_sides_of_a_window_under_a_dollar_are_one_basket() -> None:
    """By hand: 0.94 without a fee leaves 6.4 % of it; 0.5 + 0.3 + 0.1 + 0.1 is more than 0.95."""
    seen = window(0.50, 0.44)
    (found,) = baskets(NAME, seen)
    assert [leg.instrument_id for leg in found.legs] == ["test:m0:yes", "test:m0:no"]
    assert found.edge == pytest.approx(0.06)
    assert found.unfilled is Unfilled.ABORT
    assert {leg.confidence for leg in found.legs} == {0.95}
    assert found.legs[0].reason == (
        "Up and Down cost 0.9400 with fees and pay 1: 6.4 %, 12.0 minutes left"
    )
    assert exits(NAME, seen) == {}


def test_fee_of_both_sides_is_paid_before_anything_is_left() -> None:
    """By hand at 0.07: 0.07 * (0.50 * 0.50 + 0.44 * 0.56) = 0.034748 of the 0.06."""
    (found,) = baskets(NAME, window(0.50, 0.44, fee=0.07))
    assert found.edge == pytest.approx(0.06 - 0.034748)
    assert legs(NAME, window(0.50, 0.47, fee=0.07)) == []


@pytest.mark.parametrize(
    ("up", "down", "left", "confidence"),
    [
        (0.50, 0.44, 4, 0.90),
        (0.50, 0.46, 6, 0.85),
        (0.30, 0.67, 12, 0.80),
        (0.36, 0.62, 4, 0.65),
        (0.20, 0.78, 4, 0.60),
    ],
)
def test_confidence_grows_with_margin_time_left_and_nearness_to_a_half(
    up: float, down: float, left: float, confidence: float
) -> None:
    (found,) = baskets(NAME, window(up, down, left=left))
    assert found.legs[0].confidence == pytest.approx(confidence)


@pytest.mark.parametrize("minutes", [4, 61, 24 * 60])
def test_windows_that_are_not_short_are_left_to_others(minutes: float) -> None:
    assert legs(NAME, window(0.50, 0.44, minutes=minutes, left=3)) == []


@pytest.mark.parametrize(("left", "taken"), [(0.9, False), (1, True), (60, True), (61, False)])
def test_only_windows_with_time_left_but_not_too_much_are_taken(left: float, taken: bool) -> None:
    assert bool(legs(NAME, window(0.50, 0.44, minutes=60, left=left))) is taken


def test_market_without_a_window_is_no_up_or_down_market() -> None:
    row = np.array([[0.50, 0.44]])
    assert legs(NAME, tape_of(row - 0.01, row, minutes_left=12)) == []


@pytest.mark.parametrize(("down", "taken"), [(0.48, True), (0.4805, False), (0.55, False)])
def test_margin_is_a_share_of_the_cost(down: float, taken: bool) -> None:
    assert bool(legs(NAME, window(0.50, down))) is taken


def test_bounds_on_the_time_left_that_leave_none_are_refused() -> None:
    params: dict[str, Any] = {"least_minutes_left": 10.0, "most_minutes_left": 10.0}
    with pytest.raises(InputError) as refused:
        legs(NAME, window(0.50, 0.44), **params)
    assert refused.value.message == (
        "up-down-arbitrage: least_minutes_left is 10 and most_minutes_left 10: "
        "no time lies between them"
    )
