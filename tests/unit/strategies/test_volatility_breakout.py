"""A break out of a band that held is bought, and believed more the calmer it was before."""

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.tape import Tape
from tests.builders import spot_tape
from tests.unit.strategies.last_row import both_outcomes, left, places, signals_of, wished

NAME = "volatility-breakout"
SMALL = {"window": 5, "min_consolidation": 3, "short_range": 2, "long_range": 4}
BAND = [0.50, 0.52] * 4
SHORT, LONG = np.full((9, 1), 0.02), np.full((9, 1), 0.06)


def then(*mids: float, **changes: object) -> Tape:
    return both_outcomes([*BAND, *mids], **changes)


def test_breakout_buys_what_leaves_its_band_upwards() -> None:
    # Of the five before, 0.52 three times and 0.50 twice, the mean is 0.512 and the deviation
    # 0.0098: the band ends at 0.5316. Half of the way of 0.088 less 0.01 of spread is 0.034. Each
    # row reached from 0.03 below to 0.03 above the one before: the range is the usual one.
    seen = then(0.60)
    signals = signals_of(NAME, seen, **SMALL)
    assert places(signals.entry) == [(8, 0)]
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.034)
    assert basket.legs[0].confidence == 0.75
    assert basket.legs[0].reason == (
        "broke out to 0.600 above its band's 0.532, its range is 1.00 of the usual"
    )


def test_breakout_downwards_buys_the_other_outcome() -> None:
    # The other outcome's mean is 0.488: half of 0.092 less 0.01
    (basket,) = signals_of(NAME, then(0.42), **SMALL).entries(then(0.42))
    assert basket.legs[0].instrument_id == "test:m0:no"
    assert basket.edge == pytest.approx(0.036)


def test_breakout_leaves_back_at_the_mean() -> None:
    assert left(NAME, then(0.50), **SMALL)["test:m0:yes"] == "back at 0.500, its mean is 0.512"
    assert "test:m0:yes" not in left(NAME, then(0.52), **SMALL)


@pytest.mark.parametrize(
    ("spread", "confidence"),
    [
        (np.where(np.arange(9)[:, np.newaxis] >= 6, SHORT, LONG), 1.0),
        (np.where(np.arange(9)[:, np.newaxis] >= 6, LONG, SHORT), 0.5),
    ],
    ids=["calm", "excited"],
)
def test_breakout_is_believed_more_the_calmer_it_was(spread: object, confidence: float) -> None:
    # The range of a row is 0.03 where the spread is 0.02, and 0.06 where it is 0.06: the last two
    # over the last four are 0.03 / 0.045 = 0.67, and 0.06 / 0.045 = 1.33.
    signals = signals_of(NAME, then(0.66, spread=spread), **SMALL)
    assert signals.entry[8, 0]
    assert signals.confidence[8, 0] == confidence


def test_breakout_needs_a_band_that_held_until_then() -> None:
    second = both_outcomes([*BAND[1:], 0.60, 0.68])
    assert wished(NAME, second, **{**SMALL, "min_consolidation": 1, "deviations": 1.5}) == {}
    third = both_outcomes([0.50, 0.52, 0.50, 0.52, 0.58, 0.53, 0.53, 0.52, 0.62])
    assert wished(NAME, third, **SMALL) != {}
    early = both_outcomes([0.50, 0.52, 0.50, 0.52, 0.50, 0.58, 0.52, 0.53, 0.64])
    assert wished(NAME, early, **{**SMALL, "min_consolidation": 2}) != {}
    assert wished(NAME, early, **SMALL) == {}


@pytest.mark.parametrize(
    "seen",
    [
        then(0.54),
        then(0.60, fee=0.12),
        then(0.60, minutes_left=3),
        both_outcomes([*BAND[1:], 0.60]),
        both_outcomes([0.50] * 9),
        then(np.nan),
        both_outcomes([*BAND[:6], np.nan, 0.52, 0.60]),
        spot_tape([*BAND, 0.60]),
    ],
    ids=[
        "hardly beyond", "dear fees", "near its end", "too few rows", "constant", "unknown",
        "a gap", "currency",
    ],
)  # fmt: skip
def test_breakout_leaves_alone_what_is_none(seen: Tape) -> None:
    assert wished(NAME, seen, **SMALL) == {}


def test_breakout_refuses_a_usual_range_that_is_no_longer_than_the_present_one() -> None:
    with pytest.raises(InputError, match=r"short_range 50 is not below long_range 50"):
        signals_of(NAME, then(0.60), short_range=50)
