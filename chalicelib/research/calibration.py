"""Whether what is said to happen in so many of a hundred cases does. Pure.

Sources: Wilson, J. American Statistical Association 22, 1927 (interval); Naeini, Cooper &
Hauskrecht, AAAI 2015 (expected calibration error).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.research.figures import Figure, as_long, checked, known

BINS = 10


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Cases with near forecasts: their number, mean forecast, share that came and its interval."""

    count: int
    forecast: float
    came: float
    low: float
    high: float


def equal_count_bins(forecasts: FloatArray, bins: int = BINS) -> IntArray:
    """The bin of each forecast, (n,), from 0 up: as many in each as equal forecasts allow.

    Equal forecasts share a bin, so that the order of the rows changes nothing; a bin may be empty.
    """
    values, member, count = np.unique(forecasts, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    bin_of_value = np.minimum((middle / max(len(forecasts), 1) * bins).astype(np.int64), bins - 1)
    bin_of: IntArray = bin_of_value[member] if len(values) else np.empty(0, np.int64)
    return bin_of


def wilson(successes: float, count: int, share: float = 0.95) -> tuple[float, float]:
    """The interval of a share of ``count`` independent cases; right for few and for none."""
    z = NormalDist().inv_cdf((1 + share) / 2)
    part = successes / count
    middle = (part + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * sqrt(part * (1 - part) / count + z**2 / (4 * count**2))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def calibration(
    forecasts: FloatArray, outcomes: FloatArray, bins: int = BINS
) -> list[CalibrationBin]:
    """Forecasts (n,) and what came (n,) of 0 and 1, by bins of equal count, lowest first.

    The intervals take cases for independent: they are too narrow where several hang on one event.
    """
    said, came = checked(forecasts, "forecasts"), checked(outcomes, "outcomes")
    as_long(said, came, "forecasts and outcomes")
    bin_of = equal_count_bins(said, bins)
    found = []
    for number in np.unique(bin_of):
        inside = bin_of == number
        count, hits = int(inside.sum()), float(came[inside].sum())
        low, high = wilson(hits, count)
        found.append(CalibrationBin(count, float(said[inside].mean()), hits / count, low, high))
    return found


def calibration_error(table: list[CalibrationBin]) -> Figure:
    """Mean distance of forecast and share that came, weighed by the cases of each bin (ECE)."""
    cases = sum(row.count for row in table)
    if not cases:
        return Figure(None, "no forecast has an outcome")
    return known(sum(row.count * abs(row.forecast - row.came) for row in table) / cases)
