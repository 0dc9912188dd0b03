"""A fall under selling pressure that no news explains is bought."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.tape import Tape
from tests.unit.strategies.last_row import both_outcomes, left, places, signals_of, wished

NAME = "contrarian"
SMALL = {"window": 3, "baseline": 5}
SOLD = [0.51] * 6 + [0.48, 0.45, 0.42]


def news(seen: Tape, row: int) -> Tape:
    headlines = np.zeros(seen.bid.shape)
    headlines[row] = 1
    return replace(seen, news=headlines)


def test_contrarian_buys_what_the_crowd_sells_off() -> None:
    # Each of three rows the bid of 100 goes and the ask of 100 comes down: all of it is supply.
    # The fall of 0.09 is 0.09 / (0.001 * sqrt 3) = 52 deviations; half of it back, less half a
    # spread of 0.01, leaves 0.035.
    seen = both_outcomes(SOLD)
    signals = signals_of(NAME, seen, **SMALL)
    assert places(signals.entry) == [(8, 0)]
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.035)
    assert basket.legs[0].confidence == 0.95
    assert basket.legs[0].reason == "fell 0.090, 52.0 deviations, 0% of the flow buys"


def test_contrarian_fades_buyers_through_the_outcome_that_they_sell() -> None:
    bought = both_outcomes([1 - price for price in SOLD])
    assert list(wished(NAME, bought, **SMALL)) == ["test:m0:no"]


def test_contrarian_takes_a_crowd_and_a_fall_that_are_just_large_enough() -> None:
    seen = both_outcomes(SOLD)
    assert wished(NAME, seen, **SMALL, threshold=1.0) != {}
    assert wished(NAME, seen, **SMALL, min_fall=0.089) != {}
    assert wished(NAME, seen, **SMALL, min_fall=0.091) == {}


def test_contrarian_is_as_sure_as_the_crowd_is_one_sided() -> None:
    busy = both_outcomes([*SOLD[:6], 0.48, 0.51, 0.42])
    assert signals_of(NAME, busy, **SMALL).confidence[8, 0] == pytest.approx(2 / 3)


def test_contrarian_leaves_when_half_of_the_flow_buys_again() -> None:
    assert left(NAME, both_outcomes(SOLD), **SMALL) == {"test:m0:no": "100% of the flow buys again"}


def test_contrarian_needs_a_crowd_and_not_only_a_fall() -> None:
    # One of three rows is bid up again: a third of the flow is demand.
    busy = both_outcomes([*SOLD[:6], 0.48, 0.51, 0.42])
    assert wished(NAME, busy, **SMALL) == {}
    assert wished(NAME, busy, **SMALL, threshold=0.6) == {
        "test:m0:yes": "fell 0.090, 52.0 deviations, 33% of the flow buys"
    }


@pytest.mark.parametrize(
    "mids",
    [
        [0.51] * 6 + [0.50, 0.48, 0.46],
        [0.51, 0.61, 0.51, 0.61, 0.51, 0.61, 0.58, 0.55, 0.52],
        [0.51] * 9,
        SOLD[:-1],
    ],
    ids=["small fall", "wild before", "constant", "too few rows"],
)
def test_contrarian_leaves_alone_what_is_not_extreme(mids: list[float]) -> None:
    assert wished(NAME, both_outcomes(mids), **SMALL) == {}


def test_contrarian_leaves_a_move_with_news_alone() -> None:
    seen = both_outcomes(SOLD)
    assert wished(NAME, news(seen, 7), **SMALL) == {}
    assert wished(NAME, news(seen, 2), **SMALL) != {}


def test_contrarian_may_be_told_to_trust_a_feed_alone() -> None:
    seen = both_outcomes(SOLD)
    assert wished(NAME, seen, **SMALL, feed_only=True) == {}
    assert wished(NAME, news(seen, 2), **SMALL, feed_only=True) != {}


def test_contrarian_wants_the_way_back_to_pay_for_spread_and_fees() -> None:
    # 0.045 - 0.01 = 0.035 against two fees of rate * 0.43 * 0.57
    assert wished(NAME, both_outcomes(SOLD, fee=0.07), **SMALL) != {}
    assert wished(NAME, both_outcomes(SOLD, fee=0.072), **SMALL) == {}


def test_contrarian_buys_nothing_shortly_before_the_end() -> None:
    assert wished(NAME, both_outcomes(SOLD, minutes_left=31), **SMALL) != {}
    assert wished(NAME, both_outcomes(SOLD, minutes_left=30), **SMALL) == {}
