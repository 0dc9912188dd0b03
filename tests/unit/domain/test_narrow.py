"""A part of a tape is judged as if it were alone, and nothing is wished for outside of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.narrow import narrowed, on_columns
from chalicelib.domain.signal import Signals
from chalicelib.domain.tape import Tape
from tests.builders import asking, mixed_walk, random_walk, tape


def judged(part: Tape) -> Signals:
    """A wish for every known price of a part, in a basket for each market."""
    known = ~np.isnan(part.mid)
    return Signals(
        known, ~known, np.nan_to_num(part.mid), np.ones(part.mid.shape),
        "costs {ask:.2f}", "gone", {"ask": part.ask}, part.market, volatility=part.ask_size,
    )  # fmt: skip


def test_narrowed_tape_points_to_its_own_columns_and_to_none_that_it_lacks() -> None:
    whole = asking(tape([[0.1, 0.9, 0.2, 0.8, 0.5]]), twin=[4, -1, 0, -1, 0], underlying=[4] * 5)
    part = narrowed(whole, np.array([0, 3, 4]))
    assert part.instruments == ("test:m0:yes", "test:m1:no", "test:m2:yes")
    assert part.complement.tolist() == [-1, -1, -1]
    assert narrowed(whole, np.array([2, 3])).complement.tolist() == [1, 0]
    assert part.questions.twin.tolist() == [2, -1, 0]
    assert part.questions.underlying.tolist() == [2, 2, 2]
    assert part.mid.tolist() == [[0.1, 0.8, 0.5]]


@given(seed=st.integers(0, 1000), columns=st.integers(2, 6))
def test_judging_columns_gives_the_signals_of_those_columns(seed: int, columns: int) -> None:
    walk = mixed_walk(seed, 5, columns, 0.2)
    everywhere, part = judged(walk), on_columns(walk, walk.spot, judged)
    np.testing.assert_array_equal(part.entry, everywhere.entry & walk.spot)
    np.testing.assert_array_equal(part.exit, everywhere.exit & walk.spot)
    names = {name for name, spot in zip(walk.instruments, walk.spot, strict=True) if spot}
    expected = [b for b in everywhere.entries(walk) if b.legs[0].instrument_id in names]
    assert part.entries(walk) == expected


def test_judging_no_column_wishes_for_nothing() -> None:
    walk = random_walk(1, 3, 4)
    nothing = on_columns(walk, np.zeros(4, bool), judged)
    assert nothing.entries(walk) == []
    assert nothing.exits(walk) == {}


def test_judging_every_column_judges_the_tape_itself() -> None:
    walk = random_walk(1, 3, 4)
    seen: list[Tape] = []
    on_columns(walk, np.ones(4, bool), lambda part: seen.append(part) or judged(part))
    assert seen[0] is walk
