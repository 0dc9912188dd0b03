"""A currency is bought in the row in which its averages cross, and left when they cross back."""

from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies.moving_average_cross import MovingAverageCross
from tests.builders import spot_tape, tape

STILL = [100.0] * 6


def cross(**params: Any) -> Strategy:
    return build_strategy(MovingAverageCross.name, {"fast": 1, "slow": 3, **params})


def test_moving_average_cross_buys_in_the_row_of_the_cross_and_not_again() -> None:
    seen = spot_tape([*STILL, 103.0, 103.0])
    signals = cross().signals(seen)
    assert signals.entry[:, 0].tolist() == [*[False] * 6, True, False]
    assert signals.edge[6, 0] == pytest.approx(0.103)
    (basket,) = signals.entries(seen, 6)
    assert basket.legs[0].reason == "the fast average 103 crossed to 1.98% above 101"


def test_moving_average_cross_leaves_while_the_fast_average_is_below() -> None:
    seen = spot_tape([*STILL, 97.0, 97.0])
    signals = cross().signals(seen)
    assert signals.exit[:, 0].tolist() == [*[False] * 6, True, True]
    assert signals.exits(seen, 6) == {
        "test:COIN0USD": "the fast average 97 is -2.02% from 99",
    }


def test_moving_average_cross_takes_exponential_averages() -> None:
    seen = spot_tape([*[100.0] * 18, 103.0])
    signals = cross(kind="exponential").signals(seen)
    assert signals.entry[:, 0].tolist() == [*[False] * 18, True]
    assert signals.facts["slow"][-1, 0] == pytest.approx(101.5)  # half of the newest, half of 100


@pytest.mark.parametrize(
    "tape_",
    [
        pytest.param(spot_tape([*STILL, 100.05]), id="within the band"),
        pytest.param(spot_tape([*STILL[1:], 103.0]), id="not enough history"),
        pytest.param(tape([*[0.4] * 6, 0.8]), id="a contract"),
    ],
)
def test_moving_average_cross_wishes_for_nothing(tape_: Any) -> None:
    assert not cross().signals(tape_).entry.any()


@pytest.mark.parametrize("fast", [3, 4])
def test_moving_average_cross_refuses_a_fast_average_that_is_not_faster(fast: int) -> None:
    with pytest.raises(InputError, match=f"fast {fast} is not below slow 3"):
        cross(fast=fast)
