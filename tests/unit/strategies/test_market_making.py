"""A spread that pays for its risk is quoted on both sides, of one outcome of a market."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from chalicelib.domain.order import OrderTerms, OrderType, TimeInForce
from chalicelib.domain.tape import Tape
from chalicelib.engine.enter import enter
from chalicelib.engine.turn import Turn
from tests.builders import account, book, desk, market, spot_tape
from tests.unit.strategies.last_row import both_outcomes, left, places, signals_of, wished

NAME = "market-making"
SMALL = {"window": 5}
YES, NO = "test:m0:yes", "test:m0:no"


def quoted(mids: list[float], yes_bid: float = 200, **changes: float) -> Tape:
    """Twice as much is bid for the first outcome as is offered, and so the other way round."""
    seen = both_outcomes(mids, **{"spread": 0.06, **changes})
    bids = np.where(np.arange(2) == 0, yes_bid, 100.0) + np.zeros(seen.bid.shape)
    return replace(seen, bid_size=bids, ask_size=bids[:, ::-1].copy())


CALM = quoted([0.50] * 6)


def test_making_rests_inside_a_wide_spread() -> None:
    # Bid 0.47, ask 0.53, twice as much bid as offered: the fair price is 0.51. Half of what a
    # round trip loses is 0.005, so a step inside pays on both sides: 0.48 and 0.52, less 0.01.
    signals = signals_of(NAME, CALM, **SMALL)
    assert places(signals.entry) == [(5, 0)]
    (basket,) = signals.entries(CALM)
    assert basket.edge == pytest.approx(0.03)
    assert basket.legs[0].reason == "rests at 0.480 to be sold at 0.520: 0.030 of it is left"
    assert basket.legs[0].terms == OrderTerms(
        OrderType.LIMIT, TimeInForce.GTC, Decimal("0.48"), cancel_when_unwished=True
    )


def test_making_offers_what_is_held_at_its_ask() -> None:
    signals = signals_of(NAME, CALM, **SMALL)
    terms = signals.exit_terms(CALM)
    assert terms[YES] == OrderTerms(OrderType.LIMIT, TimeInForce.GTC, Decimal("0.52"))
    assert signals.exits(CALM)[YES] == (
        "leaves at 0.520: a row moves 0.0000, 1440 minutes are left"
    )


def test_making_quotes_the_outcome_with_more_shown_on_its_bid() -> None:
    assert list(wished(NAME, quoted([0.50] * 6, yes_bid=50), **SMALL)) == [NO]
    assert list(wished(NAME, quoted([0.50] * 6, yes_bid=100), **SMALL)) == [YES]


def test_making_looks_at_the_sizes_and_not_at_what_is_dearer() -> None:
    assert list(wished(NAME, quoted([0.60] * 6, yes_bid=50), **SMALL)) == [NO]
    assert list(wished(NAME, quoted([0.40] * 6), **SMALL)) == [YES]


def test_making_joins_the_bid_where_a_step_inside_would_cost_too_much() -> None:
    # Fair at 0.51, 0.02 of half a trip: 0.49 is not above a step inside a bid of 0.485.
    narrow = quoted([0.50] * 6, spread=0.03)
    signals = signals_of(NAME, narrow, **SMALL, adverse_selection=0.012, step=0.015)
    (basket,) = signals.entries(narrow)
    assert basket.legs[0].terms.limit == Decimal("0.485")
    assert basket.edge == pytest.approx(0.515 - 0.485 - 0.012)


def test_making_pays_the_makers_fee_twice() -> None:
    # A quarter of 0.07 * 0.48 * 0.52, twice
    dear = quoted([0.50] * 6, fee=0.07)
    (basket,) = signals_of(NAME, dear, **SMALL).entries(dear)
    assert basket.edge == pytest.approx(0.03 - 2 * 0.25 * 0.07 * 0.48 * 0.52)


def test_making_offers_lower_the_more_risk_there_is_in_holding() -> None:
    moved = quoted([0.50, 0.51, 0.50, 0.51, 0.50, 0.51])
    # Changes of 0.01 to and fro: their variance is 0.000096. Fair is 0.52, a step below the ask of
    # 0.54 is 0.53: worth it only where holding costs something.
    fearless = {**SMALL, "risk_aversion": 0.0, "adverse_selection": 0.03}
    assert signals_of(NAME, moved, **fearless).exit_limit_price[5, 0] == pytest.approx(0.54)
    afraid = {**fearless, "risk_aversion": 20.0}
    assert signals_of(NAME, moved, **afraid).exit_limit_price[5, 0] == pytest.approx(0.53)


@pytest.mark.parametrize(
    "seen",
    [
        quoted([0.50] * 6, spread=0.01),
        quoted([0.05] * 6),
        quoted([0.50, 0.56, 0.50, 0.56, 0.50, 0.56]),
        quoted([0.50] * 6, minutes_left=60),
        quoted([0.50] * 5),
        quoted([0.50, 0.50, np.nan, 0.50, 0.50, 0.50]),
        spot_tape([0.5] * 6, spread=0.1),
    ],
    ids=["narrow", "near nought", "wild", "near its end", "too few rows", "a gap", "currency"],
)
def test_making_quotes_nothing_that_does_not_pay_for_its_risk(seen: Tape) -> None:
    assert wished(NAME, seen, **SMALL) == {}


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (
            quoted([0.50, 0.56, 0.50, 0.56, 0.50, 0.56]),
            "leaves at 0.530: a row moves 0.0588, 1440 minutes are left",
        ),
        (
            quoted([0.50] * 6, minutes_left=60),
            "leaves at 0.470: a row moves 0.0000, 60 minutes are left",
        ),
    ],
    ids=["wild", "near its end"],
)
def test_making_sells_at_once_when_it_has_to_stop(seen: Tape, reason: str) -> None:
    signals = signals_of(NAME, seen, **SMALL)
    assert left(NAME, seen, **SMALL)[YES] == reason
    assert YES not in signals.exit_terms(seen)


def test_making_leaves_a_purchase_in_the_engines_queue() -> None:
    (basket,) = signals_of(NAME, CALM, **SMALL).entries(CALM)
    shown = book(YES, bids=[("0.48", 70), ("0.47", 200)], asks=[("0.53", 100)])
    stage = desk(shown, markets=[market("m0")])
    turn = Turn(account())
    enter(stage, turn, basket)
    (order,) = turn.account.orders.values()
    assert (order.limit, order.queue_ahead, order.rested) == (Decimal("0.48"), 70, True)
    assert not turn.account.positions
