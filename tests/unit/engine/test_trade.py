"""A strategy's turn: exits first, baskets whole or not at all, and never more than there is."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.fee import FeeRounding, RoundingMethod
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Purpose, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Signal, Unfilled
from chalicelib.engine.gate import Desk
from chalicelib.engine.identity import trade_id
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes
from chalicelib.fees.stated import quadratic_terms
from tests.builders import (
    CYCLE,
    NO,
    SEVEN,
    YES,
    account,
    basket,
    book,
    desk,
    fill,
    market,
    signal,
    wishes,
)

DEEP = 10**6
YES_BOOK = book(YES, bids=[("0.39", DEEP)], asks=[("0.40", DEEP)])
NO_BOOK = book(NO, bids=[("0.54", DEEP)], asks=[("0.55", DEEP)])
PAIR = basket(signal(YES, 0.02), signal(NO, 0.02))


def turn(stage: Desk, wished: Wishes, before: Account | None = None, paused: bool = False) -> Turn:
    return take_turn(stage, before or account(1000), wished, paused=paused)


def holding(size: Any = 100, instrument: str = YES, price: str = "0.5") -> Account:
    return apply_fill(account(1000), fill(Side.BUY, size, price, instrument))


CHEAPLY = holding(price="0.38")
"""Sold at 0.39 it is no loss, after which the market would be closed to entries for a while."""


def codes(taken: Turn) -> list[str]:
    return [refusal.code for refusal in taken.refusals]


def test_entry_buys_at_the_ask_and_says_why() -> None:
    taken = turn(desk(YES_BOOK), wishes(basket(signal(YES))))
    (bought,) = taken.fills
    assert (bought.side, bought.purpose) == (Side.BUY, Purpose.ENTRY)
    assert (bought.size, bought.price) == (500, Decimal("0.40"))
    assert (bought.reason, bought.title) == ("a test", "Yes · Will m happen?")
    assert taken.account.positions[YES].size == bought.size
    assert taken.account.imbalance() == 0


def test_entry_pays_at_most_the_quoted_ask_plus_the_expected_gain() -> None:
    moved = book(YES, asks=[("0.40", 40), ("0.43", 40), ("0.44", DEEP)])
    taken = turn(desk(moved, max_share_of_depth=1), wishes(basket(signal(YES, edge=0.039))))
    assert [m.price for m in taken.fills[0].matches] == [Decimal("0.40"), Decimal("0.43")]


def test_entry_is_refused_when_the_price_ran_away_after_the_decision() -> None:
    taken = turn(desk(YES_BOOK, asks={YES: "0.30"}), wishes(basket(signal(YES, edge=0.05))))
    assert taken.fills == []
    assert codes(taken) == ["no-liquidity"]


def test_entry_takes_the_best_edge_first_until_the_room_is_used() -> None:
    first, second = basket(signal(NO, 0.9)), basket(signal(YES, 0.1))
    taken = turn(desk(YES_BOOK, NO_BOOK, max_open_positions=1), wishes(first, second))
    assert [f.instrument_id for f in taken.fills] == [NO]
    assert codes(taken) == ["max-positions"]


def test_entry_is_not_made_twice_for_what_is_held() -> None:
    taken = turn(desk(YES_BOOK), wishes(basket(signal(YES))), holding())
    assert (taken.fills, taken.refusals) == ([], [])


def test_exit_sells_the_whole_position_at_the_bid() -> None:
    taken = turn(desk(YES_BOOK), wishes(exits={YES: "turned"}), holding(100))
    (sold,) = taken.fills
    assert (sold.side, sold.purpose, sold.reason) == (Side.SELL, Purpose.EXIT, "turned")
    assert (sold.size, sold.value) == (100, 39)
    assert taken.account.positions == {}
    assert taken.account.realised == -11


def test_exit_from_a_thin_book_sells_what_it_can_and_keeps_the_rest() -> None:
    thin = book(YES, bids=[("0.39", 100)])
    taken = turn(desk(thin, max_share_of_depth="0.25"), wishes(exits={YES: "turned"}), holding(100))
    assert taken.fills[0].size == 25
    assert taken.account.positions[YES].size == 75


def test_exit_of_what_is_not_held_is_nothing() -> None:
    taken = turn(desk(YES_BOOK), wishes(exits={YES: "turned"}))
    assert (taken.fills, taken.refusals) == ([], [])


def test_exit_comes_first_so_that_its_cash_can_be_used() -> None:
    spent = apply_fill(account(100), fill(Side.BUY, 250, "0.38", YES))
    stage = desk(YES_BOOK, NO_BOOK, max_exposure=1)
    taken = turn(stage, wishes(basket(signal(NO)), exits={YES: "turned"}), spent)
    assert [(f.side, f.instrument_id) for f in taken.fills] == [(Side.SELL, YES), (Side.BUY, NO)]


@pytest.mark.parametrize(
    ("state", "purposes", "refused"),
    [
        (ControlState.RUNNING, [Purpose.EXIT, Purpose.ENTRY], []),
        (ControlState.PAUSED, [Purpose.EXIT], ["control"]),
        (ControlState.KILLED, [], ["control", "control"]),
    ],
)
def test_turn_does_what_the_control_allows(
    state: ControlState, purposes: list[Purpose], refused: list[str]
) -> None:
    stage = desk(YES_BOOK, NO_BOOK, state=state)
    taken = turn(stage, wishes(basket(signal(NO)), exits={YES: "turned"}), CHEAPLY)
    assert [f.purpose for f in taken.fills] == purposes
    assert codes(taken) == refused


def test_turn_of_a_paused_strategy_leaves_but_opens_nothing() -> None:
    wished = wishes(basket(signal(NO)), exits={YES: "turned"})
    taken = turn(desk(YES_BOOK, NO_BOOK), wished, holding(), paused=True)
    assert [f.purpose for f in taken.fills] == [Purpose.EXIT]
    assert codes(taken) == ["strategy-paused"]


def test_turn_counts_exits_as_orders_too() -> None:
    stage = desk(YES_BOOK, NO_BOOK, max_orders_per_cycle=1)
    taken = turn(stage, wishes(basket(signal(NO)), exits={YES: "turned"}), CHEAPLY)
    assert [f.purpose for f in taken.fills] == [Purpose.EXIT]
    assert codes(taken) == ["max-orders"]


def test_basket_buys_the_same_size_of_both_legs_under_one_name() -> None:
    taken = turn(desk(YES_BOOK, NO_BOOK, markets=[market(fee=SEVEN)]), wishes(PAIR))
    assert [f.instrument_id for f in taken.fills] == [YES, NO]
    assert taken.fills[0].size == taken.fills[1].size > 0
    assert taken.fills[0].basket == taken.fills[1].basket != ""
    assert taken.account.imbalance() == 0


CHEAP = book(YES, asks=[("0.10", DEEP)])


def test_basket_with_a_leg_the_venue_would_refuse_is_aborted_whole() -> None:
    stage = desk(CHEAP, NO_BOOK, cash_per_entry=4)
    taken = turn(stage, wishes(PAIR))
    assert taken.fills == []
    assert taken.account == account(1000)
    assert codes(taken) == ["leg-unfilled"]


def test_basket_with_a_leg_that_would_fill_in_part_is_aborted_whole() -> None:
    twos, threes = (market(name, size_step=Decimal(n)) for name, n in (("twos", 2), ("threes", 3)))
    ids = ("test:twos:yes", "test:threes:yes")
    books = [book(i, asks=[("0.40", DEEP)]) for i in ids]
    stage = desk(*books, markets=[twos, threes], cash_per_entry=8)
    taken = turn(stage, wishes(basket(*map(signal, ids))))
    assert (taken.fills, codes(taken)) == ([], ["leg-unfilled"])


def test_basket_that_holds_keeps_the_leg_that_filled_and_says_so() -> None:
    stage = desk(CHEAP, NO_BOOK, cash_per_entry=4)
    held = basket(signal(YES, 0.0), signal(NO, 0.0), unfilled=Unfilled.HOLD)
    taken = turn(stage, wishes(held))
    assert [f.instrument_id for f in taken.fills] == [NO]
    assert codes(taken) == ["below-minimum"]


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        (desk(YES_BOOK), "no-book"),
        (desk(YES_BOOK, book(NO, asks=[("0.55", DEEP)], age=60)), "stale-book"),
        (desk(YES_BOOK, book(NO)), "no-quote"),
        (desk(YES_BOOK, book(NO), asks={NO: "0.55"}), "no-liquidity"),
        (desk(YES_BOOK, NO_BOOK, asks={NO: "0.40"}), "no-liquidity"),
        (desk(YES_BOOK, book(NO, asks=[("0.55", 16)])), "too-small"),
        (desk(YES_BOOK, NO_BOOK, max_open_positions=1), "max-positions"),
        (desk(YES_BOOK, NO_BOOK, max_orders_per_cycle=1), "max-orders"),
        (desk(YES_BOOK, NO_BOOK, markets=[market(status=MarketStatus.PAUSED)]), "market-closed"),
    ],
)
def test_basket_with_a_leg_that_cannot_fill_books_nothing(stage: Desk, code: str) -> None:
    taken = turn(stage, wishes(PAIR))
    assert taken.fills == []
    assert codes(taken) == [code]
    assert taken.account == account(1000)


def test_basket_is_left_alone_when_one_leg_is_held_already() -> None:
    taken = turn(desk(YES_BOOK, NO_BOOK), wishes(PAIR), holding(instrument=NO))
    assert (taken.fills, taken.refusals) == ([], [])


ladders = st.lists(
    st.tuples(st.integers(1, 60), st.integers(1, 100_000)), max_size=5, unique_by=lambda lv: lv[0]
)


@given(ladders, ladders, st.integers(1, 2000), st.sampled_from(list(Unfilled)))
def test_basket_never_overspends_and_never_takes_half_of_an_abort(
    yes: list, no: list, cash: int, unfilled: Unfilled
) -> None:
    books = [
        book(name, asks=[(Decimal(c) / 100, Decimal(s) / 100) for c, s in sorted(ladder)])
        for name, ladder in ((YES, yes), (NO, no))
    ]
    stage = desk(
        *books, markets=[market(fee=SEVEN)], max_exposure=1, max_share_of_depth=1,
        cash_per_entry=10**6,
    )  # fmt: skip
    wished = basket(signal(YES, 0.3), signal(NO, 0.3), unfilled=unfilled)

    taken = turn(stage, wishes(wished), account(cash))

    assert taken.account.cash >= 0
    assert taken.account.imbalance() == 0
    if unfilled is Unfilled.ABORT:
        assert len(taken.fills) in {0, 2}
    assert len({f.size for f in taken.fills}) <= 1


@pytest.mark.parametrize("shown", ["0.3", "0.58", "0.86", "0.9"])
def test_entry_over_hundreds_of_small_matches_never_spends_beyond_the_cash(shown: str) -> None:
    to_cents = FeeRounding(RoundingMethod.NEAREST_PER_MATCH, Decimal("0.01"))
    cents = quadratic_terms("test", Decimal("0.07"), "cents", rounding=to_cents)
    dust = [(Decimal("0.5") - Decimal(n) / 10**6, shown) for n in range(400, 0, -1)]
    stage = desk(
        book(YES, asks=dust), markets=[market(fee=cents)], max_exposure=1, max_share_of_depth=1,
    )  # fmt: skip
    taken = turn(stage, wishes(basket(signal(YES, 0.4))), account(53))
    assert len(taken.fills) == 1
    assert len(taken.fills[0].matches) > 100
    assert 0 <= taken.account.cash < 10


def test_trade_id_is_the_same_on_every_delivery_and_on_no_other_trade() -> None:
    parts = [(CYCLE, "a", YES, 0), (CYCLE + 1, "a", YES, 0), (CYCLE, "b", YES, 0)]
    more = [(CYCLE, "a", NO, 0), (CYCLE, "a", YES, 1), (CYCLE, "a", YES, -1)]
    ids = {trade_id(*part) for part in (*parts, *more)}
    assert len(ids) == 6
    assert trade_id(*parts[0]) == "fb0d7147d46ce594dd1c9fb7"


@pytest.mark.parametrize(
    ("edge", "confidence"),
    [
        (float("nan"), 1.0),
        (float("inf"), 1.0),
        (float("-inf"), 1.0),
        (0.05, float("nan")),
        (0.05, 1.1),
        (0.05, -0.1),
    ],
)
def test_entry_wished_for_with_nonsense_is_refused(edge: float, confidence: float) -> None:
    taken = turn(desk(YES_BOOK), wishes(basket(Signal(YES, edge, confidence, "a test"))))
    assert (taken.fills, codes(taken)) == ([], ["bad-signal"])


@pytest.mark.parametrize("edge", [1e308, -1e308, 5e-324])
def test_entry_wished_for_with_a_huge_or_tiny_edge_stays_within_its_limits(edge: float) -> None:
    taken = turn(desk(YES_BOOK, cash_per_entry=100), wishes(basket(signal(YES, edge))))
    assert all(f.value + f.fee <= 100 for f in taken.fills)


def test_entry_says_which_bound_decided_its_size() -> None:
    taken = turn(desk(YES_BOOK, cash_per_entry=100), wishes(basket(signal(YES))))
    assert [f.sized_by for f in taken.fills] == ["cash-per-entry"]
