"""How many contracts of each leg: the least of what policy, limits, cash and book allow. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from chalicelib.domain.book import Level
from chalicelib.domain.market import Market, MarketKind
from chalicelib.domain.money import ONE, ZERO, floor_to_step
from chalicelib.domain.order import Order, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket, Signal
from chalicelib.engine.cash import free_cash
from chalicelib.engine.gate import Desk
from chalicelib.engine.limits import Usage, rooms
from chalicelib.engine.match import fee_bound, levels_within, takeable_size
from chalicelib.engine.objection import Objection
from chalicelib.engine.short import entry_cost
from chalicelib.engine.sizing import Sized, Stake, wanted
from chalicelib.fees.charge import FeeBound


class UnsizedLeg(NamedTuple):
    """An order, still without a size, with its market and the levels within its limit.

    ``ratio`` is how many contracts of it belong to one of the basket.
    """

    order: Order
    market: Market
    levels: Sequence[Level]
    ratio: Decimal


def size_basket(
    desk: Desk, account: Account, orders: Sequence[Order], basket: Basket, usages: Sequence[Usage]
) -> Sized | Objection:
    """How many baskets, with the bound that decided it, or why none is possible."""
    legs = [_leg(desk, *each) for each in zip(orders, basket.legs, strict=True)]
    if not all(leg.levels for leg in legs):
        return Objection("no-liquidity", "no price is shown within the limit of every leg")
    fees = [fee_bound(leg.market, leg.levels) for leg in legs]
    costs = [
        leg.ratio * _worst_unit_cost(leg.order, leg.levels, fee)
        for leg, fee in zip(legs, fees, strict=True)
    ]
    rounding = sum((fee.rounding for fee in fees), ZERO)
    stake = _stake(desk, account, legs, basket, sum(costs, ZERO), usages)
    policy = wanted(desk.setting.entry_sizing, stake)
    if isinstance(policy, Objection):
        return policy
    bounds = [] if policy is None else [policy]
    bounds.extend(_bounds(desk, account, legs, costs, rounding, usages))
    tightest = min(bounds, key=lambda bound: bound.size)
    alike = [leg.market.size_step for leg in legs if leg.ratio == ONE]
    size = floor_to_step(tightest.size, max(alike)) if alike else tightest.size
    least = max(legs, key=lambda leg: leg.market.min_size / leg.ratio)
    possible = leg_size(size, least.ratio, least.market)
    if possible < least.market.min_size:
        return Objection(
            "too-small",
            f"{possible} contracts are possible ({tightest.bound} decides), the venue wants "
            f"{least.market.min_size}",
        )
    return Sized(size, tightest.bound)


def leg_size(size: Decimal, ratio: Decimal, market: Market) -> Decimal:
    """Contracts of one leg of so many baskets: legs that are to be alike stay alike."""
    return size if ratio == ONE else floor_to_step(size * ratio, market.size_step)


def _leg(desk: Desk, order: Order, wish: Signal) -> UnsizedLeg:
    market = desk.market_of[order.instrument_id]
    book = desk.books[order.instrument_id]
    levels = levels_within(order, book, market, desk.limits.extra_slippage)
    return UnsizedLeg(order, market, levels, wish.exact_ratio)


def _stake(
    desk: Desk,
    account: Account,
    legs: Sequence[UnsizedLeg],
    basket: Basket,
    cost: Decimal,
    usages: Sequence[Usage],
) -> Stake:
    asks = [
        (desk.asks if leg.order.side is Side.BUY else desk.bids).get(leg.order.instrument_id)
        for leg in legs
    ]
    known = [leg.ratio * ask for leg, ask in zip(legs, asks, strict=True) if ask is not None]
    return Stake(
        usages[0].equity if usages else account.equity,
        cost,
        sum(known, ZERO) if len(known) == len(legs) else None,
        basket,
        _thinnest(legs, ONE),
        all(leg.market.kind is MarketKind.BINARY for leg in legs),
    )


def _bounds(
    desk: Desk,
    account: Account,
    legs: Sequence[UnsizedLeg],
    costs: Sequence[Decimal],
    rounding: Decimal,
    usages: Sequence[Usage],
) -> Iterator[Sized]:
    """What limits, cash and the book allow, in the order in which a tie is decided.

    ``rounding`` is set aside for fees that are rounded up, whatever the size.
    """
    cost, borrow = sum(costs, ZERO), desk.setting.borrow
    own = sum(
        (entry_cost(leg.order, unit, borrow) for leg, unit in zip(legs, costs, strict=True)),
        ZERO,
    )
    yield Sized((desk.limits.cash_per_entry - rounding) / cost, "cash-per-entry")
    yield Sized((free_cash(account, borrow) - rounding) / own, "cash")
    markets = [leg.market for leg in legs]
    names = [leg.order.instrument_id for leg in legs]
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


def _thinnest(legs: Sequence[UnsizedLeg], share: Decimal) -> Decimal:
    return min(takeable_size(leg.levels, share, leg.market.size_step) / leg.ratio for leg in legs)
