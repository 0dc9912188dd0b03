"""Stationary bootstrap of a series of returns: how far its statistics may be chance. Pure.

Blocks of random length are drawn from the series closed to a ring, so that what follows on each
other stays together. Source: Politis & Romano, J. American Statistical Association 89, 1994. For
settled trades of prediction markets draw whole events instead: ``intervals.ratio_by_cluster``.
"""

from collections.abc import Callable, Iterator

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError
from chalicelib.research.blocks import block_length
from chalicelib.research.figures import checked
from chalicelib.research.intervals import DRAWS, Interval

Statistic = Callable[[FloatArray], FloatArray]
"""From paths (paths, n) to one value each (paths,); NaN where it is undefined."""
FEWEST_RETURNS = 10
"""Below it a bootstrap knows too few different paths to say anything."""
MOST_UNDEFINED = 0.01
UNSURE = 1e-9
"""A variance of so small a share of the squared mean is rounding."""
MOST_TOGETHER = 5_000
"""Paths that are made together: a step of all of them stays in a core's cache."""
_CELLS = 4_000_000
"""And so many numbers at most, so that memory stays small."""


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
    part = min(paths, MOST_TOGETHER, max(1, _CELLS // len(values)))
    for start in range(0, paths, part):
        yield _drawn(values, mean_block, min(part, paths - start), chance).T


def _drawn(values: FloatArray, block: float, paths: int, chance: np.random.Generator) -> FloatArray:
    """Some paths, (n, paths), made step by step: each goes on in the ring or starts a block.

    One random number decides both, where it is below 1 / block, and then the first of the block.
    No path is longer than the series, so that none leaves a ring that was cut open and doubled.
    """
    length = len(values)
    ring = np.concatenate([values, values])
    drawn = np.empty((length, paths))
    row = chance.integers(0, length, paths)
    ring.take(row, out=drawn[0], mode="clip")
    number, starts = np.empty(paths), np.empty(paths, dtype=bool)
    for step in range(1, length):
        chance.random(out=number)
        np.less(number, 1 / block, out=starts)
        number *= block * length
        row += 1
        np.copyto(row, number, where=starts, casting="unsafe")
        ring.take(row, out=drawn[step], mode="clip")
    return drawn


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
    return worst_of(paths)[0]


def worst_of(paths: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Deepest drawdown, lowest and last equity of each path of compounded returns, (paths,) each.

    Equity is in units of what was put in, which is the first peak.
    """
    equity = np.ones(len(paths))
    peak, lowest, lowest_share, share = (equity.copy() for _ in range(4))
    for step in paths.T:
        np.add(step, 1, out=share)
        equity *= share
        np.maximum(peak, equity, out=peak)
        np.minimum(lowest, equity, out=lowest)
        np.divide(equity, peak, out=share)
        np.minimum(lowest_share, share, out=lowest_share)
    return 1 - lowest_share, lowest, equity
