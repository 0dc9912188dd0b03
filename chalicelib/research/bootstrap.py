"""Stationary bootstrap of a series of returns: how far its statistics may be chance. Pure.

Blocks of random length are drawn from the series closed to a ring, so that what follows on each
other stays together. Source: Politis & Romano, J. American Statistical Association 89, 1994. For
settled trades of prediction markets draw whole events instead: ``intervals.ratio_by_cluster``.
"""

from collections.abc import Callable, Iterator

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.blocks import block_length
from chalicelib.research.drawdowns import below_peak
from chalicelib.research.figures import checked
from chalicelib.research.intervals import DRAWS, Interval

Statistic = Callable[[FloatArray], FloatArray]
"""From paths (paths, n) to one value each (paths,); NaN where it is undefined."""
FEWEST_RETURNS = 10
"""Below it a bootstrap knows too few different paths to say anything."""
MOST_UNDEFINED = 0.01
UNSURE = 1e-9
"""A variance of so small a share of the squared mean is rounding."""
_CELLS = 60_000
"""Paths are made in parts of so many numbers, which stay in a core's cache."""


def stationary_paths(
    returns: FloatArray, seed: int, block: float | None = None, paths: int = DRAWS
) -> Iterator[FloatArray]:
    """Paths as long as the returns (n,), in parts of (some, n): together ``paths`` of them.

    ``block`` is the mean length of a block; by default it is chosen from the series.
    """
    values = checked(returns, "returns")
    mean_block = block_length(values) if block is None else block
    if mean_block < 1 or not len(values):
        raise InputError(
            f"blocks of {mean_block:g} in {len(values)} returns", "A block has 1 or more of them."
        )
    chance = np.random.default_rng(seed)
    ring = np.concatenate([values, values])
    part = max(1, _CELLS // len(values))
    for start in range(0, paths, part):
        rows = min(part, paths - start)
        yield ring[_rows_of_ring(rows, len(values), mean_block, chance)].reshape(rows, -1)


def _rows_of_ring(paths: int, length: int, block: float, chance: np.random.Generator) -> IntArray:
    """Which row of the ring each step takes, (paths x length,).

    Each step starts a new block with the same probability, and so does each path.
    """
    steps = paths * length
    starts = chance.random(steps, dtype=np.float32) < 1 / block
    starts[::length] = True
    first = np.flatnonzero(starts)
    drawn = chance.integers(0, length, len(first), dtype=np.int32)
    rows: IntArray = np.repeat(drawn - first, np.diff(first, append=steps)) + np.arange(steps)
    return rows


def interval_of(
    returns: FloatArray,
    statistic: Statistic,
    seed: int,
    block: float | None = None,
    share: float = 0.95,
    paths: int = DRAWS,
) -> Interval:
    """A statistic of the returns with its percentile interval over bootstrap paths."""
    values = checked(returns, "returns")
    if not len(values):
        return Interval(None, None, None, "no returns")
    measured = float(statistic(values[None, :])[0])
    estimate = measured if np.isfinite(measured) else None
    if estimate is None or len(values) < FEWEST_RETURNS:
        few = f"{len(values)} returns, at least {FEWEST_RETURNS} are needed"
        return Interval(estimate, None, None, few if estimate is not None else "undefined")
    drawn = np.concatenate([statistic(p) for p in stationary_paths(values, seed, block, paths)])
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < (1 - MOST_UNDEFINED) * paths:
        return Interval(estimate, None, None, "undefined on too many of the paths")
    low, high = np.quantile(defined, [(1 - share) / 2, (1 + share) / 2])
    return Interval(estimate, float(low), float(high))


def mean_of(paths: FloatArray) -> FloatArray:
    """The mean return of each path."""
    return np.asarray(paths.mean(axis=-1))


def sharpe_of(paths: FloatArray) -> FloatArray:
    """The Sharpe ratio per period of each path; NaN where a path does not vary."""
    rows = paths.shape[-1]
    mean = paths.mean(axis=-1)
    variance = (np.einsum("pt,pt->p", paths, paths) - rows * mean**2) / max(rows - 1, 1)
    ratios = np.full(len(paths), np.nan)
    np.divide(mean, np.sqrt(np.maximum(variance, 0)), out=ratios, where=variance > UNSURE * mean**2)
    return ratios


def drawdown_of(paths: FloatArray) -> FloatArray:
    """The deepest drawdown of each path of compounded returns, a share of 0 or more."""
    equity = np.ones((paths.shape[0], paths.shape[1] + 1))
    np.add(paths, 1, out=equity[:, 1:])
    np.cumprod(equity, axis=-1, out=equity)
    return -np.asarray(below_peak(equity).min(axis=-1))
