"""YES at one venue with NO of the same question at another."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.signal import Unfilled
from chalicelib.domain.tape import Tape
from tests.builders import asking, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "cross-venue-arbitrage"
DAY = 24 * 60
SAME, TURNED = [2, 3, 0, 1], [3, 2, 1, 0]
"""The second market asks the same as the first, or the opposite."""


def venues(*asks: float, twin: list[int] = SAME, fee: float = 0.0, **more: Any) -> Tape:
    """YES and NO at Polymarket, YES and NO at Kalshi."""
    row = np.array([asks])
    seen = asking(tape_of(row - 0.01, row, fee, **more), twin=twin)
    return replace(seen, instruments=("polymarket:yes", "polymarket:no", "kalshi:yes", "kalshi:no"))


def test_cheap_yes_here_and_cheap_no_there_are_bought_kalshi_first() -> None:
    """By hand: 1 - (0.40 + 0.52) - 0.01 of mismatch - 0.92 * 0.04 / 365 of interest for a day."""
    (found,) = baskets(NAME, venues(0.40, 0.61, 0.50, 0.52))
    assert [leg.instrument_id for leg in found.legs] == ["polymarket:yes", "kalshi:no"]
    assert found.edge == pytest.approx(0.0698992, abs=1e-7)
    assert {leg.confidence for leg in found.legs} == {0.99}
    assert (found.unfilled, found.first_venue) == (Unfilled.UNWIND, "kalshi")
    assert found.legs[0].reason == (
        "both legs cost 0.9200 with fees and pay 1, less 0.0100 for a mismatch and "
        "0.0001 of interest"
    )
    assert exits(NAME, venues(0.40, 0.61, 0.50, 0.52)) == {}


def test_other_orientation_is_found_as_well_and_both_at_once() -> None:
    assert legs(NAME, venues(0.60, 0.41, 0.50, 0.52)) == [["polymarket:no", "kalshi:yes"]]
    crossed = venues(0.40, 0.41, 0.50, 0.52)
    assert legs(NAME, crossed) == [
        ["polymarket:no", "kalshi:yes"], ["polymarket:yes", "kalshi:no"],
    ]  # fmt: skip


def test_twin_of_opposite_meaning_is_bought_on_its_own_side() -> None:
    """Where YES there means NO here, YES here and YES there pay 1 together."""
    opposite = venues(0.40, 0.61, 0.52, 0.50, twin=TURNED)
    assert legs(NAME, opposite) == [["polymarket:yes", "kalshi:yes"]]
    assert legs(NAME, venues(0.40, 0.61, 0.52, 0.59)) == []


def test_pair_that_is_said_of_one_side_only_is_the_same_pair() -> None:
    assert legs(NAME, venues(0.40, 0.61, 0.50, 0.52, twin=[2, -1, -1, -1])) == [
        ["polymarket:yes", "kalshi:no"]
    ]


def test_what_nobody_confirmed_is_not_bought() -> None:
    assert legs(NAME, venues(0.40, 0.61, 0.50, 0.52, twin=[-1] * 4)) == []


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, True),
        ({"mismatch": 0.0698}, True),
        ({"mismatch": 0.0700}, False),
        ({"min_margin": 0.0698}, True),
        ({"min_margin": 0.0700}, False),
    ],
)
def test_mismatch_and_margin_have_to_be_left_over(change: dict[str, float], taken: bool) -> None:
    seen = venues(0.40, 0.61, 0.50, 0.52)
    assert bool(legs(NAME, seen, **{"annual_rate": 0.0, "min_margin": 0.01, **change})) is taken


def test_fees_of_both_venues_are_paid() -> None:
    """By hand at 0.07: 0.07 * (0.40 * 0.60 + 0.52 * 0.48) = 0.034272."""
    (found,) = baskets(NAME, venues(0.40, 0.61, 0.50, 0.52, fee=0.07), annual_rate=0.0)
    assert found.edge == pytest.approx(0.08 - 0.01 - 0.034272)


def test_interest_runs_until_the_later_market_ends() -> None:
    later = venues(0.40, 0.61, 0.50, 0.52)
    ends = later.closes_at + np.array([0, 0, 364, 364]) * DAY * 60
    (found,) = baskets(NAME, replace(later, closes_at=ends))
    assert found.edge == pytest.approx(0.07 - 0.92 * 0.04)
    assert legs(NAME, venues(0.40, 0.61, 0.50, 0.52, minutes_left=np.nan)) == []


@pytest.mark.parametrize("asks", [(0.40, 0.61, 0.50, 0.60), (np.nan,) * 4, (0.4, 0.6, 0.5, np.nan)])
def test_pair_that_costs_a_dollar_or_has_no_price_is_left(asks: tuple[float, ...]) -> None:
    assert legs(NAME, venues(*asks)) == []
