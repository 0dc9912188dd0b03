"""Every YES or every NO of an exclusive group, for less than they pay."""

from typing import Any

import numpy as np
import pytest

from chalicelib.domain.signal import Unfilled
from chalicelib.domain.tape import Tape
from tests.builders import asking, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "multi-outcome-arbitrage"
YES = [f"test:m{n}:yes" for n in range(3)]
NO = [f"test:m{n}:no" for n in range(3)]


def group(*asks: float, size: int = 3, fee: float = 0.0, **more: Any) -> Tape:
    """One group: YES and NO of the first market, of the second, and so on."""
    row = np.array([asks])
    seen = tape_of(row - 0.01, row, fee, **more)
    return asking(seen, group=[0] * len(asks), group_size=[size] * len(asks))


CHEAP_YES = (0.30, 0.72, 0.25, 0.77, 0.35, 0.68)
"""The YES cost 0.90 together, the NO 2.17."""
CHEAP_NO = (0.41, 0.60, 0.45, 0.56, 0.30, 0.72)
"""The YES cost 1.16 together, the NO 1.88."""


def test_every_yes_of_a_whole_group_under_a_dollar_is_one_basket() -> None:
    """By hand, for a day at 4 % a year: 1 - 0.90 * (1 + 0.04 / 365) = 0.0999014."""
    (found,) = baskets(NAME, group(*CHEAP_YES))
    assert [leg.instrument_id for leg in found.legs] == YES
    assert found.edge == pytest.approx(0.0999014, abs=1e-7)
    assert found.legs[1].edge == pytest.approx(0.0999014 / 3, abs=1e-7)
    assert found.legs[0].reason == "3 legs cost 0.9000 with fees and pay 1 or more"
    assert found.unfilled is Unfilled.ABORT
    assert exits(NAME, group(*CHEAP_YES)) == {}


def test_every_no_of_a_group_under_one_less_than_their_number_is_one_basket() -> None:
    (found,) = baskets(NAME, group(*CHEAP_NO), annual_rate=0.0)
    assert [leg.instrument_id for leg in found.legs] == NO
    assert found.edge == pytest.approx(0.12)
    assert found.legs[2].reason == "3 legs cost 1.8800 with fees and pay 2 or more"


@pytest.mark.parametrize("size", [0, 2, 4])
def test_yes_side_needs_the_whole_group_and_the_no_side_does_not(size: int) -> None:
    assert legs(NAME, group(*CHEAP_YES, size=size)) == []
    assert legs(NAME, group(*CHEAP_NO, size=size)) == [NO]


def test_yes_side_needs_a_price_of_every_outcome_and_the_no_side_does_not() -> None:
    assert legs(NAME, group(*CHEAP_YES[:4], np.nan, np.nan)) == []
    assert legs(NAME, group(0.5, 0.48, 0.5, 0.47, np.nan, np.nan)) == [NO[:2]]


def test_no_that_costs_more_than_the_dollar_it_adds_is_left_out() -> None:
    """By hand, for a year at 4 %: 0.98 becomes 1.0192, the others leave 2 * (1 - 0.468) - 1."""
    seen = group(0.5, 0.45, 0.5, 0.45, 0.03, 0.98, minutes_left=365 * 1440)
    (found,) = baskets(NAME, seen)
    assert [leg.instrument_id for leg in found.legs] == NO[:2]
    assert found.edge == pytest.approx(0.064)
    assert found.legs[0].reason == "2 legs cost 0.9000 with fees and pay 1 or more"
    (whole,) = baskets(NAME, seen, annual_rate=0.0)
    assert [leg.instrument_id for leg in whole.legs] == NO


def test_better_side_of_a_group_is_taken_where_both_are_cheap() -> None:
    both = group(0.30, 0.60, 0.30, 0.60, 0.30, 0.60)
    assert legs(NAME, both) == [NO]
    assert legs(NAME, group(0.20, 0.60, 0.20, 0.65, 0.20, 0.70)) == [YES]


def test_fees_and_margin_decide_whether_it_is_worth_it() -> None:
    """By hand at 0.07: 0.30 * 0.70 + 0.25 * 0.75 + 0.35 * 0.65 = 0.625, so 4.375 cents of fees."""
    seen = group(*CHEAP_YES, fee=0.07)
    (found,) = baskets(NAME, seen, annual_rate=0.0)
    assert found.edge == pytest.approx(0.1 - 0.04375)
    assert legs(NAME, seen, annual_rate=0.0, min_margin=0.0562)
    assert not legs(NAME, seen, annual_rate=0.0, min_margin=0.0563)


def test_lock_up_until_a_far_end_is_charged_for_and_an_unknown_end_is_not_waited_for() -> None:
    assert legs(NAME, group(*CHEAP_YES, minutes_left=2 * 365 * 1440), annual_rate=0.05) == []
    assert legs(NAME, group(*CHEAP_YES, minutes_left=np.nan)) == []


@pytest.mark.parametrize("minutes", [0, -1])
def test_nothing_is_bought_of_a_group_that_is_over(minutes: float) -> None:
    assert legs(NAME, group(*CHEAP_YES, minutes_left=minutes)) == []


def test_markets_of_no_group_and_of_two_groups_are_not_put_together() -> None:
    alone = asking(group(*CHEAP_YES), group=[-1] * 6)
    assert legs(NAME, alone) == []
    two = asking(group(*CHEAP_YES), group=[0, 0, 0, 0, 1, 1])
    assert legs(NAME, two) == []
