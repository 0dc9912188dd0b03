"""Fill the legs of a basket as its policy says: all or none, what can be had, or undone. Pure."""

from dataclasses import replace
from decimal import Decimal

from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Fill, Order, Purpose, Refusal, Side
from chalicelib.domain.signal import Basket, Unfilled
from chalicelib.engine.admission import too_much
from chalicelib.engine.cash import spendable
from chalicelib.engine.gate import Desk
from chalicelib.engine.match import Execution, levels_within
from chalicelib.engine.objection import Objection
from chalicelib.engine.short import entry_cost
from chalicelib.engine.turn import Turn, book_fill, match_affordable, match_order


def fill_legs(desk: Desk, turn: Turn, basket: Basket, orders: list[Order]) -> None:
    """Fill the sized legs, those at the first venue first, then the one with least on offer."""
    ordered = sorted(orders, key=lambda order: _urgency(desk, basket, order))
    if basket.unfilled is Unfilled.UNWIND and len(ordered) > 1:
        _fill_or_unwind(desk, turn, ordered)
    else:
        _fill_together(desk, turn, basket, ordered)


def _urgency(desk: Desk, basket: Basket, order: Order) -> tuple[bool, Decimal]:
    market = desk.market_of[order.instrument_id]
    book = desk.books[order.instrument_id]
    levels = levels_within(order, book, market, desk.limits.extra_slippage)
    return market.venue != basket.first_venue, sum((level.size for level in levels), ZERO)


def _fill_together(desk: Desk, turn: Turn, basket: Basket, orders: list[Order]) -> None:
    """Match every leg before any is booked, so that ABORT really books nothing."""
    matched = [(order, match_order(desk, order)) for order in orders]
    missing = [r for order, r in matched if isinstance(r, Refusal) or r.size < order.size]
    if missing and len(orders) > 1 and basket.unfilled is Unfilled.ABORT:
        turn.refuse(
            orders[0].instrument_id,
            Objection("leg-unfilled", "a leg would not fill in full, so none was taken"),
            orders[0].basket,
            orders[0].inputs,
        )
        return
    objection = _unpayable(desk, turn, [(o, r) for o, r in matched if isinstance(r, Execution)])
    if objection is not None:
        turn.refuse(orders[0].instrument_id, objection, orders[0].basket, orders[0].inputs)
        return
    for order, result in matched:
        if isinstance(result, Refusal):
            turn.refusals.append(result)
        else:
            book_fill(desk, turn, order, result)


def _fill_or_unwind(desk: Desk, turn: Turn, orders: list[Order]) -> None:
    """Fill leg after leg; the first that does not fill in full has the others sold again."""
    objection = turn.full(2 * len(orders))
    if objection is not None:
        turn.refuse(orders[0].instrument_id, objection, orders[0].basket, orders[0].inputs)
        return
    done = len(turn.fills)
    for order in orders:
        result = match_order(desk, order)
        if isinstance(result, Execution):
            objection = _unpayable(desk, turn, [(order, result)])
            result = result if objection is None else _refusal(turn, order, objection)
        if isinstance(result, Refusal):
            turn.refusals.append(result)
        else:
            book_fill(desk, turn, order, result)
        if isinstance(result, Refusal) or result.size < order.size:
            _unwind(desk, turn, order, turn.fills[done:])
            return


def _unwind(desk: Desk, turn: Turn, failed: Order, fills: list[Fill]) -> None:
    """Undo the legs, the last one first, at the prices shown within the bound.

    What cannot be sold now stays a position, and a refusal says so.
    """
    leg = f"{failed.instrument_id} did not fill in full"
    turn.refuse(failed.instrument_id, Objection("leg-unfilled", leg), failed.basket, failed.inputs)
    for fill in reversed(fills):
        if desk.market_of[fill.instrument_id].resale_seconds:
            _unwind_later(turn, fill, leg)
            continue
        sale = Order(
            fill.strategy,
            fill.instrument_id,
            fill.market_id,
            Side.SELL if fill.side is Side.BUY else Side.BUY,
            Purpose.UNWIND,
            fill.size,
            _worst_price(desk, fill),
            f"unwind: {leg}",
            fill.basket,
            inputs=fill.inputs,
        )
        result = match_affordable(desk, turn, sale)
        if isinstance(result, Execution):
            book_fill(desk, turn, sale, result)
        sold = result.size if isinstance(result, Execution) else ZERO
        if sold < fill.size:
            left, all_of = (fill.size - sold).normalize(), fill.size.normalize()
            why = f"{left:f} of {all_of:f} contracts could not be sold again"
            turn.refusals.append(_refusal(turn, sale, Objection("unwind-unfilled", why)))


def _unwind_later(turn: Turn, fill: Fill, leg: str) -> None:
    """Mark a leg that its venue does not let be sold yet: it is given up in the next cycle."""
    held = turn.account.positions[fill.instrument_id]
    positions = {**turn.account.positions, fill.instrument_id: replace(held, unwind=leg)}
    turn.account = replace(turn.account, positions=positions)
    why = Objection("resale-delay", "what was bought is on its way; it is sold in the next cycle")
    turn.refuse(fill.instrument_id, why, fill.basket, fill.inputs)


def _worst_price(desk: Desk, fill: Fill) -> Decimal | None:
    """The worst price at which a leg is undone: the slippage bound from the best one shown."""
    book, bought = desk.books[fill.instrument_id], fill.side is Side.BUY
    levels = book.bids if bought else book.asks
    if not levels:
        return None
    best = levels[0].price
    room = desk.market_of[fill.instrument_id].slippage(best, desk.limits.max_slippage)
    return max(best - room, ZERO) if bought else best + room


def _unpayable(desk: Desk, turn: Turn, bought: list[tuple[Order, Execution]]) -> Objection | None:
    """Why what was matched may not be booked: it costs more than there is, or than a limit."""
    borrow = desk.setting.borrow
    costs = [result.value + result.fee for _, result in bought]
    spent = sum(
        (entry_cost(order, result.value, borrow) + result.fee for order, result in bought), ZERO
    )
    there = spendable(turn.account, borrow)
    if spent > there:
        return Objection("cash", f"{spent} dollars are needed, {there} are there")
    return too_much(desk, turn, [order.instrument_id for order, _ in bought], costs)


def _refusal(turn: Turn, order: Order, why: Objection) -> Refusal:
    name, inputs = turn.account.strategy, order.inputs
    return Refusal(name, order.instrument_id, why.code, why.reason, order.basket, inputs)
