"""A forecast's chance held against the market's price."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.sizing import SizingPolicy
from chalicelib.domain.strategy import REGISTRY
from chalicelib.domain.tape import Tape
from tests.builders import spot_tape, tape_of
from tests.unit.strategies.asking import baskets, exits, legs

NAME = "weather"
YES, NO = "test:m0:yes", "test:m0:no"


def forecast(chance: float, yes: float, no: float, **more: Any) -> Tape:
    """A market with this chance of YES, 2 cents between bid and ask."""
    asks = np.array([[yes, no]])
    seen = tape_of(asks - 0.02, asks, **more)
    return replace(seen, forecast=np.array([[chance, 1 - chance]]))


def test_outcome_that_the_forecast_makes_likelier_is_bought_and_the_other_left() -> None:
    """By hand: 0.70 drawn a quarter of the way to 0.50 is 0.65, 0.14 above the ask of 0.51."""
    seen = forecast(0.70, 0.51, 0.51)
    (found,) = baskets(NAME, seen)
    assert [leg.instrument_id for leg in found.legs] == [YES]
    assert found.edge == pytest.approx(0.14)
    assert found.legs[0].confidence == pytest.approx(0.65)
    assert found.legs[0].reason == (
        "worth 0.650, offered at 0.510: the forecast says 0.700, the market 0.500"
    )
    assert exits(NAME, seen) == {
        NO: "worth 0.350, bid at 0.490: the forecast says 0.300, the market 0.500"
    }


def test_outcome_that_the_forecast_makes_unlikelier_is_bought_on_its_other_side() -> None:
    (found,) = baskets(NAME, forecast(0.20, 0.51, 0.51))
    assert [leg.instrument_id for leg in found.legs] == [NO]
    assert found.edge == pytest.approx(0.80 - 0.25 * 0.30 - 0.51)


@pytest.mark.parametrize(
    ("chance", "taken"), [(0.57, []), (0.59, [[YES]]), (0.43, []), (0.41, [[NO]])]
)
def test_forecast_near_the_price_is_no_reason_to_buy(chance: float, taken: list[Any]) -> None:
    assert legs(NAME, forecast(chance, 0.51, 0.51)) == taken


def test_position_is_left_when_the_forecast_no_longer_pays_for_the_bid() -> None:
    assert exits(NAME, forecast(0.49, 0.51, 0.51)) == {}
    assert list(exits(NAME, forecast(0.48, 0.51, 0.51))) == [YES]
    assert exits(NAME, forecast(0.48, 0.51, 0.51, fee=0.07)) == {}


def test_forecast_is_drawn_to_the_market_by_the_share_asked_for() -> None:
    (whole,) = baskets(NAME, forecast(0.70, 0.51, 0.51), shrink=0.0)
    assert whole.edge == pytest.approx(0.19)
    assert legs(NAME, forecast(0.70, 0.51, 0.51), shrink=1.0) == []


def test_forecast_is_believed_no_nearer_to_certainty_than_its_tail() -> None:
    """0.90 for what the forecast is sure of: worth 0.98, drawn to 0.8925 of the market."""
    (found,) = baskets(NAME, forecast(1.0, 0.90, 0.12))
    assert found.edge == pytest.approx(0.98 - 0.25 * 0.09 - 0.90)
    assert legs(NAME, forecast(1.0, 0.94, 0.08)) == []
    assert legs(NAME, forecast(1.0, 0.94, 0.08), tail=0.0, shrink=0.0) == [[YES]]


def test_fee_has_to_be_left_over() -> None:
    """By hand at 0.05: 0.05 * 0.51 * 0.49 = 0.012495."""
    (found,) = baskets(NAME, forecast(0.70, 0.51, 0.51, fee=0.05))
    assert found.edge == pytest.approx(0.14 - 0.012495)


@pytest.mark.parametrize(("minutes", "taken"), [(61, True), (60, False), (-5, False)])
def test_nothing_is_bought_in_the_last_hour(minutes: float, taken: bool) -> None:
    assert bool(legs(NAME, forecast(0.70, 0.51, 0.51, minutes_left=minutes))) is taken


def test_market_without_a_forecast_or_without_both_prices_is_left_alone() -> None:
    seen = forecast(np.nan, 0.51, 0.51)
    assert (legs(NAME, seen), exits(NAME, seen)) == ([], {})
    one_sided = forecast(0.70, 0.51, 0.51)
    assert legs(NAME, replace(one_sided, bid=np.array([[np.nan, np.nan]]))) == []
    currency = replace(spot_tape([[0.4]]), forecast=np.array([[0.9]]))
    assert legs(NAME, currency) == []


def test_stakes_are_a_quarter_of_kelly_with_a_cap_unless_told() -> None:
    sizing = REGISTRY[NAME].about.sizing
    assert (sizing.policy, sizing.kelly_fraction) == (SizingPolicy.KELLY, Decimal("0.25"))
    assert sizing.kelly_cap == Decimal("0.02")
