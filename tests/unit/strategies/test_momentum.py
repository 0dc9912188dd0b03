"""A fall is traded as the rise of the other outcome."""

import pytest

from tests.unit.strategies.last_row import both_outcomes, places, signals_of

FALLING = [0.50, 0.48, 0.46, 0.44, 0.42, 0.40]


def test_momentum_buys_the_other_outcome_of_what_falls() -> None:
    # It rose by 0.10 to 0.60; half of that less 0.01 of spread is 0.04.
    seen = both_outcomes(FALLING)
    signals = signals_of("momentum", seen, window=5)
    assert places(signals.entry) == [(5, 1)]
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.04)
    assert basket.legs[0].reason == "rose 0.100 over the window, 0.040 of it lately"
