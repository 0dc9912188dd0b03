"""How many contracts of each leg: the least of what policy, limits, cash and book allow. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from chalicelib.domain.book import Level
from chalicelib.domain.market import Market, MarketKind
from chalicelib.domain.money import ONE, ZERO, floor_to_step
from chalicelib.domain.order import Order, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket
from chalicelib.engine.cash import free_cash
from chalicelib.engine.gate import Desk
from chalicelib.engine.limits import Usage, rooms
from chalicelib.engine.match import fee_bound, levels_within, takeable_size
from chalicelib.engine.objection import Objection
from chalicelib.engine.short import entry_cost
from chalicelib.engine.sizing import Sized, Stake, wanted
from chalicelib.fees.charge import FeeBound

Legs = Sequence[tuple[Order, Market, Sequence[Level]]]
"""Each order, still without a size, with its market and the levels within its limit."""


def size_basket(
    desk: Desk, account: Account, orders: Sequence[Order], basket: Basket, usages: Sequence[Usage]
) -> Sized | Objection:
    """One size for all legs with the bound that decided it, or why none is possible."""
    legs = [_leg(desk, order) for order in orders]
    if not all(levels for _, _, levels in legs):
        return Objection("no-liquidity", "no price is shown within the limit of every leg")
    fees = [fee_bound(market, levels) for _, market, levels in legs]
    costs = [
        _worst_unit_cost(order, levels, fee)
        for (order, _, levels), fee in zip(legs, fees, strict=True)
    ]
    rounding = sum((fee.rounding for fee in fees), ZERO)
    stake = _stake(desk, account, legs, basket, sum(costs, ZERO), usages)
    policy = wanted(desk.setting.entry_sizing, stake)
    if isinstance(policy, Objection):
        return policy
    bounds = [] if policy is None else [policy]
    bounds.extend(_bounds(desk, account, legs, costs, rounding, usages))
    tightest = min(bounds, key=lambda bound: bound.size)
    size = floor_to_step(tightest.size, max(market.size_step for _, market, _ in legs))
    least = max(market.min_size for _, market, _ in legs)
    if size < least:
        return Objection(
            "too-small",
            f"{size} contracts are possible ({tightest.bound} decides), the venue wants {least}",
        )
    return Sized(size, tightest.bound)


def _leg(desk: Desk, order: Order) -> tuple[Order, Market, Sequence[Level]]:
    market = desk.market_of[order.instrument_id]
    book = desk.books[order.instrument_id]
    return order, market, levels_within(order, book, market, desk.limits.extra_slippage)


def _stake(
    desk: Desk,
    account: Account,
    legs: Legs,
    basket: Basket,
    cost: Decimal,
    usages: Sequence[Usage],
) -> Stake:
    asks = [
        (desk.asks if order.side is Side.BUY else desk.bids).get(order.instrument_id)
        for order, _, _ in legs
    ]
    return Stake(
        usages[0].equity if usages else account.equity,
        cost,
        sum((ask for ask in asks if ask is not None), ZERO) if None not in asks else None,
        basket,
        _thinnest(legs, ONE),
        all(market.kind is MarketKind.BINARY for _, market, _ in legs),
    )


def _bounds(
    desk: Desk,
    account: Account,
    legs: Legs,
    costs: Sequence[Decimal],
    rounding: Decimal,
    usages: Sequence[Usage],
) -> Iterator[Sized]:
    """What limits, cash and the book allow, in the order in which a tie is decided.

    ``rounding`` is set aside for fees that are rounded up, whatever the size.
    """
    cost, borrow = sum(costs, ZERO), desk.setting.borrow
    own = sum(
        (entry_cost(order, unit, borrow) for (order, _, _), unit in zip(legs, costs, strict=True)),
        ZERO,
    )
    yield Sized((desk.limits.cash_per_entry - rounding) / cost, "cash-per-entry")
    yield Sized((free_cash(account, borrow) - rounding) / own, "cash")
    markets = [market for _, market, _ in legs]
    names = [order.instrument_id for order, _, _ in legs]
    for usage in usages:
        for room in rooms(usage, markets, names):
            left = room.left - rounding
            yield Sized(left / sum((costs[n] for n in room.legs), ZERO), room.code)
    yield Sized(_thinnest(legs, desk.limits.max_share_of_depth), "depth")


def _worst_unit_cost(order: Order, levels: Sequence[Level], fee: FeeBound) -> Decimal:
    """Dollars per contract at the worst level within the limit, with the dearest fee.

    Sizing on the worst price keeps the walk up the book within its budget; limits and cash are
    looked at again before it is booked. A short sale owes most at the best price.
    """
    dearest = levels[-1] if order.side is Side.BUY else levels[0]
    return dearest.price + fee.per_contract


def _thinnest(legs: Legs, share: Decimal) -> Decimal:
    return min(takeable_size(levels, share, market.size_step) for _, market, levels in legs)
