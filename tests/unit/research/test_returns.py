"""Returns: even spacing, years of 365 days, and months, from equity marked to market."""

import empyrical
import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.research.returns import (
    DAY,
    annual_growth,
    closes,
    monthly_returns,
    periods_per_year,
    returns_of,
    total_return,
)

NEW_YEAR = 1_767_225_600
"""2026-01-01 00:00 UTC."""


def test_returns_are_of_the_equity_before() -> None:
    assert returns_of(np.array([100.0, 110, 99])).tolist() == pytest.approx([0.10, -0.10])
    assert returns_of(np.array([100.0, 0])).tolist() == [-1.0]


@pytest.mark.parametrize("equity", [[100.0, 0, 10], [-1.0, 10], [100.0, np.nan], [1.0, -2]])
def test_equity_that_has_no_returns_is_refused_with_its_row(equity: list[float]) -> None:
    with pytest.raises(InputError, match=r"row [01]"):
        returns_of(np.array(equity))


@pytest.mark.parametrize(("step", "periods"), [(DAY, 365), (3600, 8760), (60, 525_600)])
def test_year_has_365_days_of_any_spacing(step: int, periods: float) -> None:
    assert periods_per_year(NEW_YEAR + step * np.arange(9)).value == periods


def test_uneven_points_have_no_periods_until_their_closes_are_taken() -> None:
    times = NEW_YEAR + np.array([0, 60, 180, 3 * DAY])
    found = periods_per_year(times)
    assert (found.value, found.reason) == (
        None,
        f"points are 60 to {3 * DAY - 180} s apart; take their closes",
    )
    even, _ = closes(times, np.ones(4))
    assert periods_per_year(even).value == 365


def test_close_is_the_last_point_of_a_day_and_a_silent_day_returns_nothing() -> None:
    times = NEW_YEAR + np.array([3600, DAY - 1, DAY, 3 * DAY + 5])
    days, values = closes(times, np.array([100.0, 90, 120, 60]))
    assert ((days - NEW_YEAR) // DAY).tolist() == [0, 1, 2, 3, 4]
    assert values.tolist() == [100, 90, 120, 120, 60]
    assert returns_of(values).tolist() == pytest.approx([-0.1, 1 / 3, 0, -0.5])


@pytest.mark.parametrize("times", [[1, 1, 2], [1, 3, 2]])
def test_times_out_of_order_are_refused(times: list[int]) -> None:
    with pytest.raises(InputError, match="not after the one before it"):
        closes(np.array(times), np.ones(3))


def test_growth_of_a_year_agrees_with_an_independent_library() -> None:
    changes = np.random.default_rng(1).normal(0.001, 0.02, 250)
    equity = np.concatenate([[1.0], np.cumprod(1 + changes)])
    found = annual_growth(NEW_YEAR + DAY * np.arange(251), equity)
    assert found.value == pytest.approx(empyrical.annual_return(changes, annualization=365))
    assert total_return(equity).value == pytest.approx(empyrical.cum_returns_final(changes))


def test_eighteen_days_are_not_scaled_to_a_year() -> None:
    found = annual_growth(NEW_YEAR + DAY * np.array([0, 18]), np.array([1.0, 3]))
    assert (found.value, found.reason) == (
        None,
        "18.0 days, a year is not told from less than 30",
    )


@pytest.mark.parametrize(("last", "growth"), [(0.0, -1.0), (1e300, None), (1.0, 0.0)])
def test_growth_is_never_infinite(last: float, growth: float | None) -> None:
    found = annual_growth(NEW_YEAR + DAY * np.array([0, 40]), np.array([1.0, last]))
    assert found.value == growth
    assert bool(found.reason) is (growth is None)


def test_months_compound_to_the_whole_and_none_is_left_out() -> None:
    times = NEW_YEAR + DAY * np.array([0, 30, 31, 58, 95])
    table = monthly_returns(times, np.array([100.0, 110, 111, 121, 60.5]))
    assert list(table) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert list(table.values()) == pytest.approx([0.10, 0.10, 0.0, -0.5])
    assert np.prod([1 + each for each in table.values()]) == pytest.approx(0.605)
