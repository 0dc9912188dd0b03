"""Legs that belong together: taken whole, kept in part, or undone with the loss booked."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.booking import apply_settlement
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config, Observation
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import Market
from chalicelib.domain.order import Purpose, Settlement, Side
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Basket, Unfilled
from chalicelib.engine.exits import instruments_to_leave
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from tests.builders import (
    FREE,
    NO,
    NOW,
    SEVEN,
    YES,
    account,
    basket,
    book,
    control,
    desk,
    market,
    settlement,
    signal,
)
from tests.builders import wishes as wished

A, B, C = "test:a:yes", "test:b:yes", "test:c:yes"
UNSELLABLE = Decimal(100)
"""A minimum worth above anything here: the venue refuses every order of that leg."""


def listed(name: str, fee: FeeTerms = FREE, **changes: Any) -> Market:
    return market(name, fee, exclusive_group="g", **changes)


def a_book(bids: Any = (("0.38", 1000),)) -> Any:
    return book(A, bids, [("0.40", 1000)])


B_BOOK = book(B, bids=[("0.50", 5000)], asks=[("0.55", 5000)])


def pair(unfilled: Unfilled, first: str = "") -> Basket:
    return Basket((signal(A, 0.0), signal(B, 0.0)), unfilled, first)


def buy(legs: Basket, *books: Any, markets: list[Market], **limits: Any) -> Turn:
    usual = {"cash_per_entry": "96.681", "max_share_of_depth": 1, "max_exposure": 1}
    stage = desk(*books, markets=markets, **{**usual, **limits})
    return take_turn(stage, account(1000), wished(legs), paused=False)


def codes(taken: Turn) -> list[str]:
    return [refusal.code for refusal in taken.refusals]


def test_leg_that_failed_is_unwound_and_its_loss_booked_to_the_last_digit() -> None:
    """By hand, at rate 0.07: 100 bought at 0.40, the other leg refused, 100 sold at 0.38.

    Bought for 40 + 0.07 * 100 * 0.40 * 0.60 = 41.68. Sold for 38 - 0.07 * 100 * 0.38 * 0.62 =
    36.3508. Lost 5.3292 of 1,000.
    """
    markets = [listed("a", SEVEN), listed("b", min_notional=UNSELLABLE)]
    taken = buy(pair(Unfilled.UNWIND), a_book(), B_BOOK, markets=markets)

    assert [(f.side, f.purpose, f.size, f.value, f.fee) for f in taken.fills] == [
        (Side.BUY, Purpose.ENTRY, 100, 40, Decimal("1.68")),
        (Side.SELL, Purpose.UNWIND, 100, 38, Decimal("1.6492")),
    ]
    assert taken.account.realised == Decimal("-5.3292")
    assert taken.account.cash == Decimal("994.6708")
    assert (taken.account.positions, taken.account.imbalance()) == ({}, 0)
    assert codes(taken) == ["below-minimum", "leg-unfilled"]
    assert len({f.basket for f in taken.fills}) == 1


def test_leg_that_cannot_be_resold_at_once_is_unwound_in_the_next_cycle() -> None:
    on_its_way = {"resale_seconds": 5}
    markets = [listed("a", SEVEN, **on_its_way), listed("b", min_notional=UNSELLABLE)]
    bought = buy(pair(Unfilled.UNWIND), a_book(), B_BOOK, markets=markets)
    assert [(f.side, f.purpose) for f in bought.fills] == [(Side.BUY, Purpose.ENTRY)]
    assert codes(bought) == ["below-minimum", "leg-unfilled", "resale-delay"]
    assert instruments_to_leave(
        {"test": bought.account}, Config({}, RiskLimits()), control(), Observation({}, {}), NOW
    ) == {A}

    stage = desk(a_book([("0.37", 1000)]), markets=markets, max_share_of_depth=1)
    quoted = replace(stage, bids={A: Decimal("0.37")})
    sold = take_turn(quoted, bought.account, wished(), paused=False)
    assert [(f.side, f.purpose, f.size, f.price) for f in sold.fills] == [
        (Side.SELL, Purpose.UNWIND, 100, Decimal("0.37")),
    ]  # fmt: skip
    assert sold.fills[0].reason.startswith("unwind: ")
    assert (sold.account.positions, sold.account.imbalance()) == ({}, 0)


def test_unwind_sells_in_reverse_order() -> None:
    markets = [listed("a"), listed("b"), listed("c", min_notional=UNSELLABLE)]
    books = (
        book(A, [("0.29", 1000)], [("0.30", 1000)]),
        book(B, [("0.29", 2000)], [("0.30", 2000)]),
        book(C, [("0.29", 3000)], [("0.30", 3000)]),
    )
    legs = basket(*(signal(i, 0.0) for i in (C, B, A)), unfilled=Unfilled.UNWIND)
    taken = buy(legs, *books, markets=markets, cash_per_entry=90)
    assert [(f.instrument_id, f.side) for f in taken.fills] == [
        (A, Side.BUY), (B, Side.BUY), (B, Side.SELL), (A, Side.SELL),
    ]  # fmt: skip
    assert taken.account.realised == -2


def test_unwind_sells_no_lower_than_the_slippage_bound_and_says_what_is_left() -> None:
    thin = a_book([("0.38", 60), ("0.10", 1000)])
    markets = [listed("a", SEVEN), listed("b", min_notional=UNSELLABLE)]
    taken = buy(pair(Unfilled.UNWIND), thin, B_BOOK, markets=markets, max_slippage="0.05")
    assert [f.size for f in taken.fills] == [100, 60]
    assert taken.account.positions[A].size == 40
    assert codes(taken) == ["below-minimum", "leg-unfilled", "unwind-unfilled"]
    assert "40 of 100" in taken.refusals[-1].reason


def test_unwind_into_an_empty_bid_keeps_the_position_and_says_so() -> None:
    markets = [listed("a", SEVEN), listed("b", min_notional=UNSELLABLE)]
    taken = buy(pair(Unfilled.UNWIND), a_book([]), B_BOOK, markets=markets)
    assert taken.account.positions[A].size == 100
    assert codes(taken)[-1] == "unwind-unfilled"


def test_basket_that_fills_has_nothing_to_unwind() -> None:
    taken = buy(pair(Unfilled.UNWIND), a_book(), B_BOOK, markets=[listed("a"), listed("b")])
    assert [(f.instrument_id, f.purpose) for f in taken.fills] == [
        (A, Purpose.ENTRY), (B, Purpose.ENTRY),
    ]  # fmt: skip
    assert len({f.size for f in taken.fills}) == 1


def test_hold_keeps_what_filled_where_unwind_would_sell_it() -> None:
    markets = [listed("a", SEVEN), listed("b", min_notional=UNSELLABLE)]
    taken = buy(pair(Unfilled.HOLD), a_book(), B_BOOK, markets=markets)
    assert (taken.account.positions.keys(), codes(taken)) == ({A}, ["below-minimum"])


def test_abort_books_nothing_of_a_basket_whose_leg_fails() -> None:
    markets = [listed("a", SEVEN), listed("b", min_notional=UNSELLABLE)]
    taken = buy(pair(Unfilled.ABORT), a_book(), B_BOOK, markets=markets)
    assert (taken.fills, taken.account) == ([], account(1000))


@pytest.mark.parametrize(("first", "order"), [("", [A, B]), ("kalshi", [B, A]), ("other", [A, B])])
def test_legs_are_filled_at_the_first_venue_and_then_where_least_is_offered(
    first: str, order: list[str]
) -> None:
    markets = [listed("a"), replace(listed("b"), venue="kalshi")]
    taken = buy(pair(Unfilled.UNWIND, first), a_book(), B_BOOK, markets=markets)
    assert [f.instrument_id for f in taken.fills] == order


@pytest.mark.parametrize("policy", list(Unfilled))
def test_every_outcome_of_a_group_under_one_dollar_pays_one_at_the_end(policy: Unfilled) -> None:
    """By hand: 100 of each at 0.30 with no fee cost 90, the one that wins pays 100."""
    names, ids = ("a", "b", "c"), (A, B, C)
    books = [book(i, [("0.29", 500)], [("0.30", 500)]) for i in ids]
    legs = basket(*(signal(i, 0.03) for i in ids), unfilled=policy)
    asks = {"cash_per_entry": 90}
    taken = buy(legs, *books, markets=[listed(n) for n in names], **asks)
    assert [f.size for f in taken.fills] == [100, 100, 100]

    after = taken.account
    for instrument, payout in zip(ids, (0, 1, 0), strict=True):
        paid: Settlement = settlement(instrument, 100, payout)
        after = apply_settlement(after, paid)
    assert (after.cash, after.realised, after.positions) == (1010, 10, {})


def test_thinnest_leg_of_three_sets_the_size_of_all() -> None:
    books = [book(i, asks=[("0.30", size)]) for i, size in ((A, 500), (B, 40), (C, 500))]
    legs = basket(*(signal(i, 0.03) for i in (A, B, C)), unfilled=Unfilled.UNWIND)
    taken = buy(legs, *books, markets=[listed(n) for n in "abc"], max_share_of_depth="0.5")
    assert [(f.instrument_id, f.size) for f in taken.fills] == [(B, 20), (A, 20), (C, 20)]


def test_basket_is_not_entered_while_paused() -> None:
    stage = desk(a_book(), B_BOOK, markets=[listed("a"), listed("b")], state=ControlState.PAUSED)
    taken = take_turn(stage, account(1000), wished(pair(Unfilled.UNWIND)), paused=False)
    assert (taken.fills, codes(taken)) == ([], ["control"])


def test_unwind_sells_only_what_its_own_basket_bought() -> None:
    names = ("a", "b", "c")
    markets = [listed(n) for n in names[:2]] + [listed("c", min_notional=UNSELLABLE)]
    books = [book(i, [("0.29", 9000)], [("0.30", 9000)]) for i in (A, B, C)]
    stage = desk(*books, markets=markets, cash_per_entry=60, max_exposure=1, max_share_of_depth=1)
    first = basket(signal(A, 0.0))
    second = basket(signal(B, 0.0), signal(C, 0.0), unfilled=Unfilled.UNWIND)
    taken = take_turn(stage, account(1000), wished(first, second), paused=False)
    assert taken.account.positions.keys() == {A}


CROSSED = {"asks": [("0.45", 500)]}, {"asks": [("0.50", 500)]}
"""Both outcomes of one market for 0.95 together."""


@pytest.mark.parametrize("policy", list(Unfilled))
@pytest.mark.parametrize("apart", [0.001, 1, 9])
def test_both_sides_of_one_set_of_orders_are_not_bought_on_books_of_two_moments(
    policy: Unfilled, apart: float
) -> None:
    books = book(YES, **CROSSED[0], age=10), book(NO, **CROSSED[1], age=10 - apart)
    both = basket(signal(YES, 0.02), signal(NO, 0.02), unfilled=policy)
    taken = buy(both, *books, markets=[market(mirrored=True)])
    assert (taken.fills, taken.account, codes(taken)) == ([], account(1000), ["two-moments"])
    assert f"test:m are one set of orders, and their books were read {apart:.3f} s apart" in (
        taken.refusals[0].reason
    )


@pytest.mark.parametrize(("mirrored", "apart"), [(True, 0), (False, 9)])
def test_both_sides_are_bought_on_books_of_one_moment_or_of_two_sets_of_orders(
    mirrored: bool, apart: float
) -> None:
    books = book(YES, **CROSSED[0], age=10), book(NO, **CROSSED[1], age=10 - apart)
    both = basket(signal(YES, 0.02), signal(NO, 0.02))
    taken = buy(both, *books, markets=[market(mirrored=mirrored)])
    assert [f.instrument_id for f in taken.fills] == [YES, NO]


def test_legs_of_two_mirrored_markets_may_be_read_at_two_moments() -> None:
    markets = [listed("a", mirrored=True), listed("b", mirrored=True)]
    later = book(B, bids=[("0.50", 5000)], asks=[("0.55", 5000)], age=9)
    taken = buy(pair(Unfilled.ABORT), a_book(), later, markets=markets)
    assert len(taken.fills) == 2


def test_leg_that_fills_in_part_is_unwound_with_the_others() -> None:
    twos, threes = (market(name, size_step=Decimal(n)) for name, n in (("twos", 2), ("threes", 3)))
    ids = ("test:threes:yes", "test:twos:yes")
    books = [book(i, bids=[("0.39", 999)], asks=[("0.40", 999)]) for i in ids]
    legs = basket(*(signal(i, 0.0) for i in ids), unfilled=Unfilled.UNWIND)
    taken = buy(legs, *books, markets=[twos, threes], cash_per_entry=8)
    assert [(f.side, f.size) for f in taken.fills] == [
        (Side.BUY, 9), (Side.BUY, 8), (Side.SELL, 8), (Side.SELL, 9),
    ]  # fmt: skip
    assert (taken.account.positions, codes(taken)) == ({}, ["leg-unfilled"])
