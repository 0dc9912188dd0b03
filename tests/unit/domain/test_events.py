"""The best of each lot, and what belongs to one event."""

from dataclasses import replace

import numpy as np

from chalicelib.domain.events import best_of_each, event_of, market_of
from tests.builders import asking, tape


def test_best_of_each_marks_one_of_each_number_in_each_row() -> None:
    worth = np.array([[1.0, 3.0, 2.0, 2.0], [5.0, np.nan, -1.0, np.nan], [np.nan] * 4])
    marked = best_of_each(worth, np.array([7, 4, 7, 4]))
    assert marked.tolist() == [
        [False, True, True, False], [True, False, False, False], [False] * 4
    ]  # fmt: skip


def test_best_of_each_takes_the_first_among_equals() -> None:
    assert best_of_each(np.array([[2.0, 2.0, 2.0]]), np.array([1, 1, 1])).tolist() == [
        [True, False, False]
    ]


def test_best_of_each_of_nothing_is_nothing() -> None:
    assert best_of_each(np.empty((3, 0)), np.empty(0, np.int64)).shape == (3, 0)


def test_event_of_holds_a_group_together_with_all_of_its_outcomes() -> None:
    seen = asking(tape(np.full((1, 8), 0.5)), group=[5, -1, 5, -1, -1, -1, -1, -1])
    assert len(set(event_of(seen)[:4])) == 1
    assert len(set(event_of(seen))) == 3


def test_market_of_gives_what_belongs_to_no_market_a_number_of_its_own() -> None:
    seen = replace(tape(np.full((1, 4), 0.5)), market=np.array([0, 0, -1, -1]))
    assert market_of(seen)[0] == market_of(seen)[1]
    assert len(set(market_of(seen))) == 3
