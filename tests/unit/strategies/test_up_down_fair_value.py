"""Up and Down of a short window, priced from where the currency began, is, and may go."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.sizing import SizingPolicy
from chalicelib.domain.strategy import REGISTRY
from chalicelib.domain.tape import Tape
from tests.builders import NOW, asking, beside, spot_tape, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "up-down-fair-value"
UP, DOWN = "test:m0:yes", "test:m0:no"
ROWS = 16
SWINGING = 100 * np.exp(0.001 * (np.arange(ROWS) % 2))
"""100 and 100.1 in turn: each minute moves 0.1 %, and it is at 100.1 now."""


def window(
    up: float,
    down: float,
    begun: float = 9,
    minutes: float = 15,
    prices: FloatArray = SWINGING,
    fee: float = 0,
) -> Tape:
    """A market on a window that began so many minutes ago, with its currency in column 2."""
    asks = np.tile([up, down], (len(prices), 1))
    left = minutes - begun
    market = tape_of(asks - 0.02, asks, fee, minutes_left=left)
    start, end = NOW.timestamp() - 60 * begun, NOW.timestamp() + 60 * left
    both = beside(market, spot_tape(prices))
    nan = np.nan
    return asking(
        both, starts_at=[start] * 2 + [nan], ends_at=[end] * 2 + [nan], underlying=[2, 2, -1]
    )


def test_side_that_its_move_makes_worth_more_than_its_ask_is_bought() -> None:
    """By hand: it is 0.1 % up and moves 0.1 % times the root of 6 minutes: N(1 / sqrt(6))."""
    seen = window(0.60, 0.42)
    (found,) = baskets(NAME, seen, returns=10)
    assert [leg.instrument_id for leg in found.legs] == [UP]
    assert found.edge == pytest.approx(0.658454 - 0.60, abs=1e-6)
    assert found.legs[0].confidence == pytest.approx(0.658454, abs=1e-6)
    assert found.legs[0].reason == (
        "worth 0.658, offered at 0.600: +0.100 % so far, 6.0 minutes left, in which it moves "
        "0.245 %"
    )
    assert exits(NAME, seen, returns=10) == {DOWN: (
        "worth 0.342, bid at 0.400: +0.100 % so far, 6.0 minutes left, in which it moves 0.245 %"
    )}  # fmt: skip


def test_down_is_bought_where_up_is_too_dear() -> None:
    seen = window(0.72, 0.30)
    (found,) = baskets(NAME, seen, returns=10)
    assert [leg.instrument_id for leg in found.legs] == [DOWN]
    assert found.edge == pytest.approx(1 - 0.658454 - 0.30, abs=1e-6)
    assert list(exits(NAME, seen, returns=10)) == [UP]


def test_fall_since_the_beginning_makes_down_the_likelier_side() -> None:
    fallen = window(0.42, 0.60, prices=100 * np.exp(-0.001 * (np.arange(ROWS) % 2)))
    assert legs(NAME, fallen, returns=10) == [[DOWN]]


@pytest.mark.parametrize(("up", "down"), [(0.65, 0.35), (0.64, 0.34), (0.67, 0.33)])
def test_fair_prices_are_neither_bought_nor_left(up: float, down: float) -> None:
    seen = window(up, down)
    assert (legs(NAME, seen, returns=10), exits(NAME, seen, returns=10)) == ([], {})


def test_fee_and_margin_have_to_be_left_over() -> None:
    """By hand at 0.07: 0.07 * 0.60 * 0.40 = 0.0168 of the 0.0585."""
    (found,) = baskets(NAME, window(0.60, 0.42, fee=0.07), returns=10)
    assert found.edge == pytest.approx(0.658454 - 0.60 - 0.0168, abs=1e-6)
    assert legs(NAME, window(0.60, 0.42), returns=10, min_margin=0.059) == []


def without(seen: Tape, row: int) -> Tape:
    """The same tape with no price of the currency in one row."""
    bid = seen.bid.copy()
    bid[row, 2] = np.nan
    return replace(seen, bid=bid)


@pytest.mark.parametrize(
    "seen",
    [
        window(0.60, 0.42, begun=16, minutes=20),
        window(0.60, 0.42, begun=9.9, minutes=90),
        window(0.60, 0.42, begun=-1),
        window(0.60, 0.42, begun=14.5),
        window(0.60, 0.42, prices=np.full(ROWS, 100.0)),
        window(0.60, 0.42, prices=SWINGING[-10:], begun=5),
        without(window(0.60, 0.42), 6),
        without(window(0.60, 0.42), 15),
        asking(window(0.60, 0.42), underlying=[-1, -1, -1]),
        asking(window(0.60, 0.42), starts_at=[np.nan] * 3),
    ],
    ids=[
        "began before the tape",
        "too long",
        "not begun",
        "over in half a minute",
        "no volatility",
        "too few changes",
        "beginning unknown",
        "price unknown",
        "no currency",
        "no window",
    ],
)
def test_nothing_is_wished_for_where_the_chance_is_not_known(seen: Tape) -> None:
    assert legs(NAME, seen, returns=10) == []


def test_beginning_is_the_price_of_the_minute_in_which_it_began() -> None:
    """Half a minute into row 6, at 100, the next row being at 100.1."""
    assert legs(NAME, window(0.60, 0.42, begun=8.5), returns=10) == [[UP]]


def test_missed_cycle_at_the_beginning_leaves_the_chance_unknown() -> None:
    seen = window(0.60, 0.42)
    late = seen.times.copy()
    late[6] += 30
    assert legs(NAME, replace(seen, times=late), returns=10) == []


def test_beginning_is_remembered_for_as_many_rows_as_the_strategy_says() -> None:
    """Rows ten seconds apart: a window that began 70 rows ago began before the lookback of 61."""
    swinging = 100 * np.exp(0.001 * (np.arange(101) % 2 == 0))
    for begun, known in ((59 / 6, True), (71 / 6, False)):
        minutes = window(0.99, 0.20, begun=begun, minutes=15, prices=swinging)
        fine = replace(minutes, times=minutes.times[-1] - 10 * np.arange(101)[::-1])
        assert bool(exits(NAME, fine, returns=10)) is known


def test_better_side_is_bought_where_both_are_cheap() -> None:
    """Up is worth 0.658 and leaves 0.058, Down is worth 0.342 and leaves 0.042."""
    assert legs(NAME, window(0.60, 0.30), returns=10) == [[UP]]
    assert legs(NAME, window(0.60, 0.27), returns=10) == [[DOWN]]


def test_beginning_of_an_hour_is_remembered_with_the_default_parameters() -> None:
    """It was 0.2 % lower 58 minutes ago, and moves about 0.14 % in the two that are left."""
    hour = 100 * np.exp(0.001 * (np.arange(61) % 2))
    hour[2] = 99.8
    seen = window(0.80, 0.22, begun=58, minutes=60, prices=hour)
    assert legs(NAME, seen) == [[UP]]
    assert legs(NAME, seen.rows(1, 61)) == []


def test_stakes_are_a_fraction_of_kelly_unless_told() -> None:
    assert REGISTRY[NAME].about.sizing.policy is SizingPolicy.KELLY
