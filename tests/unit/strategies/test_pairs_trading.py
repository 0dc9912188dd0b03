"""The difference of two related prices is traded when it is stretched, one for one."""

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.signal import Unfilled
from chalicelib.domain.tape import Tape
from tests.builders import asking
from tests.unit.strategies.last_row import left, places, signals_of, wished
from tests.unit.strategies.related import above, exclusive, two_markets

NAME = "pairs-trading"
SMALL = {"window": 5, "correlation_window": 10}
USUAL = [0.10, 0.11, 0.09] * 3
STRETCHED = np.array([*USUAL, 0.03])
WAY = np.array([0.30, 0.32, 0.31, 0.34, 0.36, 0.35, 0.38, 0.40, 0.39, 0.42])


def apart_by(now: float, **changes: float) -> Tape:
    """Two prices that were 0.09 to 0.11 apart, and are so far apart now."""
    return above(two_markets(WAY + np.array([*USUAL, now]), WAY, **changes))


def test_pairs_buys_the_cheap_market_and_against_the_dear_one() -> None:
    # Differences before: 0.11, 0.09, 0.10, 0.11, 0.09, so 0.10 with a deviation of 0.00894. Now
    # 0.03: 7.8 deviations. The way back of 0.07 less two spreads of 0.02 is 0.03 for both legs.
    seen = apart_by(0.03)
    signals = signals_of(NAME, seen, **SMALL)
    assert places(signals.entry) == [(9, 0), (9, 3)]
    (basket,) = signals.entries(seen)
    assert basket.unfilled is Unfilled.ABORT
    assert basket.edge == pytest.approx(0.03)
    assert [leg.instrument_id for leg in basket.legs] == ["test:m0:yes", "test:m1:no"]
    assert {leg.reason for leg in basket.legs} == {
        "the difference is +0.030, usually +0.100: -7.8 deviations at a correlation of 0.81"
    }


def test_pairs_buys_the_other_way_round_when_the_first_is_dear() -> None:
    assert list(wished(NAME, apart_by(0.17), **SMALL)) == ["test:m0:no", "test:m1:yes"]


def test_pairs_takes_the_outcome_against_a_rival() -> None:
    rival = exclusive(two_markets(WAY + STRETCHED, 1 - WAY))
    assert list(wished(NAME, rival, **SMALL)) == ["test:m0:yes", "test:m1:yes"]


def test_pairs_leaves_every_leg_when_the_difference_is_back() -> None:
    reasons = left(NAME, apart_by(0.103), **SMALL)
    assert list(reasons) == ["test:m0:yes", "test:m0:no", "test:m1:yes", "test:m1:no"]
    assert reasons["test:m0:yes"] == "the difference is +0.3 deviations, the correlation 0.98"
    assert left(NAME, apart_by(0.03), **SMALL) == {}


def test_pairs_leaves_when_the_two_no_longer_move_together() -> None:
    strangers = above(two_markets(WAY, [0.40, 0.36, 0.41, 0.35, 0.40, 0.36, 0.41, 0.35, 0.4, 0.2]))
    assert len(left(NAME, strangers, **SMALL)) == 4
    assert wished(NAME, strangers, **SMALL) == {}


@pytest.mark.parametrize(
    "seen",
    [
        apart_by(0.08),
        apart_by(0.03, spread=0.04),
        apart_by(0.03, fee=0.07),
        apart_by(0.03, minutes_left=60),
        above(two_markets([0.5] * 10, [0.4] * 10)),
        above(two_markets(np.full(10, np.nan), WAY)),
        two_markets(WAY + STRETCHED, WAY),
        asking(two_markets(WAY + STRETCHED, WAY), subject=[0, 0, 1, 1]),
    ],
    ids=[
        "hardly stretched", "wide", "dear fees", "near its end", "constant", "unknown",
        "nothing asked", "other subjects",
    ],
)  # fmt: skip
def test_pairs_leaves_alone_what_does_not_fit(seen: Tape) -> None:
    assert wished(NAME, seen, **SMALL) == {}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"exit_z": 2.0}, r"exit_z 2.0 is not below entry_z 2.0"),
        ({"breakdown": 0.8}, r"breakdown 0.8 is not below min_correlation 0.7"),
    ],
)
def test_pairs_refuses_to_leave_what_it_enters(params: dict[str, float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        signals_of(NAME, apart_by(0.03), **params)
