"""Hold one waiting order against one book: what it takes, what comes to it, what is left. Pure.

An order that crosses the book takes the prices shown and pays the taker's fee. Once no price
within its limit is left, it rests: it then fills at its limit and never better, because
those who trade with it come to its price. What is shown at that price when it begins to rest is
ahead of it: only a book that trades through the price, or offers more than the queue, reaches us.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.fee import FeeTerms, FeeUnknown, Liquidity
from chalicelib.domain.market import Market
from chalicelib.domain.money import ZERO, floor_to_step
from chalicelib.domain.order import RESTS, Order, Purpose, RestingOrder, Side, TimeInForce
from chalicelib.engine.admission import entry_room
from chalicelib.engine.cash import spendable
from chalicelib.engine.gate import Desk
from chalicelib.engine.match import Execution, execute, fee_bound, levels_within
from chalicelib.engine.objection import Objection
from chalicelib.engine.turn import Turn, book_fill, match_order
from chalicelib.fees.charge import charge, rebate


def hold_against_book(desk: Desk, turn: Turn, order: RestingOrder) -> RestingOrder | None:
    """Fill what this book allows, and answer what is left to wait; None when nothing is.

    A book is used once: one that is not newer than the last changes nothing.
    """
    book = desk.books[order.instrument_id]
    if not _is_new(order, book):
        return order
    seen = replace(order, book_at=book.occurred_at)
    if _waits(order, book):
        return seen
    seen = replace(seen, triggered=order.trigger is not None)
    after = _make(desk, turn, seen, book) if order.rested else _take(desk, turn, seen, book)
    if after.left <= 0 or order.time_in_force not in RESTS:
        return None
    return after


def crosses(desk: Desk, order: RestingOrder) -> bool:
    """Whether a new book shows a price at which the order could fill."""
    book = desk.books[order.instrument_id]
    if not _is_new(order, book) or _waits(order, book):
        return False
    market = desk.market_of[order.instrument_id]
    return bool(levels_within(_request("", order, order.limit), book, market))


def _is_new(order: RestingOrder, book: OrderBook) -> bool:
    return order.book_at is None or book.occurred_at > order.book_at


def _waits(order: RestingOrder, book: OrderBook) -> bool:
    """Whether it is a stop whose price has not come: the ask for a buy, the bid for a sell."""
    if order.trigger is None or order.triggered:
        return False
    if order.side is Side.BUY:
        return not (book.asks and book.asks[0].price >= order.trigger)
    return not (book.bids and book.bids[0].price <= order.trigger)


def _take(desk: Desk, turn: Turn, order: RestingOrder, book: OrderBook) -> RestingOrder:
    """Take what is shown within the limit; when nothing more is, the remainder begins to rest."""
    request = _request(turn.account.strategy, order, _worst_price(desk, order, book))
    market = desk.market_of[order.instrument_id]
    levels = levels_within(request, book, market, desk.limits.extra_slippage)
    size = _affordable(desk, turn, order, levels)
    if size <= 0 or (size < order.left and order.time_in_force is TimeInForce.FOK):
        turn.refuse(order.instrument_id, _too_dear(order), inputs=order.inputs)
        return order
    result = match_order(desk, replace(request, size=size), order.fees)
    taken = result.size if isinstance(result, Execution) else ZERO
    if isinstance(result, Execution):
        book_fill(desk, turn, request, result)
        order = replace(order, fees=result.accumulator)
    elif result.code != "no-liquidity" or order.time_in_force not in RESTS:
        turn.refusals.append(result)
    rests = order.limit is not None and taken >= _offered(request, book, market)
    queue = _shown_at(order, book) if rests else ZERO
    return replace(order, left=order.left - taken, rested=rests, queue_ahead=queue)


def _offered(request: Order, book: OrderBook, market: Market) -> Decimal:
    return sum((level.size for level in levels_within(request, book, market)), ZERO)


def _make(desk: Desk, turn: Turn, order: RestingOrder, book: OrderBook) -> RestingOrder:
    """Fill at the limit what came to it after everyone ahead was served, at the maker's fee.

    A book with a price beyond the limit has traded through everyone at it. One that only touches
    it serves the queue first, unless the limits say to trust it. The queue shrinks by what came,
    and is gone with its price level.
    """
    request = _request(turn.account.strategy, order, order.limit)
    market = desk.market_of[order.instrument_id]
    levels = levels_within(request, book, market, desk.limits.extra_slippage)
    if not levels:
        return order if _shown_at(order, book) else replace(order, queue_ahead=ZERO)
    came = sum((level.size for level in levels), ZERO)
    through = levels[0].price != order.limit
    ahead = ZERO if through or desk.limits.trust_queue else order.queue_ahead
    reached = replace(order, queue_ahead=ZERO if through else max(ZERO, order.queue_ahead - came))
    share = desk.limits.max_share_of_depth
    ours = floor_to_step(max(ZERO, came - ahead) * share, market.size_step)
    return _fill_at_limit(desk, turn, reached, request, ours) if ours > 0 else reached


def _fill_at_limit(
    desk: Desk, turn: Turn, order: RestingOrder, request: Order, ours: Decimal
) -> RestingOrder:
    price = request.limit or ZERO
    terms = desk.market_of[order.instrument_id].fee
    if isinstance(terms, FeeUnknown):
        unknown = Objection("fee-unknown", terms.reason)
        turn.refuse(order.instrument_id, unknown, inputs=order.inputs)
        return order
    size = min(_affordable(desk, turn, order, [Level(price, ours)]), ours)
    if size <= 0:
        turn.refuse(order.instrument_id, _too_dear(order), inputs=order.inputs)
        return replace(order, rested=False)
    made = execute([Level(price, size)], size, terms, order.side, Liquidity.MAKER, order.fees)
    promised = _rebate(desk, terms, order.side, price, size)
    book_fill(desk, turn, replace(request, size=size), made, Liquidity.MAKER, promised)
    return replace(order, left=order.left - size, fees=made.accumulator)


def _rebate(desk: Desk, terms: FeeTerms, side: Side, price: Decimal, size: Decimal) -> Decimal:
    """What the venue promises a maker: a share of the fee that a taker pays for the same."""
    if not desk.limits.credit_rebates or not terms.rebate_share:
        return ZERO
    return rebate(terms, charge(terms, side, [Level(price, size)]).total)


def _affordable(desk: Desk, turn: Turn, order: RestingOrder, levels: Sequence[Level]) -> Decimal:
    """How much of what is left may fill now: a sell what is held, an entry what cash and room pay.

    Judged at the worst of the levels and the dearest fee.
    """
    market = desk.market_of[order.instrument_id]
    if order.side is Side.SELL:
        held = turn.account.positions.get(order.instrument_id)
        return min(order.left, held.size if held else ZERO)
    if not levels:
        return order.left
    fee = fee_bound(market, levels, Liquidity.MAKER if order.rested else Liquidity.TAKER)
    room = spendable(turn.account, desk.setting.borrow)
    if order.purpose is Purpose.ENTRY:
        room = min(room, entry_room(desk, turn, order.instrument_id))
    most = (room - fee.rounding) / (levels[-1].price + fee.per_contract)
    return min(order.left, floor_to_step(most, market.size_step))


def _too_dear(order: RestingOrder) -> Objection:
    if order.side is Side.SELL:
        return Objection(
            "not-held", "it is not held, and this account has no model for borrowing to sell"
        )
    return Objection(
        "cash", f"cash or exposure does not pay for {order.left:f} contracts within the limit"
    )


def _worst_price(desk: Desk, order: RestingOrder, book: OrderBook) -> Decimal | None:
    """The limit; for a triggered stop without one, so far beyond the best price shown."""
    if order.limit is not None:
        return order.limit
    buys, levels = order.side is Side.BUY, book.asks if order.side is Side.BUY else book.bids
    if not levels:
        return None
    best = levels[0].price
    room = desk.market_of[order.instrument_id].slippage(best, desk.limits.max_slippage)
    return best + room if buys else best - room


def _shown_at(order: RestingOrder, book: OrderBook) -> Decimal:
    """The size shown at our price on our own side."""
    levels = book.bids if order.side is Side.BUY else book.asks
    return next((level.size for level in levels if level.price == order.limit), ZERO)


def _request(strategy: str, order: RestingOrder, limit: Decimal | None) -> Order:
    return Order(
        strategy,
        order.instrument_id,
        order.market_id,
        order.side,
        order.purpose,
        order.left,
        limit,
        order.reason,
        "",
        order.time_in_force,
        inputs=order.inputs,
    )
