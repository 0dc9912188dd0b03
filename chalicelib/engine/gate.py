"""The one gate that every order passes, live and in a replay alike. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import Control
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Purpose
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits

MOST_TRADES = 90
"""Trades of one account in one cycle: with the account they have to fit into one transaction."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the trading stage of one cycle works with; the same for every strategy."""

    cycle_id: int
    at: datetime
    control: Control
    limits: RiskLimits
    markets: Mapping[MarketId, Market]
    market_of: Mapping[InstrumentId, Market]
    books: Mapping[InstrumentId, OrderBook]
    asks: Mapping[InstrumentId, Decimal | None]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the gate stays shut: a code for counting and a reason for reading."""

    code: str
    reason: str


def may_trade(desk: Desk, instrument_id: InstrumentId, purpose: Purpose) -> Objection | None:
    """Whether an order of this purpose may be placed on this instrument at all."""
    if not desk.control.allows(purpose):
        return Objection(
            "control", f"control is {desk.control.state}: {desk.control.reason or 'no reason'}"
        )
    market = desk.market_of.get(instrument_id)
    if market is None:
        return Objection("unknown-market", "the venue does not list it now")
    if not market.is_tradable:
        return Objection("market-closed", f"the market is {market.status}")
    return _book_objection(desk, instrument_id)


def _book_objection(desk: Desk, instrument_id: InstrumentId) -> Objection | None:
    book = desk.books.get(instrument_id)
    if book is None:
        return Objection("no-book", "no order book could be fetched after the decision")
    age = (desk.at - book.occurred_at).total_seconds()
    if age > desk.limits.max_book_age_seconds:
        return Objection(
            "stale-book",
            f"the book is {age:.0f} s old, at most {desk.limits.max_book_age_seconds} s are taken",
        )
    return None


def may_open(desk: Desk, account: Account, orders: int, legs: int) -> Objection | None:
    """Whether this account may open ``legs`` more positions after ``orders`` in this cycle."""
    limits = desk.limits
    if orders + legs > limits.max_orders_per_cycle:
        return Objection(
            "max-orders", f"{limits.max_orders_per_cycle} orders a cycle are the limit"
        )
    if len(account.positions) + legs > limits.max_open_positions:
        return Objection(
            "max-positions", f"{limits.max_open_positions} open positions are the limit"
        )
    if exposure_room(desk, account) <= 0:
        return Objection(
            "max-exposure", f"{limits.max_exposure:%} of equity is in open positions already"
        )
    return None


def exposure_room(desk: Desk, account: Account) -> Decimal:
    """Dollars that may still be put into positions."""
    held = sum((p.cost for p in account.positions.values()), ZERO)
    return desk.limits.max_exposure * account.equity - held
