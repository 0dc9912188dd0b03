"""Orders that wait across cycles: kept, cancelled, or held against a later book. Pure.

A resting purchase moves no cash, but counts towards every limit as if it had filled at its limit.
Control, protections, cash and limits are looked at again when it would fill.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.control import ControlState
from chalicelib.domain.market import InstrumentId, MarketStatus
from chalicelib.domain.order import Purpose, RestingOrder, Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.admission import may_enter
from chalicelib.engine.cross import crosses, hold_against_book
from chalicelib.engine.gate import Desk, may_trade
from chalicelib.engine.objection import Objection
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes

UNLISTED = timedelta(hours=1)
"""A market that its venue has not listed for so long takes its orders with it."""

PAUSED = Objection("strategy-paused", "the strategy is paused by the operator")
ENDED = (MarketStatus.CLOSED, MarketStatus.RESOLVING, MarketStatus.RESOLVED)


def instruments_of_orders(accounts: Mapping[str, Account]) -> list[InstrumentId]:
    """Instruments whose books are needed because an order waits there."""
    return sorted({o.instrument_id for a in accounts.values() for o in a.orders.values()})


def work_orders(
    desk: Desk, turn: Turn, wishes: Wishes, *, paused: bool, enabled: bool = True
) -> None:
    """Cancel what has lost its reason, and hold the rest against this cycle's books.

    Oldest first. A disabled strategy keeps its sells, its entries are cancelled.
    """
    for order in sorted(turn.account.orders.values(), key=lambda o: (o.placed_at, o.order_id)):
        lapsed = _lapsed(desk, turn.account, order) or _unwished(order, wishes, enabled=enabled)
        if lapsed is not None:
            cancel(desk, turn, order, lapsed)
        elif order.instrument_id in desk.books:
            _work(desk, turn, order, paused=paused)


def _work(desk: Desk, turn: Turn, order: RestingOrder, *, paused: bool) -> None:
    """Hold it against the book, unless it could fill and is not allowed to.

    A venue may answer a book of a market that it did not list: without ticks and fees nothing can
    be made of it, so the order waits for the next one.
    """
    if order.instrument_id not in desk.market_of:
        return
    if not crosses(desk, order):
        keep(desk, turn, order, hold_against_book(desk, turn, order))
        return
    keep(desk, turn, order, None)  # what it reserves in the limits is there for itself
    objection = _held_back(desk, turn, order, paused=paused)
    if objection is None:
        keep(desk, turn, order, hold_against_book(desk, turn, order))
        return
    turn.refuse(order.instrument_id, objection, inputs=order.inputs)
    # Placed anew once it is allowed: it then pays the prices shown, and the taker's fee.
    keep(desk, turn, order, replace(order, rested=False))


def cancel(desk: Desk, turn: Turn, order: RestingOrder, why: Objection) -> None:
    """Take an order away and say why."""
    turn.refuse(order.instrument_id, why, inputs=order.inputs)
    keep(desk, turn, order, None)


def cancel_all(desk: Desk, turn: Turn, instrument_id: InstrumentId, reason: str) -> None:
    """Take away every order on an instrument, because it is being left."""
    for order in list(turn.account.orders.values()):
        if order.instrument_id == instrument_id:
            cancel(desk, turn, order, Objection("order-cancelled", reason))


def keep(desk: Desk, turn: Turn, order: RestingOrder, left: RestingOrder | None) -> None:
    """Replace an order by what is left of it, and count anew what it reserves in the limits."""
    stored = turn.account.orders.get(order.order_id)
    before = turn.usages(desk)[0]
    orders = {i: o for i, o in turn.account.orders.items() if i != order.order_id}
    if left is not None:
        orders[order.order_id] = left
    turn.account = replace(turn.account, orders=orders)
    if stored is not None and left is not None and stored.left == left.left:
        return
    turn.usage = None
    if desk.house is not None:
        desk.house.exchange(before, turn.usages(desk)[0])


def _lapsed(desk: Desk, account: Account, order: RestingOrder) -> Objection | None:
    """Why the order cannot go on, whatever its strategy wishes."""
    state = desk.control.state
    if state in {ControlState.KILLED, ControlState.FLATTENING}:
        return Objection("order-cancelled", f"control is {state}: {desk.control.reason}")
    if order.expires_at is not None and order.expires_at <= desk.at:
        return Objection("order-expired", f"its time ended at {order.expires_at:%Y-%m-%d %H:%M}")
    if order.side is Side.SELL and order.instrument_id not in account.positions:
        return Objection(
            "not-held", "nothing of it is held any more, and this account cannot borrow to sell"
        )
    return _market_ended(desk, order)


def _market_ended(desk: Desk, order: RestingOrder) -> Objection | None:
    market = desk.market_of.get(order.instrument_id)
    if market is None:
        since = order.book_at or order.placed_at
        gone = desk.at - since > UNLISTED
        return Objection("market-closed", f"not listed since {since:%H:%M}") if gone else None
    over = market.closes_at is not None and market.closes_at <= desk.at
    if market.status in ENDED or over:
        return Objection("market-closed", f"the market is {market.status}, its end has come")
    return None


def _unwished(order: RestingOrder, wishes: Wishes, *, enabled: bool) -> Objection | None:
    """Why the strategy no longer stands behind the order."""
    if order.side is Side.SELL:
        return None
    if not enabled:
        return Objection("order-cancelled", "the strategy is disabled")
    if order.instrument_id in wishes.exits and order.instrument_id not in wishes.exit_terms:
        return Objection("order-cancelled", wishes.exits[order.instrument_id])
    wished = {leg.instrument_id for basket in wishes.entries for leg in basket.legs}
    if order.cancel_when_unwished and order.instrument_id not in wished:
        return Objection("order-cancelled", "the strategy no longer wishes for it")
    return None


def _held_back(desk: Desk, turn: Turn, order: RestingOrder, *, paused: bool) -> Objection | None:
    """Why the order may not fill now, though it may go on waiting."""
    objection = may_trade(desk, order.instrument_id, order.purpose) or turn.full(1)
    if objection is not None or order.purpose is not Purpose.ENTRY:
        return objection
    if paused:
        return PAUSED
    opens = order.instrument_id not in turn.account.positions
    return may_enter(desk, turn, [order.instrument_id], 1 if opens else 0)
