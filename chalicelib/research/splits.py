"""Which rows a strategy is fitted to and which it is tried on, with nothing leaking across. Pure.

Rows are numbered in the order of time. A row's label takes from its start to its end: of a trade,
from its entry until it is known how it ended; on a prediction market, until the market resolves.
Source: Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import BoolArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import as_long


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to fit to and row numbers to try on, both in order, with no row in both."""

    train: IntArray
    test: IntArray


def train_test(rows: int, share: float = 0.7) -> Split:
    """The first ``share`` of the rows to fit to, all later ones to try on."""
    cut = int(rows * share + 1e-9)
    if not 0 < cut < rows:
        raise InputError(
            f"{share:g} of {rows} rows leaves one side empty", "Pass more rows or another share."
        )
    return Split(np.arange(cut), np.arange(cut, rows))


def walk_forward(
    rows: int, train: int, test: int, step: int = 0, anchored: bool = False
) -> list[Split]:
    """Windows that move on in time: ``train`` rows, then ``test`` rows right after them.

    Moves on by ``step`` rows, by ``test`` if none is given, so that every row is tried once.
    Anchored windows all begin with the first row and grow. The last rows that do not fill a test
    are left out. None where the rows do not fill one window.
    """
    if train < 1 or test < 1 or step < 0:
        raise InputError(f"windows of {train} and {test} rows", "Pass one row or more of each.")
    starts = range(train, rows - test + 1, step or test)
    return [
        Split(np.arange(0 if anchored else cut - train, cut), np.arange(cut, cut + test))
        for cut in starts
    ]


def purge(split: Split, starts: IntArray, ends: IntArray) -> Split:
    """Drop training rows whose label overlaps that of a test row, by times (rows,) of all rows.

    Labels that only touch do overlap: what ends at the moment at which a test begins knows it.
    """
    as_long(starts, ends, "starts and ends")
    if np.any(ends < starts):
        raise InputError("a label ends before it starts", "Pass the times of the same rows.")
    if not len(split.test):
        return split
    order = np.argsort(starts[split.test], kind="stable")
    first = starts[split.test][order]
    last = np.maximum.accumulate(ends[split.test][order])
    before = np.searchsorted(first, ends[split.train], side="right") - 1
    overlaps = (before >= 0) & (last[np.maximum(before, 0)] >= starts[split.train])
    return _without(split, overlaps)


def embargo(split: Split, starts: IntArray, ends: IntArray, after: float) -> Split:
    """Drop training rows that start within ``after`` of the end of a test's last label.

    A test's effects outlast it. ``after`` is in the unit of the times; a hundredth of the whole
    past, or the longest time that a position is held, is usual.
    """
    as_long(starts, ends, "starts and ends")
    dropped = np.zeros(len(split.train), dtype=bool)
    for block in _runs(split.test):
        over = ends[block].max()
        begun = starts[split.train]
        dropped |= (begun >= starts[block].min()) & (begun <= over + after)
    return _without(split, dropped)


def purge_events(split: Split, events: Sequence[str]) -> Split:
    """Drop training rows of an event that is tried on too: an event is on one side only."""
    names = np.array(events)
    return _without(split, np.isin(names[split.train], names[split.test]))


def _runs(rows: IntArray) -> list[IntArray]:
    """Rows without a gap between them, together."""
    return np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if len(rows) else []


def _without(split: Split, dropped: BoolArray) -> Split:
    return Split(split.train[~dropped], split.test)
