"""A spread that has been shown to come back is traded when it is stretched."""

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.tape import Tape
from tests.builders import asking
from tests.unit.strategies.last_row import left, places, signals_of, wished
from tests.unit.strategies.related import above, exclusive, two_markets

NAME = "statistical-arbitrage"
SMALL = {"window": 20}
WAY = 0.30 + 0.01 * np.arange(20)
TO_AND_FRO = np.array([0.01, -0.01] * 10)


def off_by(now: float, ratio: float = 1.0, **changes: float) -> Tape:
    """A price that keeps to the way of another, to and fro, and is so far off it now."""
    off = TO_AND_FRO.copy()
    off[-1] = now
    return above(two_markets(0.10 + ratio * WAY + off, WAY, **changes))


def test_arbitrage_of_a_stationary_spread_buys_both_legs() -> None:
    # Least squares of the first on the second: ratio 0.8992, residual now -0.0574, 3.33 deviations;
    # Dickey and Fuller's t of the residuals is -6.82. Less 1.8992 spreads of 0.02: 0.0194.
    seen = off_by(-0.07)
    signals = signals_of(NAME, seen, **SMALL)
    assert places(signals.entry) == [(19, 0), (19, 3)]
    (basket,) = signals.entries(seen)
    assert [leg.ratio for leg in basket.legs] == pytest.approx([1, 0.8992481], abs=1e-7)
    assert basket.edge == pytest.approx(0.0574286 - 1.8992481 * 0.02, abs=1e-7)
    assert [leg.instrument_id for leg in basket.legs] == ["test:m0:yes", "test:m1:no"]
    assert {leg.reason for leg in basket.legs} == {
        "the spread is -3.3 deviations, it halves in 0.0 rows (t -6.82, ratio 0.90)"
    }
    assert basket.legs[0].confidence == pytest.approx(3.330953 / 4, abs=1e-6)


def test_arbitrage_buys_the_other_way_round_when_the_first_is_dear() -> None:
    assert list(wished(NAME, off_by(0.09), **SMALL, stop_z=5.0)) == ["test:m0:no", "test:m1:yes"]


def test_arbitrage_between_rivals_buys_both_when_both_are_cheap() -> None:
    off = TO_AND_FRO.copy()
    off[-1] = -0.07
    rivals = exclusive(two_markets(0.20 + WAY + off, 1 - WAY))
    assert list(wished(NAME, rivals, **SMALL)) == ["test:m0:yes", "test:m1:yes"]


def test_arbitrage_takes_no_leg_that_is_hardly_a_hedge() -> None:
    steep = off_by(-0.10, ratio=1.7)  # least squares say 1.5564
    assert list(wished(NAME, steep, **SMALL, max_ratio=1.56)) == ["test:m0:yes", "test:m1:no"]
    assert wished(NAME, steep, **SMALL, max_ratio=1.55) == {}
    assert wished(NAME, off_by(-0.07), **SMALL, max_ratio=1.12) != {}
    assert wished(NAME, off_by(-0.07), **SMALL, max_ratio=1.11) == {}


def test_arbitrage_takes_no_spread_that_only_wanders() -> None:
    # Down and up again in twenty rows, then far down: its t is -2.23, above the critical -3.34.
    wandering = 0.02 * (np.abs(np.arange(20) - 10) / 5 - 1)
    wandering[-1] = -0.08
    seen = above(two_markets(0.20 + WAY + wandering, WAY))
    params = {**SMALL, "max_half_life": 200.0}
    assert wished(NAME, seen, **params) == {}
    assert wished(NAME, seen, **params, critical=0.0) != {}
    assert wished(NAME, seen, **SMALL, critical=0.0, max_half_life=0.1) == {}


def test_arbitrage_leaves_every_leg_when_the_spread_is_back() -> None:
    reasons = left(NAME, off_by(0.0), **SMALL)
    assert list(reasons) == ["test:m0:yes", "test:m0:no", "test:m1:yes", "test:m1:no"]
    assert reasons["test:m0:yes"] == "the spread is -0.0 deviations, the correlation 0.99"
    assert left(NAME, off_by(-0.07), **SMALL) == {}


def test_arbitrage_gives_up_a_spread_that_went_much_further() -> None:
    far = {**SMALL, "stop_z": 3.3}
    assert len(left(NAME, off_by(-0.07), **far)) == 4
    assert wished(NAME, off_by(-0.07), **far) == {}


def test_arbitrage_leaves_when_the_two_no_longer_move_together() -> None:
    strangers = above(two_markets(WAY, 0.50 + 3 * TO_AND_FRO))
    assert len(left(NAME, strangers, **SMALL)) == 4


@pytest.mark.parametrize(
    "seen",
    [
        off_by(-0.02),
        off_by(-0.07, spread=0.031),
        off_by(-0.07, fee=0.03),
        off_by(-0.07, minutes_left=60),
        above(two_markets([0.5] * 20, [0.4] * 20)),
        above(two_markets(np.full(20, np.nan), WAY)),
        asking(off_by(-0.07), subject=[0, 0, 1, 1]),
    ],
    ids=[
        "hardly stretched", "wide", "dear fees", "near its end", "constant", "unknown",
        "other subjects",
    ],
)  # fmt: skip
def test_arbitrage_leaves_alone_what_does_not_fit(seen: Tape) -> None:
    assert wished(NAME, seen, **SMALL) == {}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"exit_z": 2.0}, r"exit_z 2.0 is not below entry_z 2.0"),
        ({"stop_z": 2.0}, r"entry_z 2.0 is not below stop_z 2.0"),
        ({"breakdown": 0.7}, r"breakdown 0.7 is not below min_correlation 0.7"),
    ],
)
def test_arbitrage_refuses_to_leave_what_it_enters(params: dict[str, float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        signals_of(NAME, off_by(-0.07), **params)
