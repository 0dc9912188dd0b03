"""Whether an order's terms are ones that a venue would take. Pure."""

from decimal import ROUND_CEILING, Decimal

from chalicelib.domain.market import Market
from chalicelib.domain.money import floor_to_step
from chalicelib.domain.order import RESTS, OrderTerms, OrderType, TimeInForce
from chalicelib.engine.objection import Objection

NEEDS = {
    OrderType.MARKET: (False, False),
    OrderType.LIMIT: (True, False),
    OrderType.STOP: (False, True),
    OrderType.STOP_LIMIT: (True, True),
}
"""Whether each type has a limit, and whether it has a trigger."""


def bad_terms(terms: OrderTerms, market: Market) -> Objection | None:
    """Why these terms are no order that this market would take; None when they are one."""
    limit, trigger = NEEDS[terms.order_type]
    if limit is not (terms.limit is not None) or trigger is not (terms.trigger is not None):
        return Objection(
            "bad-order",
            f"a {terms.order_type} order has {'a' if limit else 'no'} limit and "
            f"{'a' if trigger else 'no'} trigger; it came with {terms.limit} and {terms.trigger}",
        )
    for price in (terms.limit, terms.trigger):
        if price is not None and not _is_price(price, market):
            return Objection(
                "price-bounds",
                f"{price} is no price of this market: {market.tick} to "
                f"{'any' if market.highest_price is None else market.highest_price - market.tick}",
            )
    return _bad_time(terms)


def to_tick(price: Decimal | None, market: Market, *, up: bool) -> Decimal | None:
    """The price itself when it is on a tick, else the next tick above or below."""
    if price is None:
        return None
    tick = market.tick_at(price)
    if up:
        return (price / tick).to_integral_value(ROUND_CEILING) * tick
    return floor_to_step(price, tick)


def _is_price(price: Decimal, market: Market) -> bool:
    if not (price.is_finite() and price >= market.tick):
        return False
    return market.highest_price is None or price <= market.highest_price - market.tick


def _bad_time(terms: OrderTerms) -> Objection | None:
    if terms.order_type is OrderType.MARKET and terms.time_in_force in RESTS:
        return Objection("bad-order", "a market order cannot rest: it has no price to rest at")
    minutes = terms.minutes_to_live
    dated = terms.time_in_force is TimeInForce.GTD
    if dated is (minutes is not None) and (minutes is None or minutes > 0):
        return None
    return Objection(
        "bad-order",
        f"a {terms.time_in_force} order cannot live for {minutes} minutes: good-till-date "
        "needs a number above 0, the others take none",
    )
