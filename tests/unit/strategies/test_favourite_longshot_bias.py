"""A favourite is bought at the price that its weighted chance pays for, one of each event."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.tape import Tape
from tests.builders import asking, spot_tape, tape, tape_of
from tests.unit.strategies.last_row import left, places, signals_of, wished

NAME = "favourite-longshot-bias"


def market(mid: float, **changes: float) -> Tape:
    return tape([[mid, 1 - mid]], **{"spread": 0.01, "fee": 0.04, **changes})


def test_bias_buys_the_favourite_for_its_weighted_chance() -> None:
    # exp(-(-ln 0.8)^(1/0.928)) = 0.8199; the ask is 0.805, its fee 0.04 * 0.805 * 0.195 = 0.0063
    seen = market(0.80)
    signals = signals_of(NAME, seen)
    assert places(signals.entry) == [(0, 0)]
    (basket,) = signals.entries(seen)
    assert basket.edge == pytest.approx(0.8198537 - 0.805 - 0.006279, abs=1e-7)
    assert basket.legs[0].confidence == pytest.approx(0.8198537, abs=1e-7)
    assert basket.legs[0].reason == "a favourite at 0.805 wins with 0.820 if the bias holds"


def test_bias_sells_a_longshot_by_buying_the_outcome_against_it() -> None:
    assert list(wished(NAME, market(0.20))) == ["test:m0:no"]


def test_bias_of_nothing_buys_nothing() -> None:
    assert wished(NAME, market(0.80), weighting=1.0) == {}


@pytest.mark.parametrize(
    "seen",
    [
        market(0.60),
        market(0.80, fee=0.10),
        market(0.80, spread=0.03),
        market(0.80, minutes_left=0),
        market(0.80, minutes_left=31 * 24 * 60),
        spot_tape([[0.80, 0.20]]),
    ],
    ids=["no favourite", "dear fee", "wide", "ended", "locks capital", "currency"],
)
def test_bias_buys_no_favourite_that_does_not_fit(seen: Tape) -> None:
    assert wished(NAME, seen) == {}


@pytest.mark.parametrize(
    ("params", "taken"),
    [
        ({"lowest": 0.805}, True),
        ({"lowest": 0.81}, False),
        ({"highest": 0.805}, True),
        ({"highest": 0.80}, False),
        ({"max_spread": 0.011}, True),
        ({"max_spread": 0.009}, False),
        ({"min_edge": 0.0085}, True),
        ({"min_edge": 0.0087}, False),
        ({"max_days": 1.0}, True),
        ({"max_days": 0.9}, False),
    ],
)
def test_bias_keeps_to_its_bounds(params: dict[str, float], taken: bool) -> None:
    assert bool(wished(NAME, market(0.80), **params)) is taken


def test_bias_wants_to_know_when_the_market_ends() -> None:
    assert wished(NAME, replace(market(0.80), closes_at=np.full(2, np.nan))) == {}


def test_bias_takes_one_side_of_an_exclusive_group() -> None:
    # The favourite of the group at 0.75, and a longshot at 0.15 whose other outcome costs 0.855.
    three = tape([[0.75, 0.25, 0.15, 0.85, 0.10, 0.90]], spread=0.01, fee=0.04)
    # Edges: 0.8684 - 0.855 - 0.0050 = 0.0084; 0.7701 - 0.755 - 0.0074 = 0.0077;
    # 0.9153 - 0.905 - 0.0034 = 0.0069
    assert list(wished(NAME, three)) == ["test:m1:no", "test:m0:yes", "test:m2:no"]
    assert list(wished(NAME, asking(three, group=[7] * 6))) == ["test:m1:no"]


def test_bias_holds_to_the_end() -> None:
    assert left(NAME, market(0.05)) == {}


def test_bias_has_no_opinion_of_prices_at_nought_and_one() -> None:
    sure = tape_of([[0.0, 1.0]], [[0.0, 1.0]])
    assert wished(NAME, sure, highest=0.99) == {}


def test_bias_refuses_a_band_without_a_price_in_it() -> None:
    with pytest.raises(InputError, match=r"lowest 0.8 is not below highest 0.75"):
        signals_of(NAME, market(0.80), lowest=0.8, highest=0.75)
