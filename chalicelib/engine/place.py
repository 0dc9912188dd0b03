"""Place orders with terms of their own: size at the worst price, then fill or rest. Pure.

An order that may rest is sized by policy, money and limits, because the depth it will meet is not
known yet; depth bounds every fill of it.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from chalicelib.domain.book import Level
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.money import ONE, ZERO, floor_to_step
from chalicelib.domain.order import OrderTerms, OrderType, Purpose, RestingOrder, Side
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.engine.admission import entry_room
from chalicelib.engine.cash import free_cash
from chalicelib.engine.cross import hold_against_book
from chalicelib.engine.gate import Desk, may_trade
from chalicelib.engine.grounds import Grounds
from chalicelib.engine.identity import order_id
from chalicelib.engine.match import fee_bound
from chalicelib.engine.objection import Objection
from chalicelib.engine.rest import cancel, keep
from chalicelib.engine.sizing import Sized, Stake, wanted
from chalicelib.engine.terms import bad_terms, to_tick
from chalicelib.engine.turn import Turn, title_of
from chalicelib.fees.charge import FeeBound

MOST_RESTING = 100
"""Orders of one account that wait: they are stored in its row, and each needs a book a cycle."""

DEAREST_PRICE = Decimal("0.5")
"""Where p(1-p), and with it the fee of a contract, is highest."""


def place_entry(desk: Desk, turn: Turn, leg: Signal, bound: Decimal | None) -> None:
    """Buy on the leg's terms. ``bound`` is the worst price worth paying where they name none.

    The gate was asked before: what is left to judge here is the order itself.
    """
    market = desk.market_of[leg.instrument_id]
    wrong = bad_terms(leg.terms, market)
    if wrong is not None:
        turn.refuse(leg.instrument_id, wrong, inputs=leg.inputs)
        return
    grounds = Grounds(leg.reason, leg.inputs)
    order = _new(desk, turn, leg.instrument_id, Side.BUY, leg.terms, grounds)
    if leg.terms.order_type is OrderType.MARKET:
        order = replace(order, limit=bound)
    if _stands(desk, turn, order):
        return
    size = _entry_size(desk, turn, leg, order)
    if isinstance(size, Objection):
        turn.refuse(leg.instrument_id, size, inputs=leg.inputs)
        return
    _place(desk, turn, replace(order, left=size))


def place_exit(
    desk: Desk, turn: Turn, instrument_id: InstrumentId, grounds: Grounds, terms: OrderTerms
) -> None:
    """Sell what is held on these terms: at a limit, at a stop, or at both."""
    objection = (
        may_trade(desk, instrument_id, Purpose.EXIT)
        or turn.full(1)
        or bad_terms(terms, desk.market_of[instrument_id])
    )
    if objection is not None:
        turn.refuse(instrument_id, objection, inputs=grounds.inputs)
        return
    if turn.account.positions[instrument_id].is_short:
        short = Objection("bad-order", "a short is bought back at the market")
        turn.refuse(instrument_id, short, inputs=grounds.inputs)
        return
    order = _new(desk, turn, instrument_id, Side.SELL, terms, grounds)
    if not _stands(desk, turn, order):
        held = turn.account.positions[instrument_id]
        _place(desk, turn, replace(order, left=held.size))


def _new(
    desk: Desk,
    turn: Turn,
    instrument_id: InstrumentId,
    side: Side,
    terms: OrderTerms,
    grounds: Grounds,
) -> RestingOrder:
    """The order, not sized yet; a price between two ticks goes to the one harder to reach."""
    market = desk.market_of[instrument_id]
    buys, minutes = side is Side.BUY, terms.minutes_to_live
    return RestingOrder(
        order_id(desk.cycle_id, turn.account.strategy, instrument_id, side),
        instrument_id,
        market.market_id,
        side,
        Purpose.ENTRY if buys else Purpose.EXIT,
        terms.order_type,
        terms.time_in_force,
        ZERO,
        to_tick(terms.limit, market, up=not buys),
        to_tick(terms.trigger, market, up=buys),
        ZERO,
        desk.at,
        None if minutes is None else desk.at + timedelta(minutes=minutes),
        False,
        grounds.reason,
        title_of(market, instrument_id),
        cancel_when_unwished=terms.cancel_when_unwished,
        inputs=grounds.inputs,
    )


def _stands(desk: Desk, turn: Turn, new: RestingOrder) -> bool:
    """Whether such an order waits already; one on other terms gives way to the new one."""
    for old in list(turn.account.orders.values()):
        if (old.instrument_id, old.side) != (new.instrument_id, new.side):
            continue
        if old.order_id == new.order_id or _terms_of(old) == _terms_of(new):
            return True
        cancel(
            desk, turn, old, Objection("order-replaced", "the strategy asks for other terms now")
        )
    return False


def _terms_of(order: RestingOrder) -> tuple[object, ...]:
    return order.order_type, order.time_in_force, order.limit, order.trigger


def _place(desk: Desk, turn: Turn, order: RestingOrder) -> None:
    if len(turn.account.orders) >= MOST_RESTING:
        objection = Objection("max-resting", f"{MOST_RESTING} waiting orders are the most")
        turn.refuse(order.instrument_id, objection, inputs=order.inputs)
        return
    keep(desk, turn, order, hold_against_book(desk, turn, order))


def _entry_size(desk: Desk, turn: Turn, leg: Signal, order: RestingOrder) -> Decimal | Objection:
    """What policy, limits and cash give at the worst price the order may pay, with its fee."""
    market = desk.market_of[leg.instrument_id]
    price = _worst_price(desk, market, order)
    if price is None:
        return Objection("no-liquidity", "no price is known to size the order at")
    fee = _worst_fee(market, price)
    worst = price + fee.per_contract
    policy = wanted(desk.setting.entry_sizing, _stake(desk, turn, leg, worst))
    if isinstance(policy, Objection):
        return policy
    room = entry_room(desk, turn, leg.instrument_id)
    budget = min(desk.limits.cash_per_entry, free_cash(turn.account, desk.setting.borrow), room)
    bounds = [Sized((budget - fee.rounding) / worst, "budget"), *([policy] if policy else [])]
    tightest = min(bounds, key=lambda bound: bound.size)
    size = floor_to_step(tightest.size, market.size_step)
    if size < market.min_size or size * worst < market.min_notional:
        return Objection(
            "too-small",
            f"{size:f} contracts are possible ({tightest.bound} decides), the venue wants "
            f"{market.min_size} worth {market.min_notional} dollars",
        )
    return size


def _stake(desk: Desk, turn: Turn, leg: Signal, worst: Decimal) -> Stake:
    """What the policy looks at; all that is offered counts as the depth."""
    asks = desk.books[leg.instrument_id].asks
    return Stake(
        turn.usages(desk)[0].equity,
        worst,
        desk.asks.get(leg.instrument_id),
        Basket((leg,), Unfilled.ABORT),
        sum((level.size for level in asks), ZERO),
        desk.market_of[leg.instrument_id].kind is MarketKind.BINARY,
    )


def _worst_price(desk: Desk, market: Market, order: RestingOrder) -> Decimal | None:
    """The worst price it may pay, in dollars per contract; None when no price is known."""
    if order.limit is not None or order.trigger is None:
        return order.limit
    beyond = order.trigger + market.slippage(order.trigger, desk.limits.max_slippage)
    return beyond if market.highest_price is None else min(beyond, ONE - market.tick)


def _worst_fee(market: Market, price: Decimal) -> FeeBound:
    """The most a taker is charged at this price or at a better one: the fee may peak between."""
    peak = [] if market.highest_price is None else [min(price, DEAREST_PRICE)]
    return fee_bound(market, [Level(at, ONE) for at in (price, *peak)])
