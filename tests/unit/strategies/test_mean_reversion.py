"""What lies far above its mean is traded through the other outcome."""

from dataclasses import replace

import numpy as np
import pytest

from tests.builders import spot_tape
from tests.unit.strategies.last_row import both_outcomes, left, places, signals_of, wished

NAME = "mean-reversion"
FLAT = [0.20, 0.21, 0.19, 0.20, 0.21, 0.19]
SMALL = {"window": 6}


def test_reversion_buys_the_other_outcome_of_what_rose_far_above_its_mean() -> None:
    # 0.05 above 0.20 is a quarter of it; the other outcome, at 0.75, is 6 % below its own 0.80.
    # It costs 0.76 and is worth 0.80 again: 0.04.
    seen = both_outcomes([*FLAT, 0.25])
    signals = signals_of(NAME, seen, **SMALL)
    assert (places(signals.entry), places(signals.short)) == ([], [(6, 0)])
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.04)
    assert basket.legs[0].instrument_id == "test:m0:no"
    assert basket.legs[0].reason == "at 0.250, +6.1 deviations from its mean of 0.200"


def test_reversion_counts_both_fees_of_the_other_outcome() -> None:
    seen = both_outcomes([*FLAT, 0.25], fee=0.05)
    (basket,) = signals_of(NAME, seen, **SMALL).entries(seen)
    assert basket.edge == pytest.approx(0.04 - 0.05 * (0.76 * 0.24 + 0.20 * 0.80))
    assert wished(NAME, both_outcomes([*FLAT, 0.25], fee=0.12), **SMALL) == {}


def test_reversion_wishes_for_an_outcome_once() -> None:
    # Both its own fall by 12 % and the rise of the first outcome speak for the second.
    seen = both_outcomes([0.50, 0.51, 0.49, 0.50, 0.51, 0.49, 0.56])
    signals = signals_of(NAME, seen, **SMALL)
    assert (places(signals.entry), places(signals.short)) == ([(6, 1)], [])


def test_reversion_buys_no_outcome_that_it_would_leave_at_once() -> None:
    # A rise from 0.05 to 0.06 is a fifth; the other outcome is 1 % below its mean: back already.
    seen = both_outcomes([0.05, 0.051, 0.049, 0.05, 0.051, 0.049, 0.06], spread=0.001)
    assert wished(NAME, seen, **SMALL) == {}
    assert list(left(NAME, seen, **SMALL)) == ["test:m0:yes", "test:m0:no"]


def test_reversion_shorts_neither_a_currency_nor_a_lone_outcome() -> None:
    assert wished(NAME, spot_tape([*FLAT, 0.25]), **SMALL) == {}
    alone = replace(both_outcomes([*FLAT, 0.25]), complement=np.array([-1, -1]))
    assert wished(NAME, alone, **SMALL) == {}
