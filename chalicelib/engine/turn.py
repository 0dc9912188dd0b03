"""An account as it changes during one strategy's turn, and the one way a fill is booked. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.fee import NEW_ORDER, FeeAccumulator, Liquidity
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.money import ZERO, floor_to_step
from chalicelib.domain.order import Fill, Order, Purpose, Refusal, Side
from chalicelib.domain.portfolio import Account, Position
from chalicelib.domain.remembered import ClosedTrade
from chalicelib.engine.exits import exit_code
from chalicelib.engine.gate import MOST_TRADES, Desk
from chalicelib.engine.identity import trade_id
from chalicelib.engine.limits import Usage, places_of, usage_of
from chalicelib.engine.match import Execution, match
from chalicelib.engine.objection import Objection
from chalicelib.engine.protections import judge_account
from chalicelib.engine.pulse import remember_ended


@dataclass
class Turn:
    """The account as it changes during one strategy's turn, with what was done and refused.

    ``settled`` counts the settlements of the same cycle, which are committed together with it.
    ``ended`` are the sales, each with the time from which its position was held; the account
    remembers the first ``remembered`` of them. ``entries`` counts the fills that opened something.
    """

    account: Account
    settled: int = 0
    fills: list[Fill] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    ended: list[tuple[ClosedTrade, datetime]] = field(default_factory=list)
    remembered: int = 0
    entries: int = 0
    usage: Usage | None = None

    def usages(self, desk: Desk) -> list[Usage]:
        """What the account and the house have used of their limits; both run along."""
        if self.usage is None:
            self.usage = usage_of(self.account, desk.limits, desk.market_of, desk.cycle_id)
            self.usage.enter(self.entries)
        return [self.usage] if desk.house is None else [self.usage, desk.house]

    def judge(self, desk: Desk) -> None:
        """Let the account remember what has ended by now, and trip what trips."""
        remembering = remember_ended(self.account, self.ended[self.remembered :])
        self.remembered = len(self.ended)
        sold = [trade for trade, _ in self.ended]
        self.account = judge_account(remembering, desk.rules, desk.at, sold)

    def full(self, orders: int) -> Objection | None:
        """Whether so many more trades would be more than one commit takes."""
        if self.settled + len(self.fills) + orders <= MOST_TRADES:
            return None
        return Objection(
            "max-trades", f"{MOST_TRADES} trades of an account in a cycle are the most"
        )

    def refuse(
        self,
        instrument_id: InstrumentId,
        objection: Objection,
        basket: str = "",
        inputs: dict[str, float] | None = None,
    ) -> None:
        """Note why a wish went no further, with the numbers that it was made on."""
        code, reason = objection.code, objection.reason
        name = self.account.strategy
        self.refusals.append(Refusal(name, instrument_id, code, reason, basket, inputs or {}))


def match_order(
    desk: Desk, order: Order, before: FeeAccumulator = NEW_ORDER
) -> Execution | Refusal:
    """What the order would get on the book that was fetched after the decision."""
    market = desk.market_of[order.instrument_id]
    book = desk.books[order.instrument_id]
    limits = desk.limits
    return match(order, book, market, limits.max_share_of_depth, limits.extra_slippage, before)


def match_affordable(desk: Desk, turn: Turn, order: Order) -> Execution | Refusal:
    """What an order that closes a position would get, cut to what the cash can pay for."""
    executed = match_order(desk, order)
    if isinstance(executed, Refusal) or order.side is Side.SELL:
        return executed
    due = loan_due(turn.account, order.instrument_id, executed.size)
    cost, cash = executed.value + executed.fee + due, turn.account.cash
    if cost <= cash:
        return executed
    step = desk.market_of[order.instrument_id].size_step
    smaller = match_order(desk, replace(order, size=floor_to_step(order.size * cash / cost, step)))
    if isinstance(smaller, Refusal) or smaller.value + smaller.fee + due > cash:
        return Refusal(
            order.strategy,
            order.instrument_id,
            "cash",
            f"buying it back takes {cost} dollars, {cash} are there",
            order.basket,
            order.inputs,
        )
    return smaller


def loan_due(account: Account, instrument_id: InstrumentId, size: Decimal) -> Decimal:
    """What is paid for the loan with so many units of a short position that are given back."""
    held = account.positions.get(instrument_id)
    if held is None or held.loan is None:
        return ZERO
    return held.loan.due(size, abs(held.size))


def book_fill(
    desk: Desk,
    turn: Turn,
    order: Order,
    executed: Execution,
    liquidity: Liquidity = Liquidity.TAKER,
    rebate: Decimal = ZERO,
) -> None:
    """Book what an order got: the account and the turn's fills move together."""
    market = desk.market_of[order.instrument_id]
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
        executed.fee_rule,
        title_of(market, order.instrument_id),
        liquidity,
        order.sized_by,
        ZERO
        if order.side is Side.SELL
        else loan_due(turn.account, order.instrument_id, executed.size),
        rebate,
        order.inputs,
    )
    before, turn.account = turn.account, apply_fill(turn.account, fill)
    turn.fills.append(fill)
    _count(desk, turn, fill, before)


def _count(desk: Desk, turn: Turn, fill: Fill, before: Account) -> None:
    """What limits and protections have to know of a fill."""
    after, instrument_id = turn.account, fill.instrument_id
    was, now = before.positions.get(instrument_id), after.positions.get(instrument_id)
    if was is not None and (now is None or abs(now.size) < abs(was.size)):
        closed = ClosedTrade(
            desk.at,
            instrument_id,
            fill.market_id,
            after.realised - before.realised,
            exit_code(fill.purpose, fill.reason),
        )
        turn.ended.append((closed, was.opened_at))
    entries = int(fill.purpose is Purpose.ENTRY)
    turn.entries += entries
    usages = [usage for usage in (turn.usage, desk.house) if usage is not None]
    if not usages:
        return
    cost, value = _worth(now)
    if was is not None:
        cost_before, value_before = _worth(was)
        cost, value = cost - cost_before, value - value_before
    earned = after.cash - before.cash + value
    opened = (now is not None) - (was is not None)
    market = desk.market_of.get(instrument_id)
    places = places_of(instrument_id, fill.market_id, market)
    for usage in usages:
        usage.hold(places, cost, opened)
        usage.enter(entries)
        usage.equity += earned


def _worth(position: Position | None) -> tuple[Decimal, Decimal]:
    """Dollars at stake in a position, and its value; nothing when there is none."""
    return (ZERO, ZERO) if position is None else (abs(position.cost), position.value)


def title_of(market: Market, instrument_id: InstrumentId) -> str:
    """The outcome and its question, as people read them."""
    for outcome in market.outcomes:
        if outcome.instrument_id == instrument_id:
            return f"{outcome.label} · {market.title}"
    raise KeyError(f"{instrument_id} is no outcome of {market.market_id}")
