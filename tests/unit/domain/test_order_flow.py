"""Who is in a hurry, by the changes of the best prices and their sizes."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.order_flow import order_flow, weighted_mid
from chalicelib.domain.tape import Tape
from tests.builders import tape_of


def shown(*rows: tuple[float, float, float, float]) -> Tape:
    """Bid, size bid, ask and size asked, row by row."""
    bid, bid_size, ask, ask_size = (
        np.array(each)[:, np.newaxis] for each in zip(*rows, strict=True)
    )
    return replace(tape_of(bid, ask), bid_size=bid_size * 1.0, ask_size=ask_size * 1.0)


def test_order_flow_adds_a_better_bid_and_takes_a_worse_one_away() -> None:
    seen = shown(
        (0.40, 10, 0.42, 20),
        (0.41, 5, 0.42, 15),  # 5 join in front, 5 of the offer are gone: 10
        (0.41, 9, 0.43, 7),  # 4 more are bid, the offer of 15 is gone: 19
        (0.39, 30, 0.41, 8),  # the bid of 9 is gone, 8 are offered in front: -17
        (0.39, 30, 0.41, 8),
    )
    np.testing.assert_array_equal(order_flow(seen)[:, 0], [np.nan, 10, 19, -17, 0])


def test_order_flow_is_not_known_where_a_price_is_not() -> None:
    seen = shown(
        (0.40, 10, 0.42, 20), (np.nan, np.nan, 0.42, 20), (0.40, 10, 0.42, 20), (0.40, 12, 0.42, 20)
    )
    np.testing.assert_array_equal(order_flow(seen)[:, 0], [np.nan, np.nan, np.nan, 2])


def test_order_flow_of_the_other_outcome_is_the_opposite() -> None:
    chance = np.random.default_rng(5)
    bid = np.round(chance.uniform(0.3, 0.5, 30), 2)
    ask = bid + np.round(chance.uniform(0.01, 0.1, 30), 2)
    sizes = chance.integers(1, 100, (2, 30)).astype(float)
    mirrored = tape_of(np.column_stack([bid, 1 - ask]), np.column_stack([ask, 1 - bid]))
    mirrored = replace(mirrored, bid_size=sizes.T.copy(), ask_size=sizes[::-1].T.copy())
    flow = order_flow(mirrored)[1:]
    np.testing.assert_array_equal(flow[:, 0], -flow[:, 1])


def test_weighted_mid_lies_nearer_to_the_side_that_shows_less() -> None:
    assert weighted_mid(shown((0.40, 30, 0.44, 10)))[0, 0] == pytest.approx(0.43)
    assert np.isnan(weighted_mid(shown((0.40, 0, 0.44, 0)))[0, 0])
