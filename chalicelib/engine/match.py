"""Match an order against a real book, level by level, as the venue would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.market import FeeRule, Market
from chalicelib.domain.money import (
    MOST_CONTRACTS,
    ONE,
    ZERO,
    floor_to_step,
    round_against_us,
    round_money,
)
from chalicelib.domain.order import RESTS, Match, Order, Refusal, Side, TimeInForce
from chalicelib.fees.charge import charge
from chalicelib.fees.stated import rule_terms

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""A market's own fee rule is in force whenever the market is listed with it."""


@dataclass(frozen=True, slots=True)
class Execution:
    """What an order would get: at least one match, with the exact totals."""

    matches: tuple[Match, ...]
    size: Decimal
    value: Decimal
    fee: Decimal


def taker_fee(rule: FeeRule, price: Decimal, size: Decimal) -> Decimal:
    """What one match would cost in fees: for sizing, which must not come out below the charge."""
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
    execution = _take(levels, size, market, order.side)
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


def _take(levels: Sequence[Level], size: Decimal, market: Market, side: Side) -> Execution:
    """Take from the best level on, and pay what the venue charges for it."""
    taken = []
    left = size
    for level in levels:
        taken.append(Level(level.price, min(left, level.size)))
        left -= taken[-1].size
        if left == 0:
            break
    terms = rule_terms(market.venue, market.market_id, market.fee, EVER)
    charged = charge(terms, side, taken)
    return Execution(
        tuple(
            Match(part.price, part.size, fee) for part, fee in zip(taken, charged.fees, strict=True)
        ),
        size,
        round_money(sum((part.price * part.size for part in taken), ZERO)),
        _booked(charged.total),
    )


def _booked(fee: Decimal) -> Decimal:
    """A fee as the ledger can hold it: finer digits than a micro-dollar are rounded up."""
    return fee if fee == round_money(fee) else round_against_us(fee)


def _nothing_there(order: Order, book: OrderBook) -> str:
    shown = book.asks if order.side is Side.BUY else book.bids
    if not shown:
        return f"nobody shows a price to {order.side} at"
    return f"the best price is {shown[0].price}, the limit is {order.limit}"


def _refuse(order: Order, code: str, reason: str) -> Refusal:
    return Refusal(order.strategy, order.instrument_id, code, reason, order.basket)
