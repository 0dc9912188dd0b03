"""How much a currency moves, and what follows for where it may be later. Zero drift throughout."""

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.normal import normal_cdf
from chalicelib.domain.tape import Tape


def currency_price(tape: Tape, columns: IntArray) -> FloatArray:
    """Half-way between bid and ask of these currencies, (T, K); NaN where that is no price."""
    middle = (tape.bid[:, columns] + tape.ask[:, columns]) / 2
    return np.where((middle > 0) & (middle < np.inf), middle, np.nan)


def realised_variance(times: IntArray, prices: FloatArray, returns: int) -> FloatArray:
    """Variance of the logarithm of a price per second, (T - returns, K), for the rows that have it.

    The squares of the ``returns`` changes up to a row over the seconds that they span; the mean is
    taken as zero, as over minutes it is noise. ``times`` (T,) are unix seconds; ``prices`` (T, K)
    are above zero or NaN. NaN where fewer than half of the changes are known, or all are zero.
    """
    if len(prices) <= returns:
        return np.empty((0, prices.shape[1]))
    change = np.diff(np.log(prices), axis=0)
    known = ~np.isnan(change)
    squares = np.where(known, change, 0) ** 2
    seconds = np.where(known, np.diff(times)[:, np.newaxis], 0)
    total, span, count = (_summed(each, returns) for each in (squares, seconds, known * 1.0))
    enough = (count >= returns / 2) & (total > 0)
    return np.asarray(np.where(enough, total, np.nan) / np.where(enough, span, np.nan))


def _summed(values: FloatArray, window: int) -> FloatArray:
    """Sums over each window of rows, added in one order whatever the number of rows."""
    rows = len(values) - window + 1
    total = np.zeros((rows, values.shape[1]))
    for start in range(window):
        total += values[start : start + rows]
    return total


def chance_between(
    price: FloatArray, low: FloatArray, high: FloatArray, deviation: FloatArray
) -> FloatArray:
    """The chance that a price ends at ``low`` or above and below ``high``, either may be infinite.

    The d2 term of Black and Scholes (1973), twice. ``deviation`` is the standard deviation of the
    logarithm until then, above zero. A bound of zero or less is always passed. All broadcast.
    """
    above_low, above_high = (_distances(price, b, deviation)[0] for b in (low, high))
    return np.asarray(normal_cdf(above_low) - normal_cdf(above_high))


def chance_touched(
    price: FloatArray, low: FloatArray, high: FloatArray, deviation: FloatArray
) -> FloatArray:
    """The chance that a price is between two bounds at some time until then; 1 where it is now.

    It passes the nearer bound K first. With x = log(price / K), v the deviation, and a price that
    is a martingale, the reflection principle gives N((x - v^2/2) / v) + price/K N((x + v^2/2) / v)
    from below, and from above the same with both signs turned. It is for a price watched all the
    time: one that is looked at once a minute touches a little less often.
    Source: Shreve, Stochastic Calculus for Finance II (2004), section 7.3.
    """
    below, inside = price < low, (price >= low) & (price < high)
    bound = np.where(below, low, high)
    ends, begins = _distances(price, bound, deviation)
    side = np.where(below, 1.0, -1.0)
    reachable = np.isfinite(bound) & (bound > 0)
    mirrored = np.where(reachable, price / np.where(reachable, bound, 1.0), 0.0)
    passed = normal_cdf(side * ends) + mirrored * normal_cdf(side * begins)
    return np.where(inside & ~np.isnan(deviation), 1.0, np.minimum(passed, 1.0))


def _distances(
    price: FloatArray, bound: FloatArray, deviation: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How many deviations the price is above the bound, less half of one, and plus half of one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (np.log(price) - np.log(np.maximum(bound, 0.0))) / deviation
    return above - deviation / 2, above + deviation / 2
