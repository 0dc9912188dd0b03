"""Combinatorial cross-validation: every choice of groups is tried on, and joined to whole paths.

One walk forward is one path through the past; this gives many, so that a result has a spread. Pure.
Source: Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 12.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.splits import Split

MOST_SPLITS = 20_000


@dataclass(frozen=True, slots=True)
class Combinatorial:
    """``splits`` of the rows; ``tested`` (splits, k) the groups that each tries, in order.

    ``paths`` (paths, groups) says from which split a path takes each group: no two paths take the
    same, and together they take every tried group of every split. ``group_of`` (rows,) numbers the
    group of each row.
    """

    splits: list[Split]
    tested: IntArray
    paths: IntArray
    group_of: IntArray


def combinatorial(rows: int, groups: int = 6, tried: int = 2) -> Combinatorial:
    """Cut rows into groups in the order of time and try each choice of ``tried`` of them.

    C(groups, tried) splits make C(groups - 1, tried - 1) paths: 15 and 5 for 6 and 2. Purge and
    embargo the splits before they are fitted.
    """
    if not 0 < tried < groups <= rows or comb(groups, tried) > MOST_SPLITS:
        raise InputError(
            f"{tried} of {groups} groups of {rows} rows",
            f"Try fewer groups than there are, in at most {MOST_SPLITS} splits.",
        )
    group_of = np.repeat(
        np.arange(groups), [len(g) for g in np.array_split(np.arange(rows), groups)]
    )
    tested = np.array(list(combinations(range(groups), tried)))
    splits = []
    for chosen in tested:
        inside = np.isin(group_of, chosen)
        splits.append(Split(np.flatnonzero(~inside), np.flatnonzero(inside)))
    columns = [np.flatnonzero((tested == group).any(axis=1)) for group in range(groups)]
    return Combinatorial(splits, tested, np.column_stack(columns), group_of)


def joined(cut: Combinatorial, results: list[FloatArray]) -> FloatArray:
    """Returns of each whole path, (paths, rows), from those of each split's test rows, in order."""
    whole = np.full((len(cut.paths), len(cut.group_of)), np.nan)
    for path, sources in enumerate(cut.paths):
        for group, source in enumerate(sources):
            test, wanted = cut.splits[source].test, cut.group_of == group
            whole[path, wanted] = results[source][cut.group_of[test] == group]
    return whole
