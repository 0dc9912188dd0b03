"""Whether it mattered when a strategy entered: its signals against themselves at other times. Pure.

Each instrument's entries are moved along its time by one random step, the last rows come first
again: their number, their spacing and what the market did stay as they were, only the timing goes.
Sources: Masters, Permutation and Randomization Tests for Trading System Development, 2020; the
p-value with one added: Phipson & Smyth, Statistical Applications in Genetics 9(1), 2010.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import Figure, known

DRAWS = 9_999
"""With the one that happened there are 10,000, so that a p-value is a round number."""
FEWEST_ENTRIES = 10
FEWEST_ROWS = 30
_EQUAL = 1e-9
"""Means that differ by less of the largest gain are one: they are sums in another order."""


@dataclass(frozen=True, slots=True)
class Permutation:
    """The mean gain of an entry, the mean of it at other times, and how often that was as good.

    ``p_value`` is the probability of a mean gain as large, if the timing did not matter.
    """

    gain: Figure
    gain_elsewhere: Figure
    p_value: Figure
    entries: int


def signal_time_test(
    entries: BoolArray,
    gains: FloatArray,
    seed: int,
    together: IntArray | None = None,
    draws: int = DRAWS,
) -> Permutation:
    """Test entries by what an entry at each row would have gained, (time, instrument) both.

    ``gains`` are after costs, over the same way out as the strategy's; NaN where nobody could have
    entered. ``together`` numbers the instruments that are moved by one step because they depend on
    each other, such as both outcomes of a market; by default each is moved on its own.
    """
    if entries.shape != gains.shape or entries.ndim != 2:
        raise InputError(
            f"entries {entries.shape} and gains {gains.shape}", "Both are (time, instrument)."
        )
    able = np.isfinite(gains)
    taken = int((entries & able).sum())
    if taken < FEWEST_ENTRIES or len(entries) < FEWEST_ROWS:
        few = Figure(None, f"{taken} entries in {len(entries)} rows are too few to be moved")
        return Permutation(few, few, few, taken)
    columns = np.arange(entries.shape[1]) if together is None else np.asarray(together)
    groups, member = np.unique(columns, return_inverse=True)
    sums = _by_group(_at_every_step(entries, np.where(able, gains, 0.0)), member, len(groups))
    counts = np.rint(_by_group(_at_every_step(entries, able.astype(float)), member, len(groups)))
    happened = float(sums[0].sum() / counts[0].sum())
    moved = _moved(sums, counts, draws, np.random.default_rng(seed))
    as_good = int((moved >= happened - _EQUAL * np.abs(gains[able]).max()).sum())
    p_value = (as_good + 1) / (draws + 1)
    return Permutation(known(happened), known(float(moved.mean())), known(p_value), taken)


def _at_every_step(entries: BoolArray, values: FloatArray) -> FloatArray:
    """Sum of the values under the entries, moved by every step, (step, instrument)."""
    rows = len(entries)
    signals = np.fft.rfft(entries.astype(float), axis=0)
    return np.fft.irfft(np.conj(signals) * np.fft.rfft(values, axis=0), rows, axis=0)


def _by_group(table: FloatArray, member: IntArray, groups: int) -> FloatArray:
    belongs = (member[:, None] == np.arange(groups)).astype(np.float64)
    summed: FloatArray = table @ belongs
    return summed


def _moved(
    sums: FloatArray, counts: FloatArray, draws: int, chance: np.random.Generator
) -> FloatArray:
    """The mean gain in each draw, (draws,); a draw that left nothing to enter gained 0."""
    total, number = np.zeros(draws), np.zeros(draws)
    for group in range(sums.shape[1]):
        steps = chance.integers(0, len(sums), draws)
        total += sums[steps, group]
        number += counts[steps, group]
    return np.divide(total, number, out=np.zeros(draws), where=number > 0)
