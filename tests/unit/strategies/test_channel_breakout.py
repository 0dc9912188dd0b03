"""A currency is bought above the highs of its channel, and left below the lows of a shorter one."""

from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.sizing import SizingPolicy
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies.channel_breakout import ChannelBreakout
from tests.builders import spot_tape, tape

SIDEWAYS = [100.0, 101.0] * 7


def breakout(**params: Any) -> Strategy:
    short = {"window": 3, "exit_window": 2, "atr_window": 2}
    return build_strategy(ChannelBreakout.name, {**short, **params})


def test_channel_breakout_buys_above_the_highs_of_the_rows_before() -> None:
    seen = spot_tape([*SIDEWAYS, 103.0])
    signals = breakout().signals(seen)
    assert signals.entry[:, 0].tolist() == [*[False] * 14, True]
    assert signals.edge[-1, 0] == pytest.approx(0.5)  # every move was 1, and half of it may be lost
    assert signals.confidence[-1, 0] == pytest.approx(0.5)  # 2 of 4 ranges
    (basket,) = signals.entries(seen)
    assert basket.legs[0].reason == "103 is above the highs of 101, ranges average 1"
    assert basket.legs[0].volatility == pytest.approx(1)


def test_channel_breakout_leaves_below_the_lows_of_the_rows_before() -> None:
    seen = spot_tape([*SIDEWAYS, 103.0, 100.5])
    signals = breakout().signals(seen)
    assert signals.exits(seen) == {"test:COIN0USD": "100.5 is below the lows of 101"}
    assert not signals.exit[:15].any()


@pytest.mark.parametrize(
    "tape_",
    [
        pytest.param(spot_tape([*SIDEWAYS, 101.4]), id="within the noise"),
        pytest.param(spot_tape([*SIDEWAYS[1:], 103.0]), id="not enough history"),
        pytest.param(spot_tape([100.0] * 30), id="nothing moves"),
        pytest.param(tape([*[0.4, 0.5] * 7, 0.9]), id="a contract"),
    ],
)
def test_channel_breakout_wishes_for_nothing(tape_: Any) -> None:
    assert not breakout().signals(tape_).entry.any()


def test_channel_breakout_is_sized_by_the_noise_it_measures() -> None:
    assert breakout().about.sizing.policy is SizingPolicy.VOLATILITY_TARGET


def test_channel_breakout_refuses_an_exit_channel_longer_than_the_entry_channel() -> None:
    with pytest.raises(InputError, match="exit_window 4 is longer than window 3"):
        breakout(exit_window=4)
