"""A strategy's columns become the terms of its orders, and waiting orders survive storage."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from chalicelib.codec import Codec
from chalicelib.domain.cycle import Observation
from chalicelib.domain.order import AT_MARKET, OrderTerms, OrderType, TimeInForce
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Signals
from chalicelib.engine.decide import decide
from chalicelib.engine.identity import order_id
from tests.builders import CYCLE, YES, basket, book, inputs, market, quote, signal, tape, wishes

HISTORY = tape([[0.4, 0.6]] * 3)
SHAPE = HISTORY.bid.shape


def signals(**columns: Any) -> Signals:
    always = np.ones(SHAPE, bool)
    values = np.full(SHAPE, 0.1)
    return Signals(always, always, values, values, "in", "out", **columns)


def column(price: float) -> Any:
    return np.full(SHAPE, price)


def test_strategy_that_says_nothing_about_orders_buys_and_sells_at_once() -> None:
    asked = signals()
    assert [leg.terms for b in asked.entries(HISTORY) for leg in b.legs] == [AT_MARKET, AT_MARKET]
    assert asked.exit_terms(HISTORY) == {}


def test_strategy_names_type_price_and_time_of_its_entries() -> None:
    asked = signals(
        order_type=OrderType.STOP_LIMIT,
        time_in_force=TimeInForce.GTD,
        limit_price=column(0.42),
        trigger_price=column(0.41),
        minutes_to_live=30,
        cancel_when_unwished=True,
    )
    (leg,) = asked.entries(HISTORY)[0].legs
    assert leg.terms == OrderTerms(
        OrderType.STOP_LIMIT, TimeInForce.GTD, Decimal("0.42"), Decimal("0.41"), 30, True
    )


def test_price_that_is_not_known_is_no_price() -> None:
    asked = signals(order_type=OrderType.LIMIT, limit_price=column(np.nan))
    assert [leg.terms.limit for b in asked.entries(HISTORY) for leg in b.legs] == [None, None]


def test_exit_with_a_price_rests_and_one_without_is_sold_at_once() -> None:
    limits = column(0.7)
    limits[:, 1] = np.nan
    first, _ = HISTORY.instruments
    assert signals(exit_limit_price=limits).exit_terms(HISTORY) == {
        first: OrderTerms(OrderType.LIMIT, TimeInForce.GTC, Decimal("0.7"))
    }
    both = signals(exit_limit_price=limits, exit_trigger_price=column(0.3)).exit_terms(HISTORY)
    assert [terms.order_type for terms in both.values()] == [OrderType.STOP_LIMIT, OrderType.STOP]


def placed() -> Account:
    """The account after a decision that left an order waiting."""
    terms = OrderTerms(OrderType.LIMIT, TimeInForce.GTD, Decimal("0.30"), None, 30)
    stage = inputs(
        observation=Observation({"test:m": market()}, {YES: quote(YES, "0.40", "0.42")}),
        books={YES: book(YES, [("0.40", 9)], [("0.42", 9)])},
        wishes={"test": wishes(basket(replace(signal(YES), terms=terms)))},
    )
    return decide(stage).accounts["test"]


def test_account_with_a_waiting_order_reads_back_as_it_was_written() -> None:
    before = placed()
    assert len(before.orders) == 1
    codec = Codec[Account](Account, "account")
    assert codec.decode(codec.encode(before)) == before


def test_order_id_is_the_same_on_every_delivery_and_on_no_other_order() -> None:
    ids = {
        order_id(cycle, name, instrument, side)
        for cycle in (CYCLE, CYCLE + 1)
        for name in ("a", "b")
        for instrument in (YES, "test:m:no")
        for side in ("buy", "sell")
    }
    assert len(ids) == 16
    assert placed().orders.keys() == {order_id(CYCLE, "test", YES, "buy")}
