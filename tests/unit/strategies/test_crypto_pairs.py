"""The cheap one of two named currencies is bought when their spread is stretched and comes back."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError
from chalicelib.domain.order import Side
from chalicelib.domain.signal import Unfilled
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies.crypto_pairs import CryptoPairs
from tests.builders import spot_tape

ROWS = 23
SWING = np.array([1.0, -1.0, 0.5, -0.5])


def pairs(**params: Any) -> Strategy:
    return build_strategy(
        CryptoPairs.name, {"pairs": "BTC/ETH", "window": 20, "entry_z": 1.5, **params}
    )


def quoted(last: float, fee: float = 0.0, spread: float = 0.0) -> Tape:
    """ETH climbs from 100; BTC is ten of it and swings by a dollar, and by ``last`` in the end."""
    eth = 100 + np.arange(ROWS) % 7
    btc = 10.0 * eth + np.resize(SWING, ROWS)
    btc[-1] = 10 * eth[-1] + last
    named = spot_tape(np.column_stack([btc, eth]), spread, fee)
    return replace(named, instruments=("x:BTC-USD", "x:ETH-USD"))


def fitted(seen: Tape) -> tuple[float, float, float]:
    """Hedge ratio, the last residual, and how many deviations that is, by a fitted line."""
    btc, eth = seen.mid[-20:].T
    line = np.polyfit(eth, btc, 1)
    left: FloatArray = btc - np.polyval(line, eth)
    return float(line[0]), float(left[-1]), float(left[-1] / left.std())


def test_crypto_pairs_buys_the_first_when_it_is_cheap() -> None:
    seen = quoted(-3.0, fee=0.0001)
    ratio, left, z = fitted(seen)
    assert ratio == pytest.approx(10, abs=0.2)
    assert -4 < z < -1.5
    signals = pairs().signals(seen)
    assert signals.entry.tolist() == [*[[False, False]] * 22, [True, False]]
    cost = 0.0002 * seen.mid[-1, 0]  # two fees of one ten-thousandth, and no spread
    assert signals.edge[-1, 0] == pytest.approx(-left / 2 - cost)
    (basket,) = signals.entries(seen)
    assert [(leg.instrument_id, leg.side) for leg in basket.legs] == [("x:BTC-USD", Side.BUY)]
    start = f"{z:+.1f} deviations from {ratio:.4g} of the other, t "
    assert basket.legs[0].reason.startswith(start)


def test_crypto_pairs_buys_the_second_when_the_first_is_dear() -> None:
    seen = quoted(3.0)
    ratio, left, _ = fitted(seen)
    signals = pairs().signals(seen)
    assert signals.entry[-1].tolist() == [False, True]
    assert signals.edge[-1, 1] == pytest.approx(left / ratio / 2)
    assert signals.exit[-1].tolist() == [True, False]  # who holds the dear one sells it


def test_crypto_pairs_hedged_sells_the_dear_one_short_by_the_hedge_ratio() -> None:
    seen = quoted(3.0, fee=0.0001)
    ratio, left, _ = fitted(seen)
    signals = pairs(hedged=True).signals(seen)
    (basket,) = signals.entries(seen)
    btc, eth = basket.legs
    assert (btc.side, btc.ratio) == (Side.SELL, 1.0)
    assert (eth.side, eth.ratio) == (Side.BUY, pytest.approx(ratio))
    costs = 0.0002 * (seen.mid[-1, 0] + ratio * seen.mid[-1, 1])
    assert basket.edge == pytest.approx(left - costs)
    assert basket.unfilled is Unfilled.UNWIND
    assert not signals.exit[-1].any()


def test_crypto_pairs_hedged_leaves_both_legs_when_the_spread_is_back() -> None:
    seen = quoted(0.1)
    assert abs(fitted(seen)[2]) < 0.5
    assert pairs(hedged=True).signals(seen).exit[-1].tolist() == [True, True]


@pytest.mark.parametrize(
    ("last", "changes", "params"),
    [
        pytest.param(-3.0, {"fee": 0.002}, {}, id="fees eat it"),
        pytest.param(-3.0, {"spread": 0.004}, {}, id="the spread eats it"),
        pytest.param(-0.5, {}, {}, id="not stretched"),
        pytest.param(-3.0, {}, {"stop_z": 1.6}, id="gone too far"),
        pytest.param(-3.0, {}, {"critical": -19.0}, id="not surely stationary"),
        pytest.param(-3.0, {}, {"pairs": "BTC/LTC"}, id="not a named pair"),
        pytest.param(-3.0, {}, {"window": 21}, id="not enough history"),
    ],
)
def test_crypto_pairs_wishes_for_nothing(
    last: float, changes: dict[str, float], params: dict[str, Any]
) -> None:
    assert not pairs(**params).signals(quoted(last, **changes)).entry.any()


def test_crypto_pairs_that_come_back_too_slowly_are_left_alone() -> None:
    slow = np.resize([0.0, 0.8, 1.2, 0.8, 0.0, -0.8, -1.2, -0.8], ROWS)
    eth = 100 + np.arange(ROWS) % 7
    prices = np.column_stack([10.0 * eth + slow, eth])
    prices[-1, 0] -= 1.0
    seen = replace(spot_tape(prices), instruments=("x:BTC-USD", "x:ETH-USD"))
    loose = {"critical": 0.0, "entry_z": 1.2}
    assert 1 < pairs(**loose).signals(seen).facts["life"][-1, 0] < 3
    assert pairs(**loose).signals(seen).entry[-1, 0]
    assert not pairs(**loose, max_half_life=1.0).signals(seen).entry.any()


def test_crypto_pairs_that_drift_apart_are_not_taken_for_one_that_comes_back() -> None:
    drift = np.cumsum(np.resize([1.0, 0.5, -0.2, 0.8], ROWS)) ** 1.5
    prices = np.column_stack([1000 + drift, 100 + np.sin(np.arange(ROWS))])
    seen = replace(spot_tape(prices), instruments=("x:BTC-USD", "x:ETH-USD"))
    assert not pairs(entry_z=0.6).signals(seen).entry.any()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"pairs": "BTC ETH"}, "are not like"),
        ({"pairs": "BTC/ETH SOL/ETH"}, "each name in one"),
        ({"exit_z": 2.0}, "have to rise in this order"),
        ({"stop_z": 1.0}, "have to rise in this order"),
    ],
)
def test_crypto_pairs_refuses_contradictions(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        pairs(**wrong)
