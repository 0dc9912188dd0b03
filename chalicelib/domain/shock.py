"""How unusual the newest rows are by what the rows before them were like.

A shock is measured over the newest ``recent`` rows, and what is usual over the ``baseline`` rows
before those, so that a shock is not part of what it is judged by. All arrays are (T, N).
"""

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.indicators import change_over, rolling_deviation

LEAST_NOISE = 0.001
"""Dollars a row: a tenth of a cent is the finest tick, so no price is quieter than that."""


def price_shock(
    price: FloatArray, recent: int, baseline: int, start: int = 0
) -> tuple[FloatArray, FloatArray]:
    """The move in dollars over the newest rows, and of how many deviations it is.

    One deviation is what the row changes of the baseline add up to over as many rows if they are
    independent of each other. It needs ``recent + baseline + 1`` rows.
    """
    changes = change_over(price, 1)
    noise = rows_before(rolling_deviation(changes, baseline, max(start - recent, 0)), recent)
    move = change_over(price, recent)
    return move, move / (np.maximum(noise, LEAST_NOISE) * np.sqrt(recent))


def volume_shock(volume: FloatArray, recent: int, baseline: int) -> tuple[FloatArray, FloatArray]:
    """Dollars by which the day's volume rose over the newest rows, and what was usual for it.

    The venue states the volume of 24 hours: what is traded comes in, and what was traded a day
    ago goes out, so the rise is the least that was traded. It needs ``recent + baseline + 1`` rows.
    """
    fresh = change_over(volume, recent)
    usual = rows_before(change_over(volume, baseline), recent) * recent / baseline
    return fresh, np.maximum(usual, 0)


def rows_before(values: FloatArray, rows: int) -> FloatArray:
    """What stood ``rows`` rows before each row."""
    before = np.full(values.shape, np.nan)
    before[rows:] = values[:-rows]
    return before
