"""Enter what a strategy wishes for: gate it, size it on the books, fill its legs. Pure."""

from dataclasses import replace
from decimal import Decimal
from math import inf, isfinite

from chalicelib.domain.market import Market
from chalicelib.domain.order import AT_MARKET, Order, Purpose, Side
from chalicelib.domain.signal import Basket, Signal
from chalicelib.engine.admission import may_enter
from chalicelib.engine.basket import fill_legs
from chalicelib.engine.gate import Desk, may_combine, may_trade
from chalicelib.engine.identity import basket_id
from chalicelib.engine.objection import Objection
from chalicelib.engine.place import place_entry
from chalicelib.engine.rest import cancel_all
from chalicelib.engine.short import may_short
from chalicelib.engine.size import leg_size, size_basket
from chalicelib.engine.terms import to_tick
from chalicelib.engine.turn import Turn


def enter(desk: Desk, turn: Turn, basket: Basket) -> None:
    """Trade one basket, or refuse it with the reason."""
    first, inputs = basket.legs[0].instrument_id, basket.legs[0].inputs
    legs = [leg.instrument_id for leg in basket.legs]
    name = basket_id(desk.cycle_id, turn.account.strategy, legs) if len(legs) > 1 else ""
    objection = _entry_objection(desk, turn, basket)
    if objection is not None:
        turn.refuse(first, objection, name, inputs)
        return
    if basket.legs[0].terms != AT_MARKET:
        leg = basket.legs[0]
        place_entry(desk, turn, leg, _worst_price(desk, leg, desk.market_of[first]))
        return
    cancel_all(desk, turn, first, "it is bought at once instead")
    orders = [_entry_order(desk, turn, leg, name) for leg in basket.legs]
    sized = size_basket(desk, turn.account, orders, basket, turn.usages(desk))
    if isinstance(sized, Objection):
        turn.refuse(first, sized, name, inputs)
        return
    sizes = [
        leg_size(sized.size, leg.exact_ratio, desk.market_of[leg.instrument_id])
        for leg in basket.legs
    ]
    whole = [
        replace(order, size=size, sized_by=sized.bound)
        for order, size in zip(orders, sizes, strict=True)
    ]
    fill_legs(desk, turn, basket, whole)


def _entry_objection(desk: Desk, turn: Turn, basket: Basket) -> Objection | None:
    legs = [leg.instrument_id for leg in basket.legs]
    for leg in basket.legs:
        objection = _bad_signal(leg) or may_trade(desk, leg.instrument_id, Purpose.ENTRY)
        if objection is not None:
            return objection
        if leg.side is Side.SELL:
            objection = may_short(desk.market_of[leg.instrument_id], desk.setting.borrow)
            if objection is not None:
                return objection
        if (len(legs) > 1 or leg.side is Side.SELL) and leg.terms != AT_MARKET:
            return Objection(
                "bad-order", "the legs of a basket, and short sales, are traded at the market"
            )
    return may_combine(desk, legs) or may_enter(desk, turn, legs) or _unbounded(desk, basket)


def _unbounded(desk: Desk, basket: Basket) -> Objection | None:
    """A wish at the market pays up to its quoted price and its edge, so it needs that price."""
    if all(leg.terms != AT_MARKET or _quoted(desk, leg) is not None for leg in basket.legs):
        return None
    return Objection(
        "no-quote", "no price was shown when it was decided, so nothing bounds what it pays"
    )


def _bad_signal(leg: Signal) -> Objection | None:
    """A wish that is not a number is nobody's wish."""
    if isfinite(leg.edge) and 0 <= leg.confidence <= 1 and 0 < leg.ratio < inf:
        return None
    numbers = f"edge {leg.edge}, confidence {leg.confidence} and ratio {leg.ratio}"
    return Objection("bad-signal", f"{numbers} make no sense")


def _entry_order(desk: Desk, turn: Turn, leg: Signal, basket: str) -> Order:
    market = desk.market_of[leg.instrument_id]
    return Order(
        turn.account.strategy,
        leg.instrument_id,
        market.market_id,
        leg.side,
        Purpose.ENTRY,
        Decimal(0),
        _worst_price(desk, leg, market),
        leg.reason,
        basket,
        inputs=leg.inputs,
    )


def _quoted(desk: Desk, leg: Signal) -> Decimal | None:
    """The price that the wish was made at; None where that side showed nothing."""
    return (desk.asks if leg.side is Side.BUY else desk.bids).get(leg.instrument_id)


def _worst_price(desk: Desk, leg: Signal, market: Market) -> Decimal | None:
    """The price at the decision and the expected gain: beyond it the trade is not worth having."""
    buys = leg.side is Side.BUY
    quoted = _quoted(desk, leg)
    if quoted is None:
        return None
    room = max(Decimal(repr(leg.edge)), Decimal(0))
    if buys:
        return to_tick(quoted + room, market, up=False)
    return to_tick(max(quoted - room, market.tick), market, up=True)
