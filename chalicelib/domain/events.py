"""Which instruments stand or fall together, and the best one of each such lot."""

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.tape import Tape


def market_of(tape: Tape) -> IntArray:
    """A number (N,) that the outcomes of one market share, and nothing else does."""
    return _numbered(tape.market)


def event_of(tape: Tape) -> IntArray:
    """A number (N,) that all outcomes of one exclusive group share, or of one market without."""
    group = tape.questions.group
    other = np.where(tape.complement >= 0, group[tape.complement], -1)
    grouped = np.maximum(group, other)
    markets = _numbered(tape.market)
    return np.where(grouped >= 0, grouped, markets + grouped.max(initial=-1) + 1)


def best_of_each(worth: FloatArray, number: IntArray) -> BoolArray:
    """In each row of ``worth`` (T, N) the highest of each number, the first among equals.

    NaN is never the best. What is infinitely low takes no part either.
    """
    if not worth.size:
        return np.zeros(worth.shape, bool)
    order = np.argsort(number, kind="stable")
    _, starts, sizes = np.unique(number[order], return_index=True, return_counts=True)
    value = np.where(np.isnan(worth), -np.inf, worth)[:, order]
    highest = np.repeat(np.maximum.reduceat(value, starts, axis=1), sizes, axis=1)
    place = np.arange(len(order))
    candidates = np.where((value == highest) & (value > -np.inf), place, len(order))
    first = np.repeat(np.minimum.reduceat(candidates, starts, axis=1), sizes, axis=1)
    best = np.empty(worth.shape, bool)
    best[:, order] = place == first
    return best


def _numbered(own: IntArray) -> IntArray:
    """The number itself, and one of its own for each that has none."""
    alone = own.max(initial=-1) + 1 + np.arange(len(own))
    return np.where(own >= 0, own, alone)
