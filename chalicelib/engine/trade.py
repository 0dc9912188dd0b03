"""One strategy's turn: leave what it wants to leave, then enter what it may enter. Pure."""

from dataclasses import replace
from decimal import Decimal
from math import isfinite

from chalicelib.domain.control import ControlState
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.order import AT_MARKET, Order, Purpose, Refusal, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket, Signal
from chalicelib.engine.admission import may_enter
from chalicelib.engine.basket import fill_legs
from chalicelib.engine.exits import due_exits, flatten_reasons, legs_to_unwind, worst_exit
from chalicelib.engine.gate import Desk, may_trade
from chalicelib.engine.identity import basket_id
from chalicelib.engine.objection import Objection
from chalicelib.engine.place import place_entry, place_exit
from chalicelib.engine.pulse import remember_entries
from chalicelib.engine.rest import cancel_all, work_orders
from chalicelib.engine.short import margin_calls, may_short
from chalicelib.engine.size import size_basket
from chalicelib.engine.terms import to_tick
from chalicelib.engine.turn import Turn, book_fill, match_affordable
from chalicelib.engine.wish import Wishes, is_held


def take_turn(
    desk: Desk, account: Account, wishes: Wishes, settled: int = 0, *, paused: bool
) -> Turn:
    """Exits first, so that their cash and room can be used; then entries, best edge first.

    Protections are judged in between: a loss that was just made keeps its strategy from entering.
    ``settled`` counts the positions that were paid out in this cycle before.
    """
    turn = Turn(account, settled)
    work_orders(desk, turn, wishes, paused=paused, enabled=desk.setting.enabled)
    _leave_all(desk, turn, wishes)
    turn.judge(desk)
    for basket in wishes.entries:
        if is_held(basket, turn.account.positions):
            continue
        if paused:
            objection = Objection("strategy-paused", "the strategy is paused by the operator")
            turn.refuse(basket.legs[0].instrument_id, objection)
            continue
        _enter(desk, turn, basket)
    turn.account = remember_entries(turn.account, desk.cycle_id, turn.entries)
    if turn.remembered < len(turn.ended):
        turn.judge(desk)
    return turn


def _leave_all(desk: Desk, turn: Turn, wishes: Wishes) -> None:
    """Give up what a rule or the operator wants closed, and then what the strategy wants to leave.

    What could not be sold is still held, so it is tried again in the next cycle.
    """
    flattening = desk.control.state is ControlState.FLATTENING
    if flattening:
        forced = flatten_reasons(turn.account, desk.control)
    else:
        forced = {
            **due_exits(turn.account, desk.setting.exits, desk.market_of, desk.at),
            **margin_calls(turn.account, desk.setting.borrow),
        }
    purpose = Purpose.FLATTEN if flattening else Purpose.EXIT
    undone = {} if flattening else legs_to_unwind(turn.account)
    for instrument_id, reason in sorted({**forced, **undone}.items()):
        cancel_all(desk, turn, instrument_id, reason)
        why = Purpose.UNWIND if instrument_id in undone else purpose
        _give_up(desk, turn, instrument_id, reason, why)
    for instrument_id, reason in sorted(wishes.exits.items()):
        if instrument_id not in turn.account.positions or instrument_id in {**forced, **undone}:
            continue
        if instrument_id in wishes.exit_terms:
            place_exit(desk, turn, instrument_id, reason, wishes.exit_terms[instrument_id])
        else:
            cancel_all(desk, turn, instrument_id, reason)
            _leave(desk, turn, instrument_id, reason)


def _give_up(
    desk: Desk, turn: Turn, instrument_id: InstrumentId, reason: str, purpose: Purpose
) -> None:
    """Give up a whole position, no further than the slippage bound from its mark."""
    objection = may_trade(desk, instrument_id, purpose) or turn.full(1)
    if objection is not None:
        turn.refuse(instrument_id, objection)
        return
    worst = worst_exit(desk, turn.account.positions[instrument_id])
    if isinstance(worst, Objection):
        turn.refuse(instrument_id, worst)
    else:
        _close(desk, turn, instrument_id, reason, purpose, worst)


def _leave(desk: Desk, turn: Turn, instrument_id: InstrumentId, reason: str) -> None:
    objection = may_trade(desk, instrument_id, Purpose.EXIT) or turn.full(1)
    if objection is not None:
        turn.refuse(instrument_id, objection)
    else:
        _close(desk, turn, instrument_id, reason, Purpose.EXIT, None)


def _close(
    desk: Desk,
    turn: Turn,
    instrument_id: InstrumentId,
    reason: str,
    purpose: Purpose,
    worst: Decimal | None,
) -> None:
    held = turn.account.positions[instrument_id]
    order = Order(
        turn.account.strategy,
        instrument_id,
        held.market_id,
        Side.BUY if held.is_short else Side.SELL,
        purpose,
        abs(held.size),
        worst,
        reason,
    )
    executed = match_affordable(desk, turn, order)
    if isinstance(executed, Refusal):
        turn.refusals.append(executed)
    else:
        book_fill(desk, turn, order, executed)


def _enter(desk: Desk, turn: Turn, basket: Basket) -> None:
    first = basket.legs[0].instrument_id
    legs = [leg.instrument_id for leg in basket.legs]
    name = basket_id(desk.cycle_id, turn.account.strategy, legs) if len(legs) > 1 else ""
    objection = _entry_objection(desk, turn, basket)
    if objection is not None:
        turn.refuse(first, objection, name)
        return
    if basket.legs[0].terms != AT_MARKET:
        leg = basket.legs[0]
        place_entry(desk, turn, leg, _worst_price(desk, leg, desk.market_of[first]))
        return
    cancel_all(desk, turn, first, "it is bought at once instead")
    orders = [_entry_order(desk, turn, leg, name) for leg in basket.legs]
    sized = size_basket(desk, turn.account, orders, basket, turn.usages(desk))
    if isinstance(sized, Objection):
        turn.refuse(first, sized, name)
        return
    whole = [replace(order, size=sized.size, sized_by=sized.bound) for order in orders]
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
    return may_enter(desk, turn, legs)


def _bad_signal(leg: Signal) -> Objection | None:
    """A wish that is not a number is nobody's wish."""
    if isfinite(leg.edge) and 0 <= leg.confidence <= 1:
        return None
    return Objection("bad-signal", f"edge {leg.edge} and confidence {leg.confidence} make no sense")


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
    )


def _worst_price(desk: Desk, leg: Signal, market: Market) -> Decimal | None:
    """The price at the decision and the expected gain: beyond it the trade is not worth having."""
    buys = leg.side is Side.BUY
    quoted = (desk.asks if buys else desk.bids).get(leg.instrument_id)
    if quoted is None:
        return None
    room = max(Decimal(repr(leg.edge)), Decimal(0))
    if buys:
        return to_tick(quoted + room, market, up=False)
    return to_tick(max(quoted - room, market.tick), market, up=True)
