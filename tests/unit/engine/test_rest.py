"""Orders that wait: filled late, at their own price, behind the others, and only while allowed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.domain.book import OrderBook
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.fee import FeeRounding, Liquidity, RoundingMethod
from chalicelib.domain.order import OrderType, Side, TimeInForce
from chalicelib.engine.rest import instruments_of_orders
from tests.builders import (
    SEVEN,
    YES,
    account,
    book,
    fill,
    market,
    wishes,
)
from tests.unit.engine.waiting import (
    LIMIT,
    codes,
    holding,
    resting,
    shown,
    stage,
    terms,
    turn,
    wish_for,
)


def test_limit_below_the_market_waits_behind_the_size_shown_and_costs_nothing_yet() -> None:
    after = resting()
    (order,) = after.orders.values()
    assert (order.left, order.limit, order.queue_ahead, order.rested) == (
        100, Decimal("0.40"), 60, True,
    )  # fmt: skip
    assert (after.cash, after.positions, after.trades) == (1000, {}, 0)
    assert instruments_of_orders({"test": after}) == [YES]


def test_limit_order_keeps_its_id_and_place_when_the_same_wish_is_made_again() -> None:
    before = resting()
    again = turn(stage(1, shown(1, [("0.40", 90)], [("0.42", 9)])), wish_for(LIMIT), before)
    assert again.account.orders.keys() == before.orders.keys()
    assert [o.queue_ahead for o in again.account.orders.values()] == [60]
    assert (again.fills, again.refusals) == ([], [])


def test_limit_order_on_other_terms_replaces_the_one_that_waits() -> None:
    other = terms(OrderType.LIMIT, limit="0.39")
    again = turn(stage(1, shown(1, [("0.40", 9)], [("0.42", 9)])), wish_for(other), resting())
    assert [o.limit for o in again.account.orders.values()] == [Decimal("0.39")]
    assert codes(again) == ["order-replaced"]


def test_resting_buy_fills_at_its_limit_when_the_market_trades_through_it() -> None:
    through = shown(1, [("0.37", 10)], [("0.38", 70), ("0.40", 10), ("0.41", 500)])
    taken = turn(stage(1, through, listed=market(fee=SEVEN)), wishes(), resting())
    (made,) = taken.fills
    assert [(m.price, m.size, m.fee) for m in made.matches] == [(Decimal("0.40"), 80, 0)]
    assert (made.liquidity, made.value, made.fee) == (Liquidity.MAKER, 32, 0)
    assert [o.left for o in taken.account.orders.values()] == [20]
    assert taken.account.imbalance() == 0


def test_fill_that_rested_is_promised_a_rebate_apart_from_the_cash() -> None:
    paying = market(fee=replace(SEVEN, rebate_share=Decimal("0.2")))
    through = shown(1, [], [("0.38", 500)])
    without = turn(stage(1, through, listed=paying), wishes(), resting())
    assert without.account.rebates == 0
    taken = turn(stage(1, through, listed=paying, credit_rebates=True), wishes(), resting())
    # A taker pays 100 * 0.07 * 0.40 * 0.60 = 1.68; a fifth of it is promised.
    assert taken.fills[0].rebate == taken.account.rebates == Decimal("0.336")
    assert (taken.account.cash, taken.account.equity) == (
        without.account.cash, without.account.equity,
    )  # fmt: skip


def test_order_carries_its_fee_over_cycles_so_that_a_cent_is_rounded_once() -> None:
    cents = FeeRounding(RoundingMethod.UP_PER_ORDER, Decimal("0.01"))
    paying = market(fee=replace(SEVEN, maker_rate=Decimal("0.07"), rounding=cents))
    first = turn(stage(1, shown(1, [], [("0.38", 40)]), listed=paying), wishes(), resting())
    second = turn(stage(2, shown(2, [], [("0.38", 60)]), listed=paying), wishes(), first.account)
    # 40 contracts: 0.672 up to 0.68. All 100: 1.68, of which 1.00 is left to pay.
    assert [f.fee for f in (*first.fills, *second.fills)] == [Decimal("0.68"), Decimal("1.00")]


@pytest.mark.parametrize("asks", [[("0.42", 90)], [("0.38", 500)]], ids=["quiet", "crossing"])
def test_order_waits_on_when_its_book_comes_without_its_market(asks: list[tuple[str, int]]) -> None:
    waiting = {i: replace(o, rested=False) for i, o in resting().orders.items()}
    before = replace(resting(), orders=waiting)
    unlisted = replace(stage(1, shown(1, [("0.36", 60)], asks)), markets={}, market_of={})
    taken = turn(unlisted, wishes(), before)
    assert (taken.fills, taken.account.orders.keys()) == ([], before.orders.keys())
    assert set(codes(taken)) <= {"unknown-market"}


def test_resting_order_filled_to_the_end_is_gone() -> None:
    through = shown(1, [], [("0.38", 500)])
    taken = turn(stage(1, through), wishes(), resting())
    assert taken.account.orders == {}
    assert taken.account.positions[YES].size == 100


@pytest.mark.parametrize(("came", "trust", "filled"), [(60, False, 0), (75, False, 15),
                                                       (60, True, 60)])  # fmt: skip
def test_resting_order_that_is_only_touched_is_served_after_the_queue(
    came: int, trust: bool, filled: int
) -> None:
    touched = shown(1, [], [("0.40", came), ("0.41", 500)])
    taken = turn(stage(1, touched, trust_queue=trust), wishes(), resting())
    assert sum(f.size for f in taken.fills) == filled


def test_queue_shrinks_by_what_came_to_it_and_not_by_a_smaller_size_shown() -> None:
    before = resting()
    fewer = turn(stage(1, shown(1, [("0.40", 5)], [("0.42", 9)])), wishes(), before).account
    assert [o.queue_ahead for o in fewer.orders.values()] == [60]
    touched = turn(stage(2, shown(2, [], [("0.40", 45)])), wishes(), fewer).account
    assert [o.queue_ahead for o in touched.orders.values()] == [15]
    served = turn(stage(3, shown(3, [], [("0.40", 45)])), wishes(), touched)
    assert [f.size for f in served.fills] == [30]


def test_queue_is_gone_with_its_price_level() -> None:
    gone = turn(stage(1, shown(1, [("0.39", 5)], [("0.42", 9)])), wishes(), resting()).account
    touched = turn(stage(2, shown(2, [], [("0.40", 45)])), wishes(), gone)
    assert [f.size for f in touched.fills] == [45]


def test_resting_order_takes_its_share_of_what_came_and_no_more() -> None:
    through = shown(1, [], [("0.38", 100)])
    taken = turn(stage(1, through, max_share_of_depth="0.25"), wishes(), resting())
    assert [f.size for f in taken.fills] == [25]


def test_book_that_was_used_already_fills_nothing_again() -> None:
    through = shown(1, [], [("0.38", 40)])
    first = turn(stage(1, through), wishes(), resting())
    second = turn(stage(2, through, max_book_age_seconds=600), wishes(), first.account)
    assert ([f.size for f in first.fills], second.fills) == ([40], [])


def test_limit_that_crosses_takes_the_prices_shown_and_rests_with_the_remainder() -> None:
    asks = book(YES, bids=[("0.38", 50)], asks=[("0.39", 30), ("0.45", 10)])
    taken = turn(stage(0, asks, listed=market(fee=SEVEN)), wish_for(LIMIT), account(1000))
    (bought,) = taken.fills
    assert (bought.size, bought.price, bought.liquidity) == (30, Decimal("0.39"), Liquidity.TAKER)
    assert bought.fee > 0
    (order,) = taken.account.orders.values()
    # 40 dollars buy 95.96 contracts at 0.40 with a fee of 0.0168 and one quantum.
    assert (order.rested, order.queue_ahead, order.left + 30) == (True, 0, Decimal("95.96"))


def test_limit_cut_by_its_share_of_the_depth_goes_on_as_a_taker_at_the_prices_shown() -> None:
    wide = terms(OrderType.LIMIT, limit="0.60")
    asks = [("0.39", 40)]
    first = turn(stage(0, book(YES, (), asks), max_share_of_depth="0.5"), wish_for(wide), account())
    second = turn(stage(1, shown(1, (), asks), max_share_of_depth="0.5"), wishes(), first.account)
    assert [(f.size, f.price, f.liquidity) for f in (*first.fills, *second.fills)] == [
        (20, Decimal("0.39"), Liquidity.TAKER),
        (20, Decimal("0.39"), Liquidity.TAKER),
    ]


def test_immediate_or_cancel_leaves_nothing_behind() -> None:
    now = terms(OrderType.LIMIT, TimeInForce.IOC, limit="0.40")
    asks = book(YES, asks=[("0.39", 30), ("0.45", 10)])
    taken = turn(stage(0, asks), wish_for(now), account(1000))
    assert ([f.size for f in taken.fills], taken.account.orders) == ([30], {})


@pytest.mark.parametrize(("offered", "filled", "code"), [(99, [], ["fill-or-kill"]),
                                                         (100, [100], [])])  # fmt: skip
def test_fill_or_kill_fills_whole_or_not_at_all(
    offered: int, filled: list[int], code: list[str]
) -> None:
    whole = terms(OrderType.LIMIT, TimeInForce.FOK, limit="0.40")
    taken = turn(stage(0, book(YES, asks=[("0.40", offered)])), wish_for(whole), account(1000))
    assert ([f.size for f in taken.fills], codes(taken)) == (filled, code)
    assert taken.account.orders == {}


def test_market_order_fill_or_kill_is_bounded_by_the_ask_and_the_edge() -> None:
    whole = terms(OrderType.MARKET, TimeInForce.FOK)
    asks = book(YES, asks=[("0.40", 10), ("0.50", 10_000)])
    taken = turn(stage(0, asks), wish_for(whole, edge=0.05), account(1000))
    assert (taken.fills, codes(taken)) == ([], ["fill-or-kill"])


def test_good_till_date_expires_on_the_markets_clock() -> None:
    dated = terms(OrderType.LIMIT, TimeInForce.GTD, limit="0.40", minutes=2)
    before = resting(dated)
    early = turn(stage(1, shown(1, [("0.40", 9)])), wishes(), before)
    assert early.account.orders.keys() == before.orders.keys()
    through = shown(2, [], [("0.30", 500)])
    late = turn(stage(2, through), wishes(), early.account)
    assert (late.account.orders, late.fills, codes(late)) == ({}, [], ["order-expired"])


def test_stop_buy_waits_for_its_price_and_then_takes_the_book() -> None:
    stop = terms(OrderType.STOP, trigger="0.45")
    before = resting(stop)
    below = turn(stage(1, shown(1, [("0.43", 9)], [("0.44", 500)])), wishes(), before)
    assert below.fills == []
    above = turn(stage(2, shown(2, [("0.45", 9)], [("0.46", 500)])), wishes(), below.account)
    (bought,) = above.fills
    assert (bought.price, bought.liquidity) == (Decimal("0.46"), Liquidity.TAKER)


def test_stop_sell_over_a_gap_sells_at_the_bid_shown_and_not_at_its_trigger() -> None:
    before = holding(terms(OrderType.STOP, trigger="0.38"))
    gap = shown(1, [("0.30", 500)], [("0.35", 9)])
    taken = turn(stage(1, gap), wishes(), before)
    assert [(f.side, f.size, f.price) for f in taken.fills] == [(Side.SELL, 100, Decimal("0.30"))]
    assert taken.account.orders == {}


def test_stop_sell_takes_no_bid_beyond_the_slippage_bound() -> None:
    before = holding(terms(OrderType.STOP, trigger="0.38"))
    thin = shown(1, [("0.37", 30), ("0.10", 500)], [("0.39", 9)])
    taken = turn(stage(1, thin, max_slippage="0.05"), wishes(), before)
    assert [f.size for f in taken.fills] == [30]
    assert [o.left for o in taken.account.orders.values()] == [70]


def test_stop_limit_rests_at_its_limit_once_its_price_has_come() -> None:
    before = holding(terms(OrderType.STOP_LIMIT, trigger="0.38", limit="0.37"))
    fallen = turn(stage(1, shown(1, [("0.30", 500)], [("0.37", 20)])), wishes(), before)
    (order,) = fallen.account.orders.values()
    assert (fallen.fills, order.triggered, order.queue_ahead) == ([], True, 20)
    back = turn(stage(2, shown(2, [("0.38", 500)], [("0.39", 20)])), wishes(), fallen.account)
    assert [(f.price, f.liquidity) for f in back.fills] == [(Decimal("0.37"), Liquidity.MAKER)]


@pytest.mark.parametrize(
    "against", [shown(1), shown(1, [("0.39", 9)]), shown(1, (), [("0.45", 9)])]
)
def test_stop_sees_no_price_in_an_empty_side(against: OrderBook) -> None:
    before = holding(terms(OrderType.STOP, trigger="0.38"))
    taken = turn(stage(1, against), wishes(), before)
    assert [o.triggered for o in taken.account.orders.values()] == [False]


def test_resting_sell_never_sells_more_than_is_held() -> None:
    before = holding(terms(OrderType.LIMIT, limit="0.50"))
    fewer = apply_fill(before, fill(Side.SELL, 70, "0.45"))
    taken = turn(stage(1, shown(1, [("0.52", 500)])), wishes(), fewer)
    assert [(f.size, f.price) for f in taken.fills] == [(30, Decimal("0.50"))]
    assert taken.account.positions == {}


def test_resting_sell_of_what_is_no_longer_held_is_cancelled_because_nothing_is_borrowed() -> None:
    before = apply_fill(holding(terms(OrderType.LIMIT, limit="0.50")), fill(Side.SELL, 100, "0.45"))
    taken = turn(stage(1, shown(1, [("0.52", 500)])), wishes(), before)
    assert (taken.fills, codes(taken), taken.account.orders) == ([], ["not-held"], {})
    assert "borrow" in taken.refusals[0].reason
