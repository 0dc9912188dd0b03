"""Match an order against a real book, level by level, as the venue would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.market import FeeRule, Market
from chalicelib.domain.money import ONE, ZERO, floor_to_step, round_money
from chalicelib.domain.order import Match, Order, Refusal, Side


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
    exact = size * rule.rate * (price * (ONE - price)) ** rule.exponent
    return exact.quantize(rule.quantum, ROUND_HALF_UP)


def levels_within(order: Order, book: OrderBook) -> Sequence[Level]:
    """The levels this order could take, best first."""
    if order.side is Side.BUY:
        return [level for level in book.asks if order.limit is None or level.price <= order.limit]
    return [level for level in book.bids if order.limit is None or level.price >= order.limit]


def takeable_size(levels: Sequence[Level], share: Decimal, step: Decimal) -> Decimal:
    """How much of what is shown one order may take: the rest is other people's."""
    return floor_to_step(sum((level.size for level in levels), ZERO) * share, step)


def match(order: Order, book: OrderBook, market: Market, share: Decimal) -> Execution | Refusal:
    """Walk the book until the order is filled or what it may take is gone.

    What is left unfilled is cancelled (immediate or cancel). An order that would fill for less
    than the venue's minimum is refused, because the venue would refuse it.
    """
    levels = levels_within(order, book)
    if not levels:
        return _refuse(order, "no-liquidity", _nothing_there(order, book))
    size = min(
        floor_to_step(order.size, market.size_step),
        takeable_size(levels, share, market.size_step),
    )
    if size < market.min_size:
        return _refuse(
            order,
            "below-minimum",
            f"{size} contracts could be had, the venue takes no order below {market.min_size}",
        )
    execution = _take(levels, size, market.fee)
    if order.side is Side.BUY and execution.value < market.min_notional:
        return _refuse(
            order,
            "below-minimum",
            f"worth {execution.value} dollars, the venue takes no order "
            f"below {market.min_notional}",
        )
    return execution


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
