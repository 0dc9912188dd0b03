"""Desks minute after minute, and accounts with an order that waits."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.book import OrderBook
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.market import Market
from chalicelib.domain.order import OrderTerms, OrderType, Side, TimeInForce
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.engine.gate import Desk
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes
from tests.builders import (
    CYCLE,
    NOW,
    YES,
    account,
    book,
    desk,
    fill,
    market,
    wishes,
)

QUIET = book(YES, bids=[("0.40", 60)], asks=[("0.42", 400)])
"""Nothing to be had at 0.40, where 60 contracts are bid already."""

LIMIT = OrderTerms(OrderType.LIMIT, TimeInForce.GTC, Decimal("0.40"))


def terms(kind: OrderType, live: TimeInForce = TimeInForce.GTC, **prices: Any) -> OrderTerms:
    minutes = prices.pop("minutes", None)
    exact = {name: Decimal(price) for name, price in prices.items()}
    return OrderTerms(kind, live, **exact, minutes_to_live=minutes)


def wish_for(on: OrderTerms, edge: float = 0.05) -> Wishes:
    return wishes(Basket((Signal(YES, edge, 1.0, "a test", on),), Unfilled.ABORT))


def shown(minute: int, bids: Any = (), asks: Any = ()) -> OrderBook:
    return book(YES, bids, asks, age=-60 * minute)


def stage(minute: int, *books: OrderBook, listed: Market | None = None, **kw: Any) -> Desk:
    """The desk so many minutes later; all of the depth may be taken unless a test says else."""
    limits = {"max_share_of_depth": 1, "cash_per_entry": 40} | kw
    made = desk(*books, markets=[listed or market()], **limits)
    return replace(made, at=NOW + timedelta(minutes=minute), cycle_id=CYCLE + minute)


def turn(at: Desk, wished: Wishes, before: Account, paused: bool = False) -> Turn:
    return take_turn(at, before, wished, paused=paused)


def resting(on: OrderTerms = LIMIT, against: OrderBook = QUIET, **kw: Any) -> Account:
    """An account whose order of about 100 contracts has been placed on these terms."""
    placed = turn(stage(0, against, **kw), wish_for(on), account(1000))
    assert placed.fills == []
    return placed.account


def holding(on: OrderTerms, against: OrderBook = QUIET) -> Account:
    """An account that holds 100 contracts and has an order to sell them on these terms."""
    before = apply_fill(account(1000), fill(Side.BUY, 100, "0.41"))
    placed = turn(stage(0, against), Wishes((), {YES: "out"}, {YES: on}), before)
    assert placed.fills == []
    return placed.account


def codes(taken: Turn) -> list[str]:
    return [refusal.code for refusal in taken.refusals]
