"""Causal measures of how series move together and come back: row t depends on rows up to t alone.

As in ``indicators``: arrays are (T, N), a window holds the row itself, NaN in it gives NaN, rows
before ``start`` are not worked out. Where a series did not move there is nothing to measure: NaN.

Sources: R. Engle and C. Granger, "Co-integration and error correction", Econometrica 55 (1987);
D. Dickey and W. Fuller, Journal of the American Statistical Association 74 (1979). The test has a
constant, no trend and no further lags. J. MacKinnon, "Critical values for cointegration tests"
(2010): 5 % of series that never come back lie below -2.86, and below -3.34 for the residuals of
a regression of two.
"""

from typing import NamedTuple

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.windows import Window, mean_of, over_windows, products_of


class Cointegration(NamedTuple):
    """What a regression of one series on another says over a window, each (T, N).

    ``ratio`` is the hedge ratio: units of the other for each unit of the one. ``spread`` is the
    newest residual, ``deviation`` the population deviation of them all, both in dollars.
    ``statistic`` is Dickey and Fuller's t of the residuals, ``half_life`` is in rows.
    """

    ratio: FloatArray
    spread: FloatArray
    deviation: FloatArray
    statistic: FloatArray
    half_life: FloatArray


def correlation(one: FloatArray, other: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Pearson's correlation, -1 to 1."""
    return over_windows(_correlation_of, window, start, one, other)


def slope(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Slope of the least-squares line through the window, in dollars a row."""
    return over_windows(_slope_of, window, start, values)


def hedge_ratio(one: FloatArray, other: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Least-squares slope of ``one`` on ``other``: units of the other that move like one unit."""
    return over_windows(_ratio_of, window, start, one, other)


def dickey_fuller(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """The t statistic against a series that never comes back; the lower, the surer it does."""
    return over_windows(lambda levels: _reversion_of(levels)[0], window, start, values)


def half_life(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Rows until half of a deviation is gone; infinite where it does not come back.

    The change of a row is regressed on the level before it: a slope of -0.5 halves it in one row.
    One that more than undoes the deviation, -1 and below, has a half-life of 0.
    """
    return over_windows(lambda levels: _reversion_of(levels)[1], window, start, values)


def cointegration(one: FloatArray, other: FloatArray, window: int, start: int = 0) -> Cointegration:
    """Regress ``one`` on ``other``, and ask whether what is left comes back: Engle and Granger."""
    return Cointegration(*over_windows(_cointegration_of, window, start, one, other))


def _known(values: FloatArray) -> FloatArray:
    """A divisor: NaN where it is zero, because nothing moved."""
    return np.where(values > 0, values, np.nan)


def _correlation_of(one: Window, other: Window) -> FloatArray:
    variances = products_of(one, one) * products_of(other, other)
    return np.asarray(np.clip(products_of(one, other) / np.sqrt(_known(variances)), -1, 1))


def _ratio_of(one: Window, other: Window) -> FloatArray:
    return np.asarray(products_of(one, other) / _known(products_of(other, other)))


def _slope_of(window: Window) -> FloatArray:
    newest = window[-1]
    middle = (len(window) - 1) / 2
    total, squares = np.zeros(newest.shape), 0.0
    for at, each in enumerate(window):
        total += (at - middle) * (each - newest)
        squares += (at - middle) ** 2
    return np.asarray(total / squares)


def _reversion_of(levels: Window) -> FloatArray:
    """Dickey and Fuller's statistic, and the half-life, as (2, R, N)."""
    before = levels[:-1]
    changes = [later - earlier for earlier, later in zip(before, levels[1:], strict=True)]
    variance = _known(products_of(before, before))
    back = products_of(changes, before) / variance
    left = np.maximum(products_of(changes, changes) - back**2 * variance, 0)
    statistic = back / np.sqrt(left / variance / (len(before) - 2))
    kept = np.clip(1 + back, 0, 1)  # of a deviation, from one row to the next
    return np.array([statistic, np.log(2) / np.abs(np.log(kept))])


def _cointegration_of(one: Window, other: Window) -> FloatArray:
    ratio = _ratio_of(one, other)
    residuals = [each - ratio * hedge for each, hedge in zip(one, other, strict=True)]
    spread = residuals[-1] - mean_of(residuals)
    deviation = np.sqrt(products_of(residuals, residuals))
    statistic, life = _reversion_of(residuals)
    return np.array([ratio, spread, deviation, statistic, life])
