"""How long the blocks of a bootstrap must be to keep the dependence of a series. Pure.

Sources: Politis & White, Econometric Reviews 23(1), 2004; the correction by Patton, Politis &
White, Econometric Reviews 28(4), 2009, and the choice of the bandwidth in Patton's program.
"""

from math import ceil, log10, sqrt

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.research.figures import NEGLIGIBLE, checked

FEWEST = 8
"""Below it no correlation can be told from noise: every value is a block of its own."""


def block_length(values: FloatArray) -> float:
    """The mean block length for the stationary bootstrap of a series (n,), at least 1."""
    series = checked(values, "values")
    length = len(series)
    if length < FEWEST or np.ptp(series) <= NEGLIGIBLE * np.abs(series).max():
        return 1.0
    longest = ceil(min(3 * sqrt(length), length / 3))
    covariances, correlations = _dependence(series - series.mean())
    bandwidth = _bandwidth(correlations, length)
    lags = np.arange(1, bandwidth + 1)
    weights = np.minimum(1.0, 2 * (1 - lags / bandwidth))
    slope = 2 * float((weights * lags * covariances[1 : bandwidth + 1]).sum())
    spectrum = covariances[0] + 2 * float((weights * covariances[1 : bandwidth + 1]).sum())
    if spectrum <= 0:
        return float(longest)
    best = float((slope**2 / spectrum**2 * length) ** (1 / 3))
    return min(max(best, 1.0), float(longest))


def _run(length: int) -> int:
    """So many correlations in a row must be small."""
    return max(5, int(log10(length)))


def _dependence(about: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Autocovariances and absolute autocorrelations of lag 0, 1, ... to the last that is looked at.

    A correlation is between the two stretches that overlap, as Patton's program has it.
    """
    length = len(about)
    last = min(ceil(sqrt(length)) + _run(length), length - 2)
    products = np.array([about[lag:] @ about[: length - lag] for lag in range(last + 1)])
    powers = np.concatenate([[0.0], np.cumsum(about**2)])
    cut = np.arange(1, last + 2)
    ends = (powers[-1] - powers[cut]) * powers[length - cut]
    return products / length, np.abs(products) / np.sqrt(np.maximum(ends, np.finfo(float).tiny))


def _bandwidth(correlations: FloatArray, length: int) -> int:
    """Twice the first lag from which on a run of correlations is within the band of noise."""
    run, last = _run(length), len(correlations) - 1
    small = correlations < 2 * sqrt(log10(length) / length)
    for lag in range(last - run + 1):
        if small[lag : lag + run].all():
            return min(2 * max(lag, 1), last)
    return last
