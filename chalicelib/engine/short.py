"""Selling short on a spot market: who may, what the loan costs, and when it has to end. Pure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.market import InstrumentId, Market, MarketKind
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Order, Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.objection import Objection

MARGIN_CALL = "margin-call"


def may_short(market: Market, borrow: BorrowModel) -> Objection | None:
    """Whether an account on these terms may sell this market's instrument without holding it."""
    if market.kind is not MarketKind.SPOT:
        return Objection(
            "no-short", "a contract is not sold short: its other outcome is bought instead"
        )
    if not borrow.enabled:
        return Objection(
            "no-borrow",
            "it is not held, and this account's borrow model is off: switch it on for the strategy",
        )
    return None


def accrue(account: Account, borrow: BorrowModel, at: datetime) -> Account:
    """Let the loans of short positions grow until now, on what the units are worth now."""
    grown = {
        instrument_id: replace(
            held,
            loan=held.loan.grown(_worth(held.mark, held.size, held.cost), borrow.annual_rate, at),
        )
        for instrument_id, held in account.positions.items()
        if held.loan is not None
    }
    return replace(account, positions={**account.positions, **grown}) if grown else account


def margin_calls(account: Account, borrow: BorrowModel) -> dict[InstrumentId, str]:
    """Short positions to be bought back because cash no longer covers them with the margin."""
    shorts = {name: held for name, held in account.positions.items() if held.is_short}
    owed = sum((held.owed for held in shorts.values()), ZERO)
    if not shorts or account.cash >= owed * (1 + borrow.maintenance):
        return {}
    words = (
        f"{MARGIN_CALL}: {account.cash:.2f} dollars of cash stand against {owed:.2f} owed, "
        f"the rule is {1 + borrow.maintenance:.2f} for each"
    )
    return dict.fromkeys(shorts, words)


def entry_cost(order: Order, price: Decimal, borrow: BorrowModel) -> Decimal:
    """Own dollars that one unit of an entry takes at a price, before fees."""
    return price * borrow.margin if order.side is Side.SELL else price


def _worth(mark: Decimal | None, size: Decimal, cost: Decimal) -> Decimal:
    return abs(cost) if mark is None else abs(mark * size)
