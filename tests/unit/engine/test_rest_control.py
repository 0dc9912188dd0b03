"""Waiting orders obey control, limits and their strategy; bad ones are never placed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.fee import Liquidity
from chalicelib.domain.market import Market, MarketStatus
from chalicelib.domain.order import OrderTerms, OrderType, Side, TimeInForce
from chalicelib.domain.signal import Signal
from chalicelib.engine.wish import Wishes
from tests.builders import (
    NO,
    NOW,
    YES,
    account,
    basket,
    book,
    control,
    desk,
    fill,
    market,
    signal,
    wishes,
)
from tests.unit.engine.waiting import (
    LIMIT,
    QUIET,
    codes,
    holding,
    resting,
    shown,
    stage,
    terms,
    turn,
    wish_for,
)

THROUGH = shown(1, [("0.30", 9)], [("0.31", 500)])


def test_pause_holds_entries_back_and_lets_them_fill_as_takers_when_it_ends() -> None:
    held = replace(stage(1, THROUGH), control=control(ControlState.PAUSED))
    paused = turn(held, wishes(), resting())
    assert (paused.fills, codes(paused), len(paused.account.orders)) == ([], ["control"], 1)
    again = turn(stage(2, shown(2, (), [("0.31", 500)])), wishes(), paused.account)
    assert [(f.price, f.liquidity) for f in again.fills] == [(Decimal("0.31"), Liquidity.TAKER)]


def test_pause_of_the_strategy_holds_its_entries_back() -> None:
    taken = turn(stage(1, THROUGH), wishes(), resting(), paused=True)
    assert (taken.fills, codes(taken), len(taken.account.orders)) == ([], ["strategy-paused"], 1)


def test_pause_lets_a_resting_sell_fill() -> None:
    before = holding(terms(OrderType.LIMIT, limit="0.50"))
    held = replace(stage(1, shown(1, [("0.52", 500)])), control=control(ControlState.PAUSED))
    assert [f.size for f in turn(held, wishes(), before).fills] == [100]


@pytest.mark.parametrize("state", [ControlState.KILLED, ControlState.FLATTENING])
def test_kill_and_flatten_cancel_every_order_and_fill_none(state: ControlState) -> None:
    taken = turn(replace(stage(1, THROUGH), control=control(state)), wishes(), resting())
    assert (taken.fills, codes(taken), taken.account.orders) == ([], ["order-cancelled"], {})


def test_disabled_strategy_keeps_no_order_to_buy() -> None:
    off = replace(stage(1, THROUGH), setting=StrategySetting(enabled=False))
    taken = turn(off, wishes(), resting())
    assert (taken.fills, taken.account.orders) == ([], {})


def test_exit_signal_cancels_the_order_before_it_can_fill() -> None:
    taken = turn(stage(1, THROUGH), wishes(exits={YES: "turned"}), resting())
    assert (taken.fills, codes(taken)) == ([], ["order-cancelled"])
    assert taken.refusals[0].reason == "turned"


@pytest.mark.parametrize(("flag", "left"), [(True, 0), (False, 1)])
def test_order_that_is_no_longer_wished_for_goes_only_where_the_strategy_said_so(
    flag: bool, left: int
) -> None:
    before = resting(replace(LIMIT, cancel_when_unwished=flag))
    taken = turn(stage(1, shown(1, [("0.40", 9)], [("0.42", 9)])), wishes(), before)
    assert len(taken.account.orders) == left


@pytest.mark.parametrize(
    "listed", [market(status=MarketStatus.CLOSED), market(closes_at=NOW + timedelta(minutes=1))]
)
def test_end_of_the_market_cancels_its_orders(listed: Market) -> None:
    taken = turn(stage(1, THROUGH, listed=listed), wishes(), resting())
    assert (taken.fills, codes(taken), taken.account.orders) == ([], ["market-closed"], {})


@pytest.mark.parametrize(("minutes", "left"), [(59, 1), (61, 0)])
def test_order_in_a_market_that_is_listed_no_more_goes_after_an_hour(
    minutes: int, left: int
) -> None:
    taken = turn(stage(minutes, listed=market("other")), wishes(), resting())
    assert len(taken.account.orders) == left


def test_stale_book_fills_no_order() -> None:
    old = stage(9, shown(1, (), [("0.30", 500)]))
    taken = turn(old, wishes(), resting())
    assert (taken.fills, codes(taken), len(taken.account.orders)) == ([], ["stale-book"], 1)


def test_order_that_can_no_longer_be_paid_buys_what_the_cash_allows() -> None:
    poor = replace(resting(), cash=Decimal(10), starting_cash=Decimal(10), peak=Decimal(10))
    taken = turn(stage(1, THROUGH, max_exposure=1), wishes(), poor)
    assert [f.size for f in taken.fills] == [25]
    assert taken.account.cash == 0


def test_order_is_held_to_the_exposure_limit_when_it_fills() -> None:
    taken = turn(stage(1, THROUGH, max_exposure="0.02"), wishes(), resting())
    assert [f.value for f in taken.fills] == [20]


def test_position_limit_is_looked_at_when_the_order_fills() -> None:
    before = apply_fill(resting(), fill(Side.BUY, 10, "0.5", NO))
    taken = turn(stage(1, THROUGH, max_open_positions=1), wishes(), before)
    assert (taken.fills, codes(taken)) == ([], ["max-positions"])


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (terms(OrderType.LIMIT), "bad-order"),
        (terms(OrderType.STOP), "bad-order"),
        (terms(OrderType.STOP_LIMIT, trigger="0.5"), "bad-order"),
        (terms(OrderType.LIMIT, limit="0.4", trigger="0.5"), "bad-order"),
        (terms(OrderType.MARKET), "bad-order"),
        (terms(OrderType.LIMIT, TimeInForce.GTD, limit="0.4"), "bad-order"),
        (terms(OrderType.LIMIT, TimeInForce.GTD, limit="0.4", minutes=0), "bad-order"),
        (terms(OrderType.LIMIT, limit="0.4", minutes=5), "bad-order"),
        (terms(OrderType.LIMIT, limit="0"), "price-bounds"),
        (terms(OrderType.LIMIT, limit="1"), "price-bounds"),
        (terms(OrderType.LIMIT, limit="-0.4"), "price-bounds"),
        (terms(OrderType.LIMIT, limit="1e308"), "price-bounds"),
        (terms(OrderType.LIMIT, limit="nan"), "price-bounds"),
        (terms(OrderType.LIMIT, limit="inf"), "price-bounds"),
        (terms(OrderType.STOP, trigger="1.2"), "price-bounds"),
    ],
)
def test_order_that_no_venue_would_take_is_refused_with_the_reason(
    on: OrderTerms, code: str
) -> None:
    taken = turn(stage(0, QUIET), wish_for(on), account(1000))
    assert (taken.fills, codes(taken), taken.account.orders) == ([], [code], {})
    assert taken.refusals[0].reason


def test_price_between_two_ticks_goes_to_the_one_that_is_harder_to_reach() -> None:
    low = resting(terms(OrderType.LIMIT, limit="0.409"))
    assert [o.limit for o in low.orders.values()] == [Decimal("0.40")]
    high = holding(terms(OrderType.LIMIT, limit="0.501"))
    assert [o.limit for o in high.orders.values()] == [Decimal("0.51")]


def test_order_too_small_for_the_venue_is_refused() -> None:
    taken = turn(stage(0, QUIET, cash_per_entry="1.9"), wish_for(LIMIT), account(1000))
    assert (codes(taken), taken.account.orders) == (["too-small"], {})


def test_legs_of_a_basket_cannot_rest() -> None:
    legs = (Signal(YES, 0.1, 1.0, "a test", LIMIT), signal(NO))
    books = (QUIET, book(NO, asks=[("0.5", 100)]))
    taken = turn(stage(0, *books), wishes(basket(*legs)), account(1000))
    assert (taken.fills, codes(taken)) == ([], ["bad-order"])


def test_market_order_takes_the_place_of_one_that_waits() -> None:
    now = wishes(basket(signal(YES, 0.05)))
    taken = turn(stage(1, shown(1, [("0.40", 9)], [("0.42", 500)])), now, resting())
    assert ([f.price for f in taken.fills], taken.account.orders) == ([Decimal("0.42")], {})


def test_part_that_fills_later_keeps_the_rules_and_the_best_mark_of_its_position() -> None:
    first = turn(stage(1, shown(1, (), [("0.38", 40)])), wishes(), resting()).account
    rules = ExitRules(trailing_stop=Decimal("0.5"))
    known = replace(first.positions[YES], high=Decimal("0.60"), exits=rules)
    before = replace(first, positions={YES: known})
    after = turn(stage(2, shown(2, (), [("0.38", 40)])), wishes(), before).account
    assert after.positions[YES].size == 80
    assert (after.positions[YES].high, after.positions[YES].exits) == (Decimal("0.60"), rules)


def test_order_is_sized_by_the_cash_that_no_other_order_waits_for() -> None:
    other = market("other")
    legs = [replace(signal(i), terms=LIMIT) for i in ("test:other:yes", YES)]
    calm = book("test:other:yes", [("0.40", 60)], [("0.42", 400)])
    both = desk(QUIET, calm, markets=[market(), other], cash_per_entry=40, max_exposure=1)
    taken = turn(both, wishes(*map(basket, legs)), account(50))
    assert sorted(o.left for o in taken.account.orders.values()) == [25, 100]


def test_account_keeps_no_more_orders_than_its_row_holds() -> None:
    (one,) = resting().orders.values()
    many = {
        str(n): replace(one, order_id=str(n), instrument_id=f"test:{n}:yes") for n in range(100)
    }
    roomy = stage(0, QUIET, max_open_positions=500)
    taken = turn(roomy, wish_for(LIMIT), replace(account(10**6), orders=many))
    assert codes(taken) == ["max-resting"]
    assert taken.account.orders == many


def test_offer_on_what_is_held_leaves_the_order_to_buy_alone() -> None:
    before = apply_fill(resting(), fill(Side.BUY, 10, "0.41"))
    offer = Wishes((), {YES: "out"}, {YES: terms(OrderType.LIMIT, limit="0.50")})
    taken = turn(stage(1, shown(1, [("0.40", 9)], [("0.42", 9)])), offer, before)
    assert sorted(o.side for o in taken.account.orders.values()) == [Side.BUY, Side.SELL]
