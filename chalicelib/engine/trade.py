"""One strategy's turn: leave what it wants to leave, then enter what it may enter. Pure."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.money import floor_to_step
from chalicelib.domain.order import Fill, Order, Purpose, Refusal, Side
from chalicelib.domain.portfolio import Account, apply_fill
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.engine.gate import MOST_TRADES, Desk, Objection, may_open, may_trade
from chalicelib.engine.identity import basket_id, trade_id
from chalicelib.engine.match import Execution, match
from chalicelib.engine.size import size_basket
from chalicelib.engine.wish import Wishes, is_held


@dataclass
class Turn:
    """The account as it changes during one strategy's turn, with what was done and refused.

    ``settled`` counts the settlements of the same cycle, which are committed together with it.
    """

    account: Account
    settled: int = 0
    fills: list[Fill] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def full(self, orders: int) -> Objection | None:
        """Whether so many more trades would be more than one commit takes."""
        if self.settled + len(self.fills) + orders <= MOST_TRADES:
            return None
        return Objection(
            "max-trades", f"{MOST_TRADES} trades of an account in a cycle are the most"
        )

    def refuse(self, instrument_id: InstrumentId, objection: Objection, basket: str = "") -> None:
        """Note why a wish went no further."""
        self.refusals.append(
            Refusal(self.account.strategy, instrument_id, objection.code, objection.reason, basket)
        )


def take_turn(
    desk: Desk, account: Account, wishes: Wishes, settled: int = 0, *, paused: bool
) -> Turn:
    """Exits first, so that their cash and room can be used; then entries, best edge first.

    ``settled`` counts the positions that were paid out in this cycle before.
    """
    turn = Turn(account, settled)
    for instrument_id, reason in sorted(wishes.exits.items()):
        if instrument_id in turn.account.positions:
            _leave(desk, turn, instrument_id, reason)
    for basket in wishes.entries:
        if is_held(basket, turn.account.positions):
            continue
        if paused:
            objection = Objection("strategy-paused", "the strategy is paused by the operator")
            turn.refuse(basket.legs[0].instrument_id, objection)
            continue
        _enter(desk, turn, basket)
    return turn


def _leave(desk: Desk, turn: Turn, instrument_id: InstrumentId, reason: str) -> None:
    objection = may_trade(desk, instrument_id, Purpose.EXIT) or turn.full(1)
    if objection is not None:
        turn.refuse(instrument_id, objection)
        return
    held = turn.account.positions[instrument_id]
    order = Order(
        turn.account.strategy,
        instrument_id,
        held.market_id,
        Side.SELL,
        Purpose.EXIT,
        held.size,
        None,
        reason,
    )
    executed = _match(desk, order)
    if isinstance(executed, Refusal):
        turn.refusals.append(executed)
    else:
        _book(desk, turn, order, executed)


def _enter(desk: Desk, turn: Turn, basket: Basket) -> None:
    first = basket.legs[0].instrument_id
    legs = [leg.instrument_id for leg in basket.legs]
    name = basket_id(desk.cycle_id, turn.account.strategy, legs) if len(legs) > 1 else ""
    objection = _entry_objection(desk, turn, basket)
    if objection is not None:
        turn.refuse(first, objection, name)
        return
    orders = [_entry_order(desk, turn, leg, name) for leg in basket.legs]
    size = size_basket(desk, turn.account, orders)
    if isinstance(size, Objection):
        turn.refuse(first, size, name)
        return
    _fill_legs(desk, turn, basket, [replace(order, size=size) for order in orders])


def _entry_objection(desk: Desk, turn: Turn, basket: Basket) -> Objection | None:
    for leg in basket.legs:
        objection = may_trade(desk, leg.instrument_id, Purpose.ENTRY)
        if objection is not None:
            return objection
    legs = len(basket.legs)
    return may_open(desk, turn.account, len(turn.fills), legs) or turn.full(legs)


def _entry_order(desk: Desk, turn: Turn, leg: Signal, basket: str) -> Order:
    market = desk.market_of[leg.instrument_id]
    return Order(
        turn.account.strategy,
        leg.instrument_id,
        market.market_id,
        Side.BUY,
        Purpose.ENTRY,
        Decimal(0),
        _worst_price(desk, leg, market),
        leg.reason,
        basket,
    )


def _worst_price(desk: Desk, leg: Signal, market: Market) -> Decimal | None:
    """The ask at the decision plus the expected gain: beyond it the trade is not worth having."""
    ask = desk.asks.get(leg.instrument_id)
    if ask is None:
        return None
    room = max(Decimal(repr(leg.edge)), Decimal(0))
    return floor_to_step(ask + room, market.tick)


def _fill_legs(desk: Desk, turn: Turn, basket: Basket, orders: list[Order]) -> None:
    """Match every leg before any is booked, so that ABORT really books nothing."""
    matched = [(order, _match(desk, order)) for order in orders]
    missing = [r for order, r in matched if isinstance(r, Refusal) or r.size < order.size]
    if missing and len(orders) > 1 and basket.unfilled is Unfilled.ABORT:
        turn.refuse(
            orders[0].instrument_id,
            Objection("leg-unfilled", "a leg would not fill in full, so none was taken"),
            orders[0].basket,
        )
        return
    spent = sum((r.value + r.fee for _, r in matched if isinstance(r, Execution)), Decimal(0))
    if spent > turn.account.cash:
        turn.refuse(
            orders[0].instrument_id,
            Objection("cash", f"{spent} dollars are needed, {turn.account.cash} are there"),
            orders[0].basket,
        )
        return
    for order, result in matched:
        if isinstance(result, Refusal):
            turn.refusals.append(result)
        else:
            _book(desk, turn, order, result)


def _match(desk: Desk, order: Order) -> Execution | Refusal:
    market = desk.market_of[order.instrument_id]
    book = desk.books[order.instrument_id]
    return match(order, book, market, desk.limits.max_share_of_depth)


def _book(desk: Desk, turn: Turn, order: Order, executed: Execution) -> None:
    market = desk.market_of[order.instrument_id]
    label = next(o.label for o in market.outcomes if o.instrument_id == order.instrument_id)
    fill = Fill(
        trade_id(desk.cycle_id, order.strategy, order.instrument_id, len(turn.fills)),
        desk.cycle_id,
        order.strategy,
        order.instrument_id,
        order.market_id,
        order.side,
        order.purpose,
        executed.size,
        executed.value,
        executed.fee,
        executed.matches,
        desk.books[order.instrument_id].occurred_at,
        order.reason,
        order.basket,
        market.fee.name,
        f"{label} · {market.title}",
    )
    turn.account = apply_fill(turn.account, fill)
    turn.fills.append(fill)
