"""A currency is bought when it is far below its mean and oversold, and left at its mean."""

from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies.crypto_mean_reversion import CryptoMeanReversion
from tests.builders import spot_tape, tape

FELL = [*[100.0] * 13, 90.0]


def reversion(**params: Any) -> Strategy:
    short = {"window": 5, "entry_z": 1.99, "rsi_window": 2}
    return build_strategy(CryptoMeanReversion.name, {**short, **params})


def test_crypto_mean_reversion_buys_a_fall_that_pays_for_both_fees() -> None:
    seen = spot_tape(FELL, fee=0.001)
    signals = reversion().signals(seen)
    assert signals.entry[:, 0].tolist() == [*[False] * 13, True]
    # of 100, 100, 100, 100 and 90 the mean is 98, the deviation sqrt((4 x 4 + 64) / 5) = 4
    assert signals.edge[-1, 0] == pytest.approx(98 - 90 - 0.090 - 0.098)
    assert signals.confidence[-1, 0] == pytest.approx(0.5)
    (basket,) = signals.entries(seen)
    assert basket.legs[0].reason == "-2.0 deviations from its mean of 98, RSI 0"


def test_crypto_mean_reversion_leaves_when_it_is_back() -> None:
    seen = spot_tape([*FELL, 100.0])
    signals = reversion().signals(seen)
    assert signals.exits(seen) == {"test:COIN0USD": "+0.5 deviations from its mean of 98"}
    assert not signals.exit[:14].any()


@pytest.mark.parametrize(
    ("tape_", "params"),
    [
        pytest.param(spot_tape(FELL, fee=0.05), {}, id="fees eat it"),
        pytest.param(spot_tape(FELL, spread=0.1), {}, id="the spread eats it"),
        pytest.param(spot_tape(FELL), {"entry_z": 2.1}, id="not far enough"),
        pytest.param(
            spot_tape([*range(100, 113), 104]), {"oversold": 5, "entry_z": 1}, id="not oversold"
        ),
        pytest.param(spot_tape(FELL[1:]), {}, id="not enough history"),
        pytest.param(tape([*[0.9] * 13, 0.1]), {}, id="a contract"),
    ],
)
def test_crypto_mean_reversion_wishes_for_nothing(tape_: Any, params: dict[str, Any]) -> None:
    assert not reversion(**params).signals(tape_).entry.any()


def test_crypto_mean_reversion_overlooks_a_scan_that_failed() -> None:
    gap = [*FELL[:8], float("nan"), float("nan"), *FELL[10:]]
    assert reversion().signals(spot_tape(gap)).entry[-1, 0]
    unknown = [*FELL[:-1], float("nan")]
    assert not reversion().signals(spot_tape(unknown)).entry.any()


def test_crypto_mean_reversion_refuses_to_leave_where_it_enters() -> None:
    with pytest.raises(InputError, match=r"exit_z -3.0 leaves where entry_z 2.0 enters"):
        build_strategy(CryptoMeanReversion.name, {"exit_z": -3.0})
