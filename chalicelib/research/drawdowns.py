"""How far and how long equity was below its highest value before. Pure.

Times are unix seconds, equity (n,) is dollars; its first value is the first peak. Source: Young,
Futures 20(1), 1991 (Calmar ratio).
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import Figure, as_long, checked, known, ratio
from chalicelib.research.returns import annual_growth, total_return

NEVER_BELOW = "equity was never below a peak"


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One stretch below a peak. ``depth`` is a share of the peak, ``dollars`` below it at worst.

    ``recovered_at`` is None while it lasts; ``seconds`` are then those to the last point.
    """

    depth: float
    dollars: float
    peak_at: int
    trough_at: int
    recovered_at: int | None
    seconds: int


def below_peak(equity: FloatArray) -> FloatArray:
    """Share by which each value is below the highest so far, (..., n), 0 or less.

    Every peak must be above zero. Works along the last axis: paths are rows.
    """
    peaks = np.maximum.accumulate(equity, axis=-1)
    shares: FloatArray = equity / peaks - 1
    return shares


def drawdowns(times: IntArray, equity: FloatArray) -> list[Drawdown]:
    """Every stretch below a peak, in the order of time."""
    values = checked(equity, "equity")
    as_long(times, values, "times and equity")
    if len(values) and values[0] <= 0:
        raise InputError("equity: row 0 is not above zero", "Start with the money put in.")
    below = below_peak(values) < 0
    edges = np.diff(np.concatenate([[False], below, [False]]).astype(np.int8))
    firsts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [_one(times, values, first, end) for first, end in zip(firsts, ends, strict=True)]


def _one(times: IntArray, values: FloatArray, first: int, end: int) -> Drawdown:
    """The stretch of rows from ``first`` to before ``end``; the row before it is the peak."""
    peak, trough = first - 1, first + int(np.argmin(values[first:end]))
    is_open = end == len(values)
    return Drawdown(
        depth=float(1 - values[trough] / values[peak]),
        dollars=float(values[peak] - values[trough]),
        peak_at=int(times[peak]),
        trough_at=int(times[trough]),
        recovered_at=None if is_open else int(times[end]),
        seconds=int(times[end - 1 if is_open else end] - times[peak]),
    )


def maximum_drawdown(equity: FloatArray) -> Figure:
    """The deepest, as a share of its peak, 0 or more."""
    values = checked(equity, "equity")
    if not len(values) or values[0] <= 0:
        return Figure(None, "no equity to compare with")
    return known(-float(below_peak(values).min()))


def calmar(times: IntArray, equity: FloatArray) -> Figure:
    """Annual growth over the deepest drawdown; undefined under 30 days or without a drawdown."""
    return _over_depth(annual_growth(times, equity), equity)


def return_over_drawdown(equity: FloatArray) -> Figure:
    """The total return over the deepest drawdown: what can be said of less than a year."""
    return _over_depth(total_return(equity), equity)


def _over_depth(gain: Figure, equity: FloatArray) -> Figure:
    depth = maximum_drawdown(equity)
    if gain.value is None or depth.value is None:
        return gain if gain.value is None else depth
    return ratio(gain.value, depth.value, NEVER_BELOW)
