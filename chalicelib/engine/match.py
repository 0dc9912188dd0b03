"""Match an order against a real book, level by level, as the venue would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.market import FeeRule, Market
from chalicelib.domain.money import MOST_CONTRACTS, ONE, ZERO, floor_to_step, round_money
from chalicelib.domain.order import RESTS, Match, Order, Refusal, Side, TimeInForce


@dataclass(frozen=True, slots=True)
class Execution:
    """What an order would get: at least one match, with the exact totals."""

    matches: tuple[Match, ...]
    size: Decimal
    value: Decimal
    fee: Decimal


def taker_fee(rule: FeeRule, price: Decimal, size: Decimal) -> Decimal:
    """The fee in dollars for taking ``size`` at ``price``, rounded as the venue does."""
    if rule.rate == 0:
        return ZERO
    curve = price * (ONE - price)
    exact = size * rule.rate * (curve if rule.exponent == 1 else curve**rule.exponent)
    return exact.quantize(rule.quantum, ROUND_HALF_UP)


def levels_within(order: Order, book: OrderBook, slippage: Decimal = ZERO) -> Sequence[Level]:
    """The levels this order could take, best first, each worse by ``slippage`` than shown.

    A prediction market trades above 0 and below 1 only: a price outside is not taken.
    """
    if order.side is Side.BUY:
        most = ONE if order.limit is None else order.limit
        asks = book.asks if not slippage else _worse(book.asks, slippage)
        return [level for level in asks if level.price <= most and level.price < ONE]
    least = ZERO if order.limit is None else order.limit
    bids = book.bids if not slippage else _worse(book.bids, -slippage)
    return [level for level in bids if level.price >= least and ZERO < level.price < ONE]


def _worse(levels: Sequence[Level], by: Decimal) -> list[Level]:
    return [Level(level.price + by, level.size) for level in levels]


def takeable_size(levels: Sequence[Level], share: Decimal, step: Decimal) -> Decimal:
    """How much of what is shown one order may take: the rest is other people's."""
    return floor_to_step(sum((level.size for level in levels), ZERO) * share, step)


def match(
    order: Order,
    book: OrderBook,
    market: Market,
    share: Decimal,
    slippage: Decimal = ZERO,
) -> Execution | Refusal:
    """Walk the book until the order is filled or what it may take is gone.

    What is left unfilled is the caller's to rest or to cancel; fill-or-kill is refused unless it
    fills whole. An order that would fill for less than the venue's minimum is refused, because
    the venue would refuse it; a part of one that rests may be smaller.
    """
    if not (order.size.is_finite() and ZERO < order.size <= MOST_CONTRACTS):
        return _refuse(order, "bad-size", f"no order can have a size of {order.size}")
    levels = levels_within(order, book, slippage)
    if not levels:
        return _refuse(order, "no-liquidity", _nothing_there(order, book))
    wanted = floor_to_step(order.size, market.size_step)
    size = min(wanted, takeable_size(levels, share, market.size_step))
    if order.time_in_force is TimeInForce.FOK and size < order.size:
        return _refuse(
            order, "fill-or-kill", f"{size:f} of {order.size:f} contracts could be had, all or none"
        )
    execution = _take(levels, size, market.fee)
    return _below_minimum(order, execution, market) or execution


def _below_minimum(order: Order, execution: Execution, market: Market) -> Refusal | None:
    least = market.size_step if order.time_in_force in RESTS else market.min_size
    if execution.size < least:
        return _refuse(
            order,
            "below-minimum",
            f"{execution.size} contracts could be had, the venue takes no order below {least}",
        )
    if order.side is Side.SELL or order.time_in_force in RESTS:
        return None
    if execution.value < market.min_notional:
        return _refuse(
            order,
            "below-minimum",
            f"worth {execution.value} dollars, the venue takes no order "
            f"below {market.min_notional}",
        )
    return None


def _take(levels: Sequence[Level], size: Decimal, fee: FeeRule) -> Execution:
    matches = []
    left = size
    for level in levels:
        taken = min(left, level.size)
        matches.append(Match(level.price, taken, taker_fee(fee, level.price, taken)))
        left -= taken
        if left == 0:
            break
    return Execution(
        tuple(matches),
        size,
        round_money(sum((m.price * m.size for m in matches), ZERO)),
        sum((m.fee for m in matches), ZERO),
    )


def _nothing_there(order: Order, book: OrderBook) -> str:
    shown = book.asks if order.side is Side.BUY else book.bids
    if not shown:
        return f"nobody shows a price to {order.side} at"
    return f"the best price is {shown[0].price}, the limit is {order.limit}"


def _refuse(order: Order, code: str, reason: str) -> Refusal:
    return Refusal(order.strategy, order.instrument_id, code, reason, order.basket)
