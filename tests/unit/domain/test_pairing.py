"""Which markets are compared, and which of their outcomes rise together."""

from dataclasses import replace
from typing import Any

import numpy as np

from chalicelib.domain.pairing import Pairs, Relation, related_pairs
from chalicelib.domain.tape import Tape
from tests.builders import asking, tape

INF = np.inf


def markets(count: int, **columns: Any) -> Tape:
    """So many markets; what they ask is given market by market."""
    seen = tape(np.full((1, 2 * count), 0.5))
    return asking(seen, **{name: np.repeat(values, 2) for name, values in columns.items()})


def found(seen: Tape, *relations: Relation) -> list[tuple[int, int]]:
    pairs = related_pairs(seen, relations or ("subject", "group", "underlying"))
    return list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


def test_pairing_takes_neighbours_in_the_order_of_their_bounds() -> None:
    bounds = {"low": [130, 100, 120, 110], "high": [INF] * 4}
    assert found(markets(4, subject=[0] * 4, **bounds)) == [(2, 6), (4, 0)]


def test_pairing_takes_dates_before_bounds() -> None:
    asked = {"low": [100, 110, 100, 110], "high": [INF] * 4, "ends_at": [2, 1, 1, 2]}
    assert found(markets(4, subject=[0] * 4, **asked)) == [(4, 2), (0, 6)]


def test_pairing_gives_each_market_one_partner_at_most() -> None:
    three = markets(3, subject=[0, 0, 0], low=[1, 2, 3], high=[INF] * 3)
    assert found(three) == [(0, 2)]


def test_pairing_gives_the_first_relation_the_first_choice() -> None:
    seen = markets(4, subject=[0, -1, 0, -1], underlying=[9, 9, 9, 9])
    assert found(seen) == [(0, 4), (2, 6)]
    assert found(seen, "group") == []


def test_pairing_takes_the_outcome_against_a_rival_of_an_exclusive_group() -> None:
    assert found(markets(2, group=[3, 3])) == [(0, 3)]


def test_pairing_takes_the_outcome_against_a_question_the_other_way_round() -> None:
    assert found(markets(2, subject=[0, 0], low=[100, -INF], high=[INF, 90])) == [(2, 1)]
    assert found(markets(2, subject=[0, 0], low=[-INF, -INF], high=[80, 90])) == [(0, 2)]


def test_pairing_knows_the_outcome_against_each() -> None:
    pairs = related_pairs(markets(2, group=[3, 3]), ["group"])
    assert pairs == Pairs(*(np.array([n]) for n in (0, 3, 1, 2)))


def test_pairing_never_reaches_from_one_venue_to_another() -> None:
    seen = markets(2, subject=[0, 0])
    names = [f"other{n[4:]}" if column > 1 else n for column, n in enumerate(seen.instruments)]
    assert found(replace(seen, instruments=tuple(names))) == []


def test_pairing_takes_no_market_that_cannot_be_bought_against() -> None:
    seen = markets(2, subject=[0, 0])
    assert found(replace(seen, complement=np.array([1, 0, -1, -1]))) == []
