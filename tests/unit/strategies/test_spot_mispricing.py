"""Questions about a currency's price, held against the currency."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.sizing import SizingPolicy
from chalicelib.domain.strategy import REGISTRY
from chalicelib.domain.tape import Tape
from tests.builders import NOW, asking, beside, spot_tape, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "spot-mispricing"
YES, NO = "test:m0:yes", "test:m0:no"
SWINGING = 100 * np.exp(0.01 * (np.arange(11) % 2))
"""100 and 101 in turn: each minute moves 1 %, 25 minutes 5 %, and it is at 100 now."""
FALLING_BACK = 100 * np.exp(-0.01 * (np.arange(11) % 2))


def asked(
    yes: float,
    no: float,
    low: float,
    high: float = inf,
    touch: bool = False,
    minutes: float = 25,
    prices: FloatArray = SWINGING,
    **more: Any,
) -> Tape:
    """A market on the price of the currency in column 2, which ends after so many minutes."""
    asks = np.tile([yes, no], (len(prices), 1))
    both = beside(tape_of(asks - 0.02, asks, minutes_left=minutes, **more), spot_tape(prices))
    return asking(
        both,
        low=[low, low, nan],
        high=[high, high, nan],
        touch=[touch, touch, False],
        ends_at=[NOW.timestamp() + 60 * minutes] * 2 + [nan],
        underlying=[2, 2, -1],
    )


def wished(seen: Tape, **params: Any) -> list[list[str]]:
    return legs(NAME, seen, returns=10, **params)


def test_yes_is_bought_below_its_chance_to_end_above_the_threshold() -> None:
    """By hand: N((log(100 / 105) - 0.05^2 / 2) / 0.05) = 0.158461."""
    seen = asked(0.10, 0.92, low=105)
    (found,) = baskets(NAME, seen, returns=10)
    assert [leg.instrument_id for leg in found.legs] == [YES]
    assert found.edge == pytest.approx(0.158461 - 0.10, abs=1e-6)
    assert found.legs[0].reason == (
        "worth 0.158, offered at 0.100: price 100, 0.4 hours left, in which it moves 5.00 %"
    )


def test_no_is_bought_below_its_chance_and_yes_left_above_it() -> None:
    seen = asked(0.25, 0.76, low=105)
    (found,) = baskets(NAME, seen, returns=10)
    assert [leg.instrument_id for leg in found.legs] == [NO]
    assert found.edge == pytest.approx(1 - 0.158461 - 0.76, abs=1e-6)
    assert exits(NAME, seen, returns=10) == {
        YES: "worth 0.158, bid at 0.230: price 100, 0.4 hours left, in which it moves 5.00 %"
    }


@pytest.mark.parametrize(
    ("low", "high", "touch", "chance"),
    [
        (95, 105, False, 0.683093),
        (-inf, 105, False, 0.841539),
        (105, inf, True, 0.321177),
        (-inf, 95, True, 0.312825),
        (105, 110, True, 0.321177),
        (99, 101, True, 1.0),
    ],
)
def test_chance_between_bounds_and_of_a_touch(
    low: float, high: float, touch: bool, chance: float
) -> None:
    """By hand: differences of N(d2); N(d2) + 100 / 105 N(d1) from below, mirrored from above."""
    (found,) = baskets(NAME, asked(0.20, 0.98, low, high, touch), returns=10)
    assert [leg.instrument_id for leg in found.legs] == [YES]
    assert found.edge == pytest.approx(chance - 0.20, abs=1e-6)


@pytest.mark.parametrize(("minutes", "worth"), [(1, 0.0), (25, 0.158), (100, 0.295)])
def test_time_left_decides_what_the_predecessor_gave_one_number(
    minutes: float, worth: float
) -> None:
    seen = asked(0.97, 0.99, low=105, minutes=minutes)
    reason = exits(NAME, seen, returns=10)[YES]
    assert reason.startswith(f"worth {worth:.3f}, bid at 0.950")


@pytest.mark.parametrize(("yes", "no"), [(0.17, 0.85), (0.15, 0.84), (0.14, 0.83)])
def test_fair_prices_are_neither_bought_nor_left(yes: float, no: float) -> None:
    seen = asked(yes, no, low=105)
    assert (wished(seen), exits(NAME, seen, returns=10)) == ([], {})


def test_barrier_that_was_passed_within_the_tape_and_is_not_now_is_left_alone() -> None:
    assert wished(asked(0.20, 0.60, low=100.9, touch=True)) == []
    assert wished(asked(0.20, 0.60, low=101.1, touch=True)) == [[YES]]
    below = asked(0.20, 0.60, low=-inf, high=99.1, touch=True, prices=FALLING_BACK)
    assert wished(below) == []
    assert wished(asked(0.20, 0.60, low=100.9)) == [[YES]]


def test_what_the_market_takes_for_over_is_not_bought() -> None:
    """A barrier that was touched before the tape begins: YES at 0.98, NO at 0.03."""
    seen = asked(0.98, 0.03, low=105, touch=True)
    assert wished(seen) == []
    assert wished(seen, cheapest=0.0) == [[NO]]


def test_fee_and_margin_have_to_be_left_over() -> None:
    """By hand at 0.07: 0.07 * 0.10 * 0.90 = 0.0063."""
    (found,) = baskets(NAME, asked(0.10, 0.92, low=105, fee=0.07), returns=10)
    assert found.edge == pytest.approx(0.158461 - 0.10 - 0.0063, abs=1e-6)
    assert wished(asked(0.10, 0.92, low=105), min_margin=0.059) == []


@pytest.mark.parametrize(
    "seen",
    [
        asked(0.01, 0.92, low=105, minutes=3 * 1440),
        asked(0.10, 0.92, low=105, minutes=3),
        asked(0.10, 0.92, low=105, minutes=-1),
        asked(0.10, 0.92, low=105, prices=np.full(11, 100.0)),
        asked(0.10, 0.92, low=105, prices=SWINGING[1:]),
        asked(0.10, 0.92, low=105, prices=np.append(SWINGING, nan)),
        asked(0.10, 0.92, low=105, prices=np.append(SWINGING, 0.0)),
        asked(0.10, 0.92, low=nan),
        asking(asked(0.10, 0.92, low=105), underlying=[-1, -1, -1]),
        asking(asked(0.10, 0.92, low=105), starts_at=[NOW.timestamp() - 60] * 3),
        asking(asked(0.10, 0.92, low=105), ends_at=[nan] * 3),
    ],
    ids=[
        "too far ahead",
        "about to close",
        "over",
        "no volatility",
        "too few changes",
        "price unknown",
        "price zero",
        "no bounds",
        "no currency",
        "a change and not a level",
        "no end",
    ],
)
def test_nothing_is_wished_for_where_the_chance_is_not_known(seen: Tape) -> None:
    assert wished(seen, cheapest=0.0) == []


def test_two_days_ahead_are_allowed_to_be_more() -> None:
    seen = asked(0.20, 0.75, low=105, minutes=3 * 1440)
    assert wished(seen) == []
    assert wished(seen, most_days=4.0) == [[YES]]


def test_dear_currencies_and_cheap_ones_are_alike() -> None:
    for scale in (1e-7, 1e6):
        seen = asked(0.10, 0.92, low=105 * scale, prices=SWINGING * scale)
        (found,) = baskets(NAME, seen, returns=10)
        assert found.edge == pytest.approx(0.158461 - 0.10, abs=1e-6)


def test_stakes_are_a_fraction_of_kelly_unless_told() -> None:
    assert REGISTRY[NAME].about.sizing.policy is SizingPolicy.KELLY


def test_other_outcome_that_is_not_quoted_is_not_judged() -> None:
    alone = asked(0.10, 0.92, low=105)
    assert wished(replace(alone, complement=np.array([-1, -1, -1]))) == [[YES]]
