"""Probability of backtest overfitting: does what was best in one half stay good in the other? Pure.

Combinatorially symmetric cross-validation: the periods are cut into S blocks; for each choice of
half of them, the configuration that is best there is ranked among all in the other half. Source:
Bailey, Borwein, Lopez de Prado & Zhu, J. Computational Finance 20(4), 2017.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import NEGLIGIBLE, Figure, known

BLOCKS = 16
MOST_BLOCKS = 20
"""184,756 splits; each two blocks more take four times as many."""
_CELLS = 50_000
"""Splits are made in parts of so many numbers, which stay in a core's cache."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What became of the best of a sweep outside the data it was chosen on, over all splits.

    ``probability`` that it was in the lower half there; ``slope`` of its Sharpe ratio there on the
    one it was chosen for; ``loss`` the probability that it lost. ``left_out`` are the oldest
    periods, which did not fill a block.
    """

    probability: Figure
    slope: Figure
    loss: Figure
    splits: int
    configurations: int
    left_out: int


def overfitting(returns: FloatArray, blocks: int = BLOCKS) -> Overfitting:
    """Judge a sweep by the returns of its configurations, (periods, configurations).

    The measure is the Sharpe ratio. A configuration whose returns do not vary over a half counts
    as 0 there. Equal ranks are shared. Cost: blocks x configurations a split, by sums over blocks.
    """
    matrix = _checked(returns, blocks)
    length, width = matrix.shape
    if width < 2 or length < 2 * blocks:
        few = f"{width} configurations of {length} periods, 2 of {2 * blocks} are needed"
        return Overfitting(*(Figure(None, few),) * 3, 0, width, 0)
    left_out = length % blocks
    chosen, there, below = _best_of_each(matrix[left_out:], blocks)
    return Overfitting(
        known(float((below <= width + 1 - below).mean())),
        _slope(chosen, there),
        known(float((there < 0).mean())),
        len(chosen),
        width,
        left_out,
    )


def _checked(returns: FloatArray, blocks: int) -> FloatArray:
    matrix = np.asarray(returns, dtype=np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise InputError(
            "returns: not a table of numbers, or one is missing",
            "Pass (periods, configurations); a period without a trade is 0.",
        )
    if blocks % 2 or not 2 <= blocks <= MOST_BLOCKS:
        raise InputError(f"{blocks} blocks", f"Pass an even number from 2 to {MOST_BLOCKS}.")
    return matrix


def _best_of_each(matrix: FloatArray, blocks: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each split: the best ratio, the same configuration's in the other half, its rank there."""
    found = []
    for one, other in _halves(matrix, blocks):
        found += [_judged(one, other), _judged(other, one)]
    first, second, third = (np.concatenate(column) for column in zip(*found, strict=True))
    return first, second, third


def _halves(matrix: FloatArray, blocks: int) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Ratios in a half and in the other, (splits, configurations) each, part by part.

    Every split once: the halves with the first block are half of all, the rest are the others.
    """
    means = matrix.mean(axis=0)
    about = matrix - means
    shape = (blocks, -1, matrix.shape[1])
    sums = about.reshape(shape).sum(axis=1)
    squares = (about**2).reshape(shape).sum(axis=1)
    smallest = (NEGLIGIBLE * np.abs(matrix).max(axis=0)) ** 2
    rows, half = len(matrix) // 2, blocks // 2
    choices = np.array([(0, *others) for others in combinations(range(1, blocks), half - 1)])
    part = max(1, _CELLS // matrix.shape[1])
    for start in range(0, len(choices), part):
        picked = choices[start : start + part]
        mask = np.zeros((len(picked), blocks))
        np.put_along_axis(mask, picked, 1.0, axis=1)
        yield tuple(  # type: ignore[misc]
            _ratios(side @ sums, side @ squares, rows, means, smallest) for side in (mask, 1 - mask)
        )


def _ratios(
    sums: FloatArray, squares: FloatArray, rows: int, means: FloatArray, smallest: FloatArray
) -> FloatArray:
    """Sharpe ratios from sums of what is above the mean and of its squares."""
    sums /= rows
    variance = squares
    variance -= sums * sums * rows
    variance /= rows - 1
    np.copyto(variance, np.inf, where=variance <= smallest)
    sums += means
    sums /= np.sqrt(variance, out=variance)
    return sums


def _judged(inside: FloatArray, outside: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    best = inside.argmax(axis=1)[:, None]
    there = np.take_along_axis(outside, best, axis=1)
    below = (outside < there).sum(axis=1)
    equal = (outside == there).sum(axis=1)
    rank = below + (equal + 1) / 2
    return np.take_along_axis(inside, best, axis=1)[:, 0], there[:, 0], rank


def _slope(inside: FloatArray, outside: FloatArray) -> Figure:
    about = inside - inside.mean()
    power = float(about @ about)
    if power <= len(inside) * (NEGLIGIBLE * float(np.abs(inside).max())) ** 2:
        return Figure(None, "the best ratio was the same in every split")
    return known(float(about @ outside) / power)
