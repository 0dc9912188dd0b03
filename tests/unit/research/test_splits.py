"""Splits of the past: nothing that is tried on was known while fitting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from purgedcv import CombinatorialPurgedCV
from purgedcv import purge as reference_purge

from chalicelib.domain.errors import InputError
from chalicelib.research.combinatorial import combinatorial, joined
from chalicelib.research.splits import (
    Split,
    embargo,
    purge,
    purge_events,
    train_test,
    walk_forward,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 20), st.booleans()), min_size=4, max_size=40
)


def test_later_rows_are_tried_on() -> None:
    split = train_test(10, 0.7)
    assert (split.train.tolist(), split.test.tolist()) == ([0, 1, 2, 3, 4, 5, 6], [7, 8, 9])
    with pytest.raises(InputError, match="one side empty"):
        train_test(1)


def test_windows_move_on_and_try_every_row_once() -> None:
    splits = walk_forward(11, 4, 2)
    assert [s.train.tolist() for s in splits] == [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]
    assert [s.test.tolist() for s in splits] == [[4, 5], [6, 7], [8, 9]]


def test_anchored_windows_keep_the_first_row() -> None:
    splits = walk_forward(10, 4, 2, anchored=True)
    assert [s.train.tolist() for s in splits] == [list(range(n)) for n in (4, 6, 8)]
    assert walk_forward(5, 4, 2) == []
    with pytest.raises(InputError, match="windows of 0"):
        walk_forward(5, 0, 2)


@given(SPANS)
def test_purge_leaves_no_label_that_overlaps_a_tried_one(
    spans: list[tuple[int, int, bool]],
) -> None:
    starts = np.array([start for start, _, _ in spans])
    ends = starts + np.array([length for _, length, _ in spans])
    tried = np.array([is_tried for _, _, is_tried in spans])
    split = Split(np.flatnonzero(~tried), np.flatnonzero(tried))
    left = purge(split, starts, ends)
    overlaps = [
        row
        for row in split.train
        if any(starts[row] <= ends[t] and starts[t] <= ends[row] for t in split.test)
    ]
    assert sorted([*left.train, *overlaps]) == split.train.tolist()
    assert left.test is split.test


def test_purge_agrees_with_an_independent_library() -> None:
    starts = np.arange(60)
    ends = starts + np.random.default_rng(1).integers(1, 9, 60)
    split = Split(np.r_[0:20, 30:60], np.arange(20, 30))
    theirs = reference_purge(
        train_idx=split.train,
        test_idx=split.test,
        prediction_times=starts.astype("datetime64[s]"),
        evaluation_times=ends.astype("datetime64[s]"),
    )
    # Its labels do not hold their last moment, ours do.
    assert purge(split, starts, ends - 1).train.tolist() == theirs.tolist()


def test_embargo_drops_what_starts_soon_after_each_tried_block() -> None:
    starts = np.arange(20)
    split = Split(np.r_[0:4, 6:14, 16:20], np.r_[4:6, 14:16])
    left = embargo(split, starts, starts + 1, after=2)
    assert left.train.tolist() == [0, 1, 2, 3, 9, 10, 11, 12, 13, 19]
    nothing_tried = Split(np.arange(20), np.arange(0))
    assert len(embargo(nothing_tried, starts, starts + 1, after=2).train) == 20


def test_event_is_on_one_side_only() -> None:
    """Five strikes of one event: fitting to one would tell the others' outcome."""
    left = purge_events(Split(np.arange(4), np.arange(4, 6)), ["a", "b", "c", "b", "c", "d"])
    assert left.train.tolist() == [0, 1, 3]


def test_label_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InputError, match="ends before it starts"):
        purge(train_test(2, 0.5), np.array([5, 6]), np.array([4, 7]))


def test_six_groups_of_which_two_are_tried_make_15_splits_and_5_paths() -> None:
    """Lopez de Prado 2018, figure 12.1."""
    cut = combinatorial(60)
    assert (len(cut.splits), cut.paths.shape) == (15, (5, 6))
    assert cut.paths[0].tolist() == [0, 0, 1, 2, 3, 4]


@pytest.mark.parametrize(("rows", "groups", "tried"), [(60, 6, 2), (47, 5, 3), (30, 10, 1)])
def test_splits_agree_with_an_independent_library(rows: int, groups: int, tried: int) -> None:
    times = np.arange(rows).astype("datetime64[s]")
    theirs = CombinatorialPurgedCV(
        n_splits=groups, n_test_groups=tried, prediction_times=times, evaluation_times=times
    )
    cut = combinatorial(rows, groups, tried)
    found = {tuple(split.test) for split in cut.splits}
    assert found == {tuple(test) for _, test in theirs.split(np.zeros((rows, 1)))}
    assert len(cut.paths) == len(cut.splits) * tried / groups


def test_every_tried_group_is_in_one_path_and_every_path_is_whole() -> None:
    cut = combinatorial(47, 5, 3)
    used = {(split, group) for path in cut.paths for group, split in enumerate(path)}
    assert len(used) == cut.paths.size == len(cut.splits) * 3
    results = [split.test + 1000.0 * number for number, split in enumerate(cut.splits)]
    paths = joined(cut, results)
    assert (paths % 1000 == np.arange(47)).all()
    assert (paths // 1000 == cut.paths[:, cut.group_of]).all()


@pytest.mark.parametrize(("groups", "tried"), [(6, 6), (6, 0), (99, 2), (40, 20)])
def test_choices_that_cannot_be_made_are_refused(groups: int, tried: int) -> None:
    with pytest.raises(InputError, match=f"{tried} of {groups} groups"):
        combinatorial(60, groups, tried)
