"""A jump on a burst of volume is bought; headlines can be asked for."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.tape import Tape
from tests.unit.strategies.last_row import both_outcomes, left, places, signals_of, wished

NAME = "news-reaction"
SMALL = {"recent": 2, "baseline": 5}
JUMP = [0.40] * 6 + [0.43, 0.47]
BURST = [1_000, 1_100, 1_200, 1_300, 1_400, 1_500, 2_500, 3_500]


def traded(mids: list[float], volume: list[float], **changes: float) -> Tape:
    seen = both_outcomes(mids, **changes)
    return replace(seen, volume=np.column_stack([volume, volume]).astype(float))


def with_headline(seen: Tape, row: int) -> Tape:
    headlines = np.zeros(seen.bid.shape)
    headlines[row] = 2
    return replace(seen, news=headlines)


def test_news_buys_a_jump_on_a_burst_of_volume() -> None:
    # 2,000 dollars came in two rows; 500 in the five before, so 200 are usual for two. The rise
    # of 0.07 is 0.07 / (0.001 * sqrt 2) = 49.5 deviations; half of it, less 0.01 of spread: 0.025.
    seen = traded(JUMP, BURST)
    signals = signals_of(NAME, seen, **SMALL)
    assert places(signals.entry) == [(7, 0)]
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.025)
    assert basket.legs[0].confidence == pytest.approx(0.07 / 0.15)
    assert basket.legs[0].reason == (
        "rose 0.070, 49.5 deviations, on 2000 dollars where 200 are usual"
    )


def test_news_that_speaks_against_an_outcome_buys_the_other() -> None:
    seen = traded([1 - price for price in JUMP], BURST)
    assert list(wished(NAME, seen, **SMALL)) == ["test:m0:no"]


def test_news_leaves_what_turns() -> None:
    assert left(NAME, traded(JUMP, BURST), **SMALL) == {"test:m0:no": "turned: -0.070 lately"}


@pytest.mark.parametrize(
    ("mids", "volume"),
    [
        (JUMP, [1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_400, 5_400]),
        (JUMP, [1_000] * 6 + [1_200, 1_499]),
        (JUMP, [1_000] * 8),
        (JUMP, [0] * 8),
        (JUMP, [np.nan] * 8),
        ([0.40] * 6 + [0.42, 0.44], BURST),
        ([0.40] * 6 + [0.48, 0.46], BURST),
        ([0.40, 0.50, 0.40, 0.50, 0.40, 0.50, 0.53, 0.57], BURST),
        ([0.40] * 8, BURST),
        (JUMP[1:], BURST[1:]),
    ],
    ids=[
        "usual volume", "few dollars", "no trade", "zero volume", "no volume", "small rise",
        "turning already", "wild before", "constant", "too few rows",
    ],
)  # fmt: skip
def test_news_leaves_alone_what_is_no_shock(mids: list[float], volume: list[float]) -> None:
    assert wished(NAME, traded(mids, volume), **SMALL) == {}


def test_news_takes_a_burst_and_a_rise_that_are_just_large_enough() -> None:
    seen = traded(JUMP, BURST)
    assert wished(NAME, seen, **SMALL, min_dollars=2_000.0, min_spike=9.0) != {}
    assert wished(NAME, seen, **SMALL, min_dollars=2_001.0) == {}
    assert wished(NAME, seen, **SMALL, min_spike=9.1) == {}
    assert wished(NAME, traded([0.40] * 6 + [0.47, 0.47], BURST), **SMALL) != {}


def test_news_buys_nothing_shortly_before_the_end() -> None:
    assert wished(NAME, traded(JUMP, BURST, minutes_left=4), **SMALL) != {}
    assert wished(NAME, traded(JUMP, BURST, minutes_left=3), **SMALL) == {}


def test_news_can_require_a_headline() -> None:
    seen = traded(JUMP, BURST)
    required = {**SMALL, "headlines": "required"}
    assert wished(NAME, seen, **required) == {}
    assert wished(NAME, with_headline(seen, 2), **required) == {}
    assert list(wished(NAME, with_headline(seen, 6), **required)) == ["test:m0:yes"]


def test_news_is_surer_with_a_headline_unless_told_to_ignore_it() -> None:
    seen = with_headline(traded(JUMP, BURST), 6)
    surer = signals_of(NAME, seen, **SMALL).confidence[7, 0]
    assert surer == pytest.approx((1 + 0.07 / 0.15) / 2)
    ignored = signals_of(NAME, seen, **SMALL, headlines="ignored").confidence[7, 0]
    assert ignored == pytest.approx(0.07 / 0.15)


def test_news_wants_the_continuation_to_pay_for_spread_and_fees() -> None:
    # 0.035 - 0.01 = 0.025 against two fees of rate * 0.48 * 0.52
    assert wished(NAME, traded(JUMP, BURST, fee=0.05), **SMALL) != {}
    assert wished(NAME, traded(JUMP, BURST, fee=0.051), **SMALL) == {}
