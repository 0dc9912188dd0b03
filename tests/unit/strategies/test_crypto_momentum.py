"""A currency is bought when it rises over three windows at once, and left when it turns."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies.crypto_momentum import CryptoMomentum
from tests.builders import spot_tape, tape


def momentum(**params: Any) -> Strategy:
    short = {"fast": 1, "middle": 2, "slow": 3}
    return build_strategy(CryptoMomentum.name, {**short, **params})


def test_crypto_momentum_buys_a_rise_over_all_windows() -> None:
    seen = spot_tape([100.0, 100.0, 101.0, 104.0], spread=0.002)
    signals = momentum().signals(seen)
    assert signals.entry[:, 0].tolist() == [False, False, False, True]
    assert not signals.exit.any()
    # 104 / 101 - 1 = 2.97 %; 4 % and 4 %: 0.4 x 29.703 + 0.3 x 28 + 0.2 x 20 points
    assert signals.facts["score"][-1, 0] == pytest.approx(11.88119 + 8.4 + 4)
    assert signals.confidence[-1, 0] == pytest.approx(0.2428119)
    assert signals.edge[-1, 0] == pytest.approx(0.001 * 104.104)
    (basket,) = signals.entries(seen)
    assert basket.legs[0].reason == "score 24: +3.0% fast, +4.0%, +4.0% slow, volume +0%"


def test_crypto_momentum_leaves_when_the_fast_window_turns() -> None:
    seen = spot_tape([100.0, 104.0, 108.0, 106.0])
    signals = momentum().signals(seen)
    assert signals.exits(seen) == {"test:COIN0USD": "turned: -1.9% over the fast window"}
    assert not signals.entry.any()


def test_crypto_momentum_counts_a_fall_against_a_rise() -> None:
    """The predecessor scored both alike: 3 % up after 10 % down was a strong momentum."""
    seen = spot_tape([110.0, 99.0, 99.0, 102.0])
    assert not momentum().signals(seen).entry.any()


def test_crypto_momentum_counts_what_was_traded_more_than_a_day_before() -> None:
    seen = spot_tape([100.0, 100.0, 101.0, 104.0])
    seen = replace(seen, volume=np.array([[0.0], [1_439_000], [1_439_500], [1_440_000]]))
    facts = momentum().signals(seen).facts
    # 1,440,000 a day are 1,000 a minute: 1,000 more than usual in two minutes are 50 % more
    assert facts["surge"][-1, 0] == pytest.approx(0.5)
    assert facts["score"][-1, 0] == pytest.approx(24.28119 + 2.5)


def test_crypto_momentum_without_any_volume_scores_nothing_for_it() -> None:
    seen = spot_tape([100.0, 100.0, 101.0, 104.0])
    for volume in (np.nan, 0.0):
        same = replace(seen, volume=np.full((4, 1), volume))
        assert momentum().signals(same).facts["score"][-1, 0] == pytest.approx(24.28119)


def test_crypto_momentum_wishes_for_no_contract() -> None:
    assert not momentum().signals(tape([0.1, 0.1, 0.11, 0.2])).entry.any()


def test_crypto_momentum_is_stopped_and_takes_profit_by_the_rules_of_its_account() -> None:
    rules = momentum().about.exits
    assert [float(r or 0) for r in (rules.stop_loss, rules.take_profit, rules.trailing_stop)] == [
        0.02, 0.05, 0.015,
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"fast": 2}, {"middle": 3}, {"fast": 5, "slow": 4}])
def test_crypto_momentum_refuses_windows_that_do_not_rise(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="have to rise"):
        momentum(**wrong)
