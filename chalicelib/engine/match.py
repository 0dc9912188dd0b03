"""Match an order against a real book, level by level, as the venue would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.fee import NEW_ORDER, FeeAccumulator, FeeTerms, FeeUnknown, Liquidity
from chalicelib.domain.market import Market
from chalicelib.domain.money import (
    MOST_CONTRACTS,
    ZERO,
    floor_to_step,
    round_against_us,
    round_money,
)
from chalicelib.domain.order import RESTS, Match, Order, Refusal, Side, TimeInForce
from chalicelib.fees.charge import FeeBound, charge, most_fee

NO_FEE_KNOWN = FeeBound(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Execution:
    """What an order would get: at least one match, with the exact totals.

    ``accumulator`` is what the order must remember of its fees until its next match.
    """

    matches: tuple[Match, ...]
    size: Decimal
    value: Decimal
    fee: Decimal
    fee_rule: str
    accumulator: FeeAccumulator = NEW_ORDER


def fee_bound(
    market: Market, levels: Sequence[Level], liquidity: Liquidity = Liquidity.TAKER
) -> FeeBound:
    """The most that matches at these levels can be charged: for sizing before the charge."""
    if isinstance(market.fee, FeeUnknown):
        return NO_FEE_KNOWN  # the gate refuses the order before anything is sized by this
    return most_fee(market.fee, [level.price for level in levels], liquidity)


def levels_within(
    order: Order, book: OrderBook, market: Market, slippage: Decimal = ZERO
) -> Sequence[Level]:
    """The levels this order could take, best first, each worse by ``slippage`` than shown.

    A prediction market trades above 0 and below 1 only: a price outside is not taken.
    """
    bound, limit = market.highest_price, order.limit
    if order.side is Side.BUY:
        asks = book.asks if not slippage else _worse(book.asks, slippage, market)
        return [
            level
            for level in asks
            if (limit is None or level.price <= limit) and (bound is None or level.price < bound)
        ]
    least = ZERO if limit is None else limit
    bids = book.bids if not slippage else _worse(book.bids, -slippage, market)
    return [
        level
        for level in bids
        if level.price >= least and level.price > ZERO and (bound is None or level.price < bound)
    ]


def _worse(levels: Sequence[Level], by: Decimal, market: Market) -> list[Level]:
    return [Level(lv.price + market.slippage(lv.price, by), lv.size) for lv in levels]


def takeable_size(levels: Sequence[Level], share: Decimal, step: Decimal) -> Decimal:
    """How much of what is shown one order may take: the rest is other people's."""
    shown = ZERO
    for level in levels:
        shown += level.size
    return floor_to_step(shown * share, step)


def match(
    order: Order,
    book: OrderBook,
    market: Market,
    share: Decimal,
    slippage: Decimal = ZERO,
    before: FeeAccumulator = NEW_ORDER,
) -> Execution | Refusal:
    """Walk the book until the order is filled or what it may take is gone.

    ``before`` is the accumulator of the same order's last match, where it had one.

    What is left unfilled is the caller's to rest or to cancel; fill-or-kill is refused unless it
    fills whole. An order that would fill for less than the venue's minimum is refused, because
    the venue would refuse it; a part of one that rests may be smaller.
    """
    if not (order.size.is_finite() and ZERO < order.size <= MOST_CONTRACTS):
        return _refuse(order, "bad-size", f"no order can have a size of {order.size}")
    terms = market.fee
    if isinstance(terms, FeeUnknown):
        return _refuse(order, "fee-unknown", terms.reason)
    levels = levels_within(order, book, market, slippage)
    if not levels:
        return _refuse(order, "no-liquidity", _nothing_there(order, book))
    wanted = floor_to_step(order.size, market.size_step)
    size = min(wanted, takeable_size(levels, share, market.size_step))
    if order.time_in_force is TimeInForce.FOK and size < order.size:
        return _refuse(
            order, "fill-or-kill", f"{size:f} of {order.size:f} contracts could be had, all or none"
        )
    execution = _take(levels, size, terms, order.side, before)
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


def _take(
    levels: Sequence[Level], size: Decimal, terms: FeeTerms, side: Side, before: FeeAccumulator
) -> Execution:
    """Take from the best level on, and pay what the venue charges for it."""
    taken = []
    left = size
    for level in levels:
        if left <= level.size:
            taken.append(Level(level.price, left))
            break
        taken.append(level)
        left -= level.size
    return execute(taken, size, terms, side, Liquidity.TAKER, before)


def execute(
    taken: Sequence[Level],
    size: Decimal,
    terms: FeeTerms,
    side: Side,
    liquidity: Liquidity,
    before: FeeAccumulator = NEW_ORDER,
) -> Execution:
    """What these matches of one order, ``size`` in all, come to with the fee of each."""
    charged = charge(terms, side, taken, liquidity, before)
    matches, value = [], ZERO
    for part, fee in zip(taken, charged.fees, strict=True):
        matches.append(Match(part.price, part.size, fee))
        value += part.price * part.size
    return Execution(
        tuple(matches),
        size,
        round_money(value),
        _booked(charged.total),
        charged.terms,
        charged.accumulator,
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
    return Refusal(order.strategy, order.instrument_id, code, reason, order.basket, order.inputs)
