"""Both outcomes of one market for less than the dollar that one of them pays."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.signal import Unfilled
from chalicelib.domain.tape import Tape
from tests.builders import spot_tape, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "yes-no-arbitrage"


def pair(yes: float, no: float, fee: float = 0.0, minutes_left: float = 1440) -> Tape:
    asks = np.array([[yes, no]])
    return tape_of(asks - 0.01, asks, fee, minutes_left)


def test_both_sides_are_bought_when_the_pair_costs_less_than_a_dollar() -> None:
    (found,) = baskets(NAME, pair(0.40, 0.55))
    assert [leg.instrument_id for leg in found.legs] == ["test:m0:yes", "test:m0:no"]
    assert found.edge == pytest.approx(0.05)
    assert found.legs[0].reason == "the pair costs 0.9500 with fees and pays 1"
    assert found.unfilled is Unfilled.ABORT


def test_nothing_is_taken_when_the_fees_eat_it() -> None:
    """By hand at 0.05: 0.97 + 0.05 * (0.45 * 0.55 + 0.52 * 0.48) = 0.994855; at 0.07 above 1."""
    (found,) = baskets(NAME, pair(0.45, 0.52, fee=0.05))
    assert found.edge == pytest.approx(0.005145)
    assert legs(NAME, pair(0.45, 0.52, fee=0.07)) == []


@pytest.mark.parametrize(("no", "taken"), [(0.594, True), (0.596, False), (0.60, False)])
def test_margin_has_to_be_left_over(no: float, taken: bool) -> None:
    assert bool(legs(NAME, pair(0.40, no))) is taken


def test_price_is_needed_on_both_sides() -> None:
    assert legs(NAME, pair(0.40, np.nan)) == []


@pytest.mark.parametrize(("yes", "no"), [(0.0, 0.4), (0.4, 0.0), (0.0, 1.0), (-0.2, 0.4)])
def test_what_no_venue_offers_is_no_price(yes: float, no: float) -> None:
    assert legs(NAME, pair(yes, no)) == []


@pytest.mark.parametrize("minutes", [0, -10])
def test_market_that_has_ended_is_over(minutes: float) -> None:
    assert legs(NAME, pair(0.40, 0.50, minutes_left=minutes)) == []


def test_what_has_no_other_side_is_not_paired() -> None:
    alone = replace(pair(0.10, 0.10), complement=np.array([-1, -1]))
    assert legs(NAME, alone) == []


def test_currencies_are_passed_over() -> None:
    assert legs(NAME, spot_tape([[0.1, 0.2]])) == []


def test_pair_is_held_to_the_end() -> None:
    assert exits(NAME, pair(0.40, 0.70)) == {}
