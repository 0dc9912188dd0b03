"""Walk the windows that end at each row of a tape, observation by observation.

The sums are taken in the order of time, whatever the shape of the tape: the answer at a row is the
same to the last bit whether the window stands alone or at the end of a long history. Reductions of
numpy choose their order by shape, and a running sum remembers all that it ever saw.
"""

from collections.abc import Callable, Sequence

import numpy as np

from chalicelib.domain.arrays import FloatArray

Window = Sequence[FloatArray]
"""The observations of a window, oldest first: each (R, N), for the windows of R rows at once."""


CELLS = 2**18
"""Observations that are worked on at once: what a measure holds of them stays in the cache."""


def over_windows(
    measure: Callable[..., FloatArray], window: int, start: int, *series: FloatArray
) -> FloatArray:
    """A measure of the ``window`` rows that end at each row of the (T, N) ``series``.

    ``measure`` is given one Window of each series and answers (R, N), or (K, R, N) for K measures.
    Rows without a whole window, and rows before ``start``, are not measured: they are NaN.
    """
    rows, columns = series[0].shape
    first = max(window - 1, start)
    last = max(rows, first)
    step = max(1, CELLS // max(1, window * columns))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            measure(*(_window(each, window, at, min(at + step, last)) for each in series))
            for at in range(first, last, step) or (first,)
        ]
    answer = np.full((*parts[0].shape[:-2], rows, columns), np.nan)
    answer[..., first:, :] = np.concatenate(parts, axis=-2)
    return answer


def _window(values: FloatArray, window: int, first: int, last: int) -> Window:
    """The windows that end at the rows ``first`` to ``last`` (exclusive)."""
    return [values[first - lag : last - lag] for lag in range(window - 1, -1, -1)]


def mean_of(window: Window) -> FloatArray:
    """Mean; it is exact where nothing moved, for it is taken of the differences to the newest."""
    newest = window[-1]
    total = np.zeros(newest.shape)
    for each in window:
        total += each - newest
    return newest + total / len(window)


def products_of(left: Window, right: Window) -> FloatArray:
    """Mean products of the deviations of two windows from their means: their covariance."""
    left_mean = mean_of(left)
    right_mean = left_mean if right is left else mean_of(right)
    total = np.zeros(left_mean.shape)
    for one, other in zip(left, right, strict=True):
        total += (one - left_mean) * (other - right_mean)
    return total / len(left)


def weighted_sum(window: Window, weights: FloatArray) -> FloatArray:
    """The sum of the observations, each times its weight."""
    total = np.zeros(window[-1].shape)
    for each, weight in zip(window, weights, strict=True):
        total += each * weight
    return total
