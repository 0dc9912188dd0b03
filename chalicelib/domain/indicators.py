"""Causal measures over a tape: row t of each answer depends on rows up to t alone.

All take and give (T, N) arrays. A window holds the row itself and the ``window - 1`` rows before
it; where one of its observations is NaN, or where there are not enough, the answer is NaN.
Rows before ``start`` are not worked out and are NaN: a strategy that wishes for nothing before its
whole lookback passes ``lookback - 1``.

EMA, RSI and ATR remember for ever by their usual definition. Here they begin anew ``memory``
observations back, as TA-Lib begins at the first price of its input: with the plain mean of the
first ``window`` of them. That mean still has a weight of ``(1 - a)^(memory - window)`` in the
answer, ``a`` being ``2 / (window + 1)`` for an EMA and ``1 / window`` for Wilder's RSI and ATR.
The usual memory of five windows leaves 0.03 % and 2 %.
"""

from functools import partial

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.tape import Tape
from chalicelib.domain.windows import Window, mean_of, over_windows, products_of, weighted_sum

MEMORY = 5
"""Windows that a smoothed measure looks back, where nothing else is asked for."""

GAP = 3
"""Rows in a row without a price that a strategy with a long window overlooks: see ``carried``."""


def rolling_mean(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Simple moving average."""
    return over_windows(mean_of, window, start, values)


def rolling_deviation(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Population standard deviation."""
    return over_windows(_deviation_of, window, start, values)


def mean_and_deviation(
    values: FloatArray, window: int, start: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Moving average and population deviation."""
    mean, deviation = over_windows(_mean_and_deviation_of, window, start, values)
    return mean, deviation


def mean_and_deviation_before(
    values: FloatArray, window: int, start: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Both of the ``window`` rows before each row, which is not among them."""
    mean, deviation = mean_and_deviation(values, window, max(start - 1, 0))
    return row_before(mean), row_before(deviation)


def z_score(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Deviations that a row lies above the mean of its window; NaN where nothing moved."""
    return over_windows(_z_of, window, start, values)


def rolling_max(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Highest value."""
    return over_windows(np.maximum.reduce, window, start, values)


def rolling_min(values: FloatArray, window: int, start: int = 0) -> FloatArray:
    """Lowest value."""
    return over_windows(np.minimum.reduce, window, start, values)


def bollinger_bands(
    values: FloatArray, window: int, deviations: float, start: int = 0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lower band, moving average and upper band, ``deviations`` population deviations apart."""
    mean, deviation = mean_and_deviation(values, window, start)
    return mean - deviations * deviation, mean, mean + deviations * deviation


def ema(values: FloatArray, window: int, memory: int | None = None, start: int = 0) -> FloatArray:
    """Exponential moving average; it needs ``memory`` rows, five windows by default."""
    weights = _weights(2 / (window + 1), window, memory)
    return over_windows(partial(weighted_sum, weights=weights), len(weights), start, values)


def rsi(values: FloatArray, window: int, memory: int | None = None, start: int = 0) -> FloatArray:
    """Wilder's relative strength index, 0 to 100; it needs ``memory + 1`` rows.

    NaN where nothing moved: TA-Lib answers 0 there, as if it had only fallen.
    """
    weights = _weights(1 / window, window, memory)
    return over_windows(partial(_rsi_of, weights=weights), len(weights) + 1, start, values)


def atr(
    close: FloatArray,
    window: int,
    memory: int | None = None,
    start: int = 0,
    *,
    high: FloatArray | None = None,
    low: FloatArray | None = None,
) -> FloatArray:
    """Wilder's average true range in dollars; it needs ``memory + 1`` rows.

    A tape of mid prices has no high and no low: both are then the close, and the true range is
    how far it moved from one row to the next.
    """
    weights = _weights(1 / window, window, memory)
    measure = partial(_true_range_of, weights=weights)
    high, low = close if high is None else high, close if low is None else low
    return over_windows(measure, len(weights) + 1, start, high, low, close)


def change_over(values: FloatArray, rows: int) -> FloatArray:
    """Each row less the row ``rows`` before it."""
    change = np.full(values.shape, np.nan)
    if len(values) > rows:
        change[rows:] = values[rows:] - values[:-rows]
    return change


def row_before(values: FloatArray) -> FloatArray:
    """What stood in the row before each row."""
    before = np.full(values.shape, np.nan)
    before[1:] = values[:-1]
    return before


def carried(values: FloatArray, most: int) -> FloatArray:
    """NaN replaced by the value last known, where that is at most ``most`` rows ago.

    A venue that fails to answer once would otherwise leave a hole in every window for as long as
    the window is. It adds ``most`` rows to what a measure looks back at.
    """
    filled = values.copy()
    for lag in range(1, min(most, len(values) - 1) + 1):
        gaps = np.isnan(filled[lag:])
        filled[lag:][gaps] = values[:-lag][gaps]
    return filled


def minutes_to_close(tape: Tape, columns: IntArray | None = None) -> FloatArray:
    """Minutes until each instrument's market ends; infinite where no end is known."""
    ends = tape.closes_at if columns is None else tape.closes_at[columns]
    left = (ends[np.newaxis, :] - tape.times[:, np.newaxis]) / 60
    return np.where(np.isnan(left), np.inf, left)


def _deviation_of(window: Window) -> FloatArray:
    return np.asarray(np.sqrt(products_of(window, window)))


def _mean_and_deviation_of(window: Window) -> FloatArray:
    return np.array([mean_of(window), _deviation_of(window)])


def _z_of(window: Window) -> FloatArray:
    deviation = _deviation_of(window)
    return np.asarray((window[-1] - mean_of(window)) / np.where(deviation > 0, deviation, np.nan))


def _weights(share: float, window: int, memory: int | None) -> FloatArray:
    """Weights of ``memory`` observations, oldest first: each newest one counts for ``share``."""
    rows = MEMORY * window if memory is None else memory
    if rows < window:
        raise ValueError(f"a memory of {rows} rows is shorter than the window of {window}")
    later = rows - window
    left = (1 - share) ** np.arange(later, -1, -1, dtype=np.float64)
    return np.concatenate([np.full(window, left[0] / window), share * left[1:]])


def _rsi_of(window: Window, weights: FloatArray) -> FloatArray:
    gains, losses = np.zeros(window[-1].shape), np.zeros(window[-1].shape)
    for earlier, later, weight in zip(window[:-1], window[1:], weights, strict=True):
        change = later - earlier
        gains += np.maximum(change, 0) * weight
        losses -= np.minimum(change, 0) * weight
    moved = gains + losses
    return np.asarray(100 * gains / np.where(moved > 0, moved, np.nan))


def _true_range_of(high: Window, low: Window, close: Window, weights: FloatArray) -> FloatArray:
    total = np.zeros(close[-1].shape)
    for at, weight in enumerate(weights, 1):
        before = close[at - 1]
        total += (np.maximum(high[at], before) - np.minimum(low[at], before)) * weight
    return total
