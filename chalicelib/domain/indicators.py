"""Causal measures over a tape: row t of each answer depends on rows up to t alone.

All take and give (T, N) arrays; rows without enough history are NaN.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.tape import Tape


def rolling_mean_std(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Mean and population deviation of the ``window`` rows before each row."""
    mean = np.full(values.shape, np.nan)
    deviation = np.full(values.shape, np.nan)
    if len(values) > window:
        before = sliding_window_view(values[:-1], window, axis=0)
        mean[window:] = before.mean(axis=-1)
        deviation[window:] = before.std(axis=-1)
    return mean, deviation


def change_over(values: FloatArray, rows: int) -> FloatArray:
    """Each row less the row ``rows`` before it."""
    change = np.full(values.shape, np.nan)
    if len(values) > rows:
        change[rows:] = values[rows:] - values[:-rows]
    return change


def minutes_to_close(tape: Tape, columns: IntArray | None = None) -> FloatArray:
    """Minutes until each instrument's market ends; infinite where no end is known."""
    ends = tape.closes_at if columns is None else tape.closes_at[columns]
    left = (ends[np.newaxis, :] - tape.times[:, np.newaxis]) / 60
    return np.where(np.isnan(left), np.inf, left)
