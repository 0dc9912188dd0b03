"""Drawdowns: how deep, how dear, from when to when, and what was made for them."""

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.research.drawdowns import (
    Drawdown,
    calmar,
    drawdowns,
    maximum_drawdown,
    return_over_drawdown,
)

DAY = 86_400
EQUITY = np.array([100.0, 90, 100, 200, 150, 160, 210, 205])


def days(count: int) -> np.ndarray:
    return DAY * np.arange(count)


def test_every_stretch_below_a_peak_is_listed_and_the_last_is_open() -> None:
    first, second, last = drawdowns(days(8), EQUITY)
    assert first == Drawdown(pytest.approx(0.1), 10.0, 0, DAY, 2 * DAY, 2 * DAY)
    assert second == Drawdown(pytest.approx(0.25), 50.0, 3 * DAY, 4 * DAY, 6 * DAY, 3 * DAY)
    assert last == Drawdown(pytest.approx(5 / 210), 5.0, 6 * DAY, 7 * DAY, None, DAY)


def test_money_put_in_is_the_first_peak() -> None:
    assert maximum_drawdown(np.array([100.0, 80, 90])).value == pytest.approx(0.2)


def test_deepest_in_shares_need_not_be_the_dearest() -> None:
    found = drawdowns(days(5), np.array([100.0, 50, 1000, 900, 1000]))
    assert max(found, key=lambda each: each.depth).dollars == 50
    assert max(found, key=lambda each: each.dollars).depth == pytest.approx(0.1)


def test_depth_and_calmar_agree_with_an_independent_library() -> None:
    changes = np.random.default_rng(1).normal(0.001, 0.02, 500)
    equity = 100 * np.concatenate([[1.0], np.cumprod(1 + changes)])
    depth = maximum_drawdown(equity).value
    assert depth == pytest.approx(-empyrical.max_drawdown(changes))
    assert depth == pytest.approx(max(each.depth for each in drawdowns(days(501), equity)))
    expected = empyrical.calmar_ratio(changes, annualization=365)
    assert calmar(days(501), equity).value == pytest.approx(expected)


def test_short_run_has_a_return_over_its_drawdown_but_no_calmar() -> None:
    assert calmar(days(8), EQUITY).reason == "7.0 days, a year is not told from less than 30"
    assert return_over_drawdown(EQUITY).value == pytest.approx(1.05 / 0.25)


def test_rise_without_a_fall_has_no_ratio() -> None:
    found = return_over_drawdown(np.array([1.0, 2, 3]))
    assert (found.value, found.reason) == (None, "equity was never below a peak")
    assert drawdowns(days(3), np.array([1.0, 2, 3])) == []
    assert drawdowns(days(0), np.empty(0)) == []


def test_start_without_money_is_refused() -> None:
    with pytest.raises(InputError, match="row 0"):
        drawdowns(days(2), np.array([0.0, 1]))


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=40), st.floats(0.1, 100))
def test_drawdown_does_not_depend_on_the_currency(equity: list[float], rate: float) -> None:
    values = np.array(equity)
    one, other = maximum_drawdown(values).value, maximum_drawdown(rate * values).value
    assert one == pytest.approx(other, abs=1e-9)
    assert 0 <= one < 1  # type: ignore[operator]
