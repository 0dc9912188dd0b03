"""How many contracts of each leg: what the cash, the exposure and the thinnest book allow. Pure."""

from decimal import Decimal

from chalicelib.domain.market import Market
from chalicelib.domain.money import ZERO, floor_to_step
from chalicelib.domain.order import Order
from chalicelib.domain.portfolio import Account
from chalicelib.engine.gate import Desk, Objection, exposure_room
from chalicelib.engine.match import levels_within, takeable_size, taker_fee


def size_basket(desk: Desk, account: Account, orders: list[Order]) -> Decimal | Objection:
    """One size for all legs, or why none is possible. ``orders`` carry limits but no size yet."""
    legs = [(order, desk.market_of[order.instrument_id]) for order in orders]
    costs = [_worst_unit_cost(desk, order, market) for order, market in legs]
    if not all(costs):
        return Objection("no-liquidity", "no price is shown within the limit of every leg")
    budget = min(desk.limits.cash_per_entry, account.cash, exposure_room(desk, account))
    step = max(market.size_step for _, market in legs)
    size = floor_to_step(min(budget / sum(costs), _thinnest(desk, legs)), step)
    needed = max(market.min_size for _, market in legs)
    if size < needed:
        return Objection(
            "too-small",
            f"{size} contracts are possible with {budget:.2f} dollars and the depth shown, "
            f"the venue wants {needed}",
        )
    return size


def _worst_unit_cost(desk: Desk, order: Order, market: Market) -> Decimal:
    """Dollars per contract at the worst level within the limit, with the dearest fee; 0 if none.

    Sizing on the worst price keeps the walk up the book within its budget, but for fees that are
    rounded up on very small levels: the turn looks at the cash again before it books.
    """
    levels = levels_within(order, desk.books[order.instrument_id])
    if not levels:
        return ZERO
    return (
        levels[-1].price
        + max(taker_fee(market.fee, lv.price, Decimal(1)) for lv in levels)
        + (market.fee.quantum if market.fee.rate else ZERO)
    )


def _thinnest(desk: Desk, legs: list[tuple[Order, Market]]) -> Decimal:
    share = desk.limits.max_share_of_depth
    return min(
        takeable_size(
            levels_within(order, desk.books[order.instrument_id]), share, market.size_step
        )
        for order, market in legs
    )
