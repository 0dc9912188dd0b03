"""From equity to returns: even spacing, periods a year, growth, months. Pure.

Times are unix seconds, equity is dollars marked to market, returns are shares of the equity before
(0.01 is one percent). Markets here are open on 365 days: no square root of 252 anywhere.
"""

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import FEWEST_DAYS, Figure, as_long, checked, known

DAY = 86_400
YEAR = 365 * DAY


def returns_of(equity: FloatArray) -> FloatArray:
    """Simple returns, (n - 1,), of equity (n,), which must stay above zero until its last value."""
    values = checked(equity, "equity")
    if len(values) and (values[:-1].min(initial=1.0) <= 0 or values[-1] < 0):
        raise InputError(
            f"equity: row {int(np.argmax(values <= 0))} is not above zero",
            "A return needs money before it: end the run where the account is ruined.",
        )
    return values[1:] / values[:-1] - 1


def closes(times: IntArray, equity: FloatArray, step: int = DAY) -> tuple[IntArray, FloatArray]:
    """Equity at the end of every whole step of UTC, with what it opened with as the first row.

    A step without a point keeps the value before it, so that its return is 0. The first and the
    last step may be shorter than they look.
    """
    at, values = _in_order(times, equity)
    if not len(at):
        return at, values
    ends = (np.arange(at[0] // step, at[-1] // step + 1) + 1) * step
    newest = np.searchsorted(at, ends, side="left") - 1
    opening = at[0] // step * step
    return np.concatenate([[opening], ends]), np.concatenate([values[:1], values[newest]])


def periods_per_year(times: IntArray) -> Figure:
    """How many steps of these points a year of 365 days has; undefined where they are uneven."""
    at, _ = _in_order(times, np.zeros(len(times)))
    steps = np.unique(np.diff(at))
    if not len(steps):
        return Figure(None, "fewer than two points")
    if len(steps) > 1:
        return Figure(None, f"points are {steps[0]} to {steps[-1]} s apart; take their closes")
    return known(YEAR / float(steps[0]))


def days_of(times: IntArray) -> float:
    """Days from the first point to the last."""
    return float(times[-1] - times[0]) / DAY if len(times) else 0.0


def total_return(equity: FloatArray) -> Figure:
    """The last value over the first, less one."""
    values = checked(equity, "equity")
    if len(values) < 2 or values[0] <= 0:
        return Figure(None, "no equity to compare with")
    return known(values[-1] / values[0] - 1)


def annual_growth(times: IntArray, equity: FloatArray) -> Figure:
    """Compound growth a year of 365 days (CAGR); undefined under 30 days."""
    as_long(times, equity, "times and equity")
    total, days = total_return(equity), days_of(times)
    if total.value is None:
        return total
    if days < FEWEST_DAYS:
        return Figure(None, f"{days:.1f} days, a year is not told from less than {FEWEST_DAYS}")
    if total.value < -1:
        return Figure(None, "the account ended below zero")
    exponent = 365 / days * float(np.log1p(total.value)) if total.value > -1 else -np.inf
    return known(float(np.expm1(exponent))) if exponent < 700 else known(np.inf)


def monthly_returns(times: IntArray, equity: FloatArray) -> dict[str, float]:
    """The return of each calendar month of UTC, by its name (``2026-03``), in order.

    A month without a point is in the table, with 0.
    """
    at, values = _in_order(times, equity)
    if not len(at):
        return {}
    month = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    months = np.arange(month[0], month[-1] + 1)
    ends = values[np.searchsorted(month, months, side="right") - 1]
    each = returns_of(np.concatenate([values[:1], ends]))
    names = np.datetime_as_string(months.astype("datetime64[M]"))
    return dict(zip(names.tolist(), each.tolist(), strict=True))


def _in_order(times: IntArray, equity: FloatArray) -> tuple[IntArray, FloatArray]:
    at, values = np.asarray(times, dtype=np.int64), checked(equity, "equity")
    as_long(at, values, "times and equity")
    late = np.flatnonzero(np.diff(at) <= 0)
    if len(late):
        raise InputError(
            f"times: row {late[0] + 1} is not after the one before it",
            "Sort the points by time and keep one for each time.",
        )
    return at, values
