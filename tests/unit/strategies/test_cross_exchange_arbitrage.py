"""A currency is bought at one venue and sold short at another, when the gap pays for four fees."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.order import Side
from chalicelib.domain.signal import Unfilled
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies.cross_exchange_arbitrage import CrossExchangeArbitrage
from tests.builders import asking, spot_tape

USUAL = [100.0, 101.0]


def arbitrage(**params: Any) -> Strategy:
    return build_strategy(CrossExchangeArbitrage.name, {"window": 5, **params})


def quoted(rows: Any, names: str, subject: list[int], fee: float = 0.001) -> Tape:
    """Currencies of these names at these mid prices, with a spread of 0.02 % around them."""
    return asking(
        replace(spot_tape(rows, 0.0002, fee), instruments=tuple(names.split())), subject=subject
    )


def two(rows: Any, fee: float = 0.001) -> Tape:
    return quoted(rows, "a:BTC-USD b:BTCUSDT", [4, 4], fee)


def test_cross_exchange_arbitrage_buys_the_cheap_leg_and_sells_the_dear_one_short() -> None:
    seen = two([*[USUAL] * 5, [100.0, 103.0]])
    signals = arbitrage().signals(seen)
    assert signals.entry.tolist() == [*[[False, False]] * 5, [True, False]]
    assert signals.short is not None
    assert signals.short.tolist() == [*[[False, False]] * 5, [False, True]]
    # 2 beyond the usual 1; spreads of 0.02 and 0.0206, and a thousandth of twice 100 and 103
    left = 2 - 0.0406 - 0.406
    assert signals.edge[-1] == pytest.approx([left / 2, left / 2])
    (basket,) = signals.entries(seen)
    assert [(leg.instrument_id, leg.side) for leg in basket.legs] == [
        ("a:BTC-USD", Side.BUY),
        ("b:BTCUSDT", Side.SELL),
    ]
    assert basket.unfilled is Unfilled.UNWIND
    assert basket.edge == pytest.approx(left)
    assert basket.legs[0].reason == "the venues are 3 apart, usually 1: 1.5534 are left"


def test_cross_exchange_arbitrage_turns_round_where_the_first_venue_is_dear() -> None:
    seen = two([*[USUAL] * 5, [103.0, 101.0]])
    signals = arbitrage(first_venue="b").signals(seen)
    (basket,) = signals.entries(seen)
    assert [leg.side for leg in basket.legs] == [Side.SELL, Side.BUY]
    assert basket.first_venue == "b"


def test_cross_exchange_arbitrage_closes_both_legs_at_the_usual_gap() -> None:
    seen = two([*[USUAL] * 5, [100.0, 103.0], [102.0, 103.4]])
    signals = arbitrage().signals(seen)
    # usually four times 1 and once 3: 1.4
    assert signals.exit.tolist() == [*[[False, False]] * 6, [True, True]]
    assert set(signals.exits(seen).values()) == {"the venues are as far apart as usual"}


def test_cross_exchange_arbitrage_takes_the_widest_of_three_venues() -> None:
    names = "a:ETH-USD b:ETHUSDT c:ETHUSD other:SOL"
    flat = [100.0, 100.0, 100.0, 50.0]
    seen = quoted([*[flat] * 5, [99.0, 100.0, 102.0, 70.0]], names, [0, 0, 0, 1])
    signals = arbitrage().signals(seen)
    assert signals.entry[-1].tolist() == [True, False, False, False]
    assert signals.short is not None
    assert signals.short[-1].tolist() == [False, False, True, False]
    assert len(signals.entries(seen)[0].legs) == 2


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(two([*[USUAL] * 5, [100.0, 103.0]], fee=0.006), id="fees eat it"),
        pytest.param(two([USUAL] * 6), id="the usual gap"),
        pytest.param(two([*[USUAL] * 4, [100.0, 103.0]]), id="not enough history"),
        pytest.param(two([*[USUAL] * 5, [100.0, np.nan]]), id="one venue is silent"),
        pytest.param(
            quoted([*[USUAL] * 5, [100.0, 103.0]], "a:BTC-USD b:ETHUSDT", [4, 5]), id="two things"
        ),
        pytest.param(
            quoted([*[USUAL] * 5, [100.0, 103.0]], "a:BTC-USD a:BTCUSDT", [4, 4]), id="one venue"
        ),
        pytest.param(
            quoted([*[USUAL] * 5, [100.0, 103.0]], "a:BTC-USD b:BTCUSDT", [-1, -1]), id="unknown"
        ),
    ],
)
def test_cross_exchange_arbitrage_wishes_for_nothing(seen: Tape) -> None:
    assert arbitrage().signals(seen).entries(seen) == []
