"""Currencies on the trade path: prices above 1, sizes of the eighth place, fees of the value."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import rows
from chalicelib.domain.book import Level, OrderBook
from chalicelib.domain.cycle import Observation, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import Market
from chalicelib.domain.order import Order, OrderTerms, OrderType, Purpose, Side, TimeInForce
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket, Signal, Unfilled
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.engine.decide import decide
from chalicelib.engine.gate import Desk
from chalicelib.engine.match import Execution, match
from chalicelib.engine.reconcile import compare
from chalicelib.engine.settle import mark
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from chalicelib.engine.wish import Wishes
from tests.builders import (
    CYCLE,
    NOW,
    SPOT,
    account,
    basket,
    book,
    desk,
    inputs,
    quote,
    signal,
    spot_market,
    wishes,
)

SHOWN = book(SPOT, bids=[("64000.00", 5)], asks=[("64000.10", 5)])
LATER = replace(SHOWN, occurred_at=NOW + timedelta(minutes=1))


def stage(*books: OrderBook, listed: Market | None = None, minute: int = 0, **kw: Any) -> Desk:
    """The desk so many minutes later; all of the depth may be taken unless a test says else."""
    limits = {"max_share_of_depth": 1, "cash_per_entry": 200} | kw
    made = desk(*(books or (SHOWN,)), markets=[listed or spot_market()], **limits)
    return replace(made, at=NOW + timedelta(minutes=minute), cycle_id=CYCLE + minute)


def turn(at: Desk, wished: Wishes, before: Account | None = None) -> Turn:
    return take_turn(at, before or account(1000), wished, paused=False)


def wish(edge: float = 50.0, **kw: Any) -> Wishes:
    return wishes(Basket((Signal(SPOT, edge, 1.0, "a test", **kw),), Unfilled.ABORT))


def holding(**kw: Any) -> Account:
    """An account that bought for 200 dollars at 64,000.10."""
    return turn(stage(**kw), wish()).account


def codes(taken: Turn) -> list[str]:
    return [refusal.code for refusal in taken.refusals]


def test_entry_buys_a_fraction_of_a_coin_and_pays_a_share_of_its_value() -> None:
    (bought,) = turn(stage(), wish()).fills
    # 200 dollars less a micro-dollar for rounding, at 64,000.10 and 0.10 % of it for each coin.
    assert bought.size == Decimal("0.00312187")
    assert bought.value == Decimal("199.799992")  # 0.00312187 · 64000.10 = 199.799992187
    assert bought.fee == Decimal("0.199800")  # 0.199799992187, up to the micro-dollar
    assert bought.fee_rule == "0.10 % of the value"
    assert bought.title == "COIN · COIN/USD"
    assert bought.value + bought.fee <= 200


def test_entry_pays_at_most_the_ask_plus_the_expected_gain_in_dollars() -> None:
    steps = [("64000.10", "0.001"), ("64020.10", "0.001"), ("64060.10", 5)]
    taken = turn(stage(book(SPOT, asks=steps)), wish(edge=20.0))
    assert [m.price for m in taken.fills[0].matches] == [Decimal("64000.10"), Decimal("64020.10")]


def test_entry_in_whole_steps_of_the_pair() -> None:
    coarse = spot_market(size_step=Decimal("0.00100"), min_size=Decimal("0.00100"))
    (bought,) = turn(stage(listed=coarse), wish()).fills
    assert bought.size == Decimal("0.003")


@pytest.mark.parametrize(("cash", "code"), [("4.99", "below-minimum"), ("0.0001", "too-small")])
def test_entry_below_the_least_value_or_size_is_refused(cash: str, code: str) -> None:
    taken = turn(stage(cash_per_entry=cash), wish())
    assert taken.fills == []
    assert codes(taken) == [code]


def test_entry_of_a_coin_that_costs_a_hundred_thousandth_of_a_dollar() -> None:
    cheap = spot_market(tick=Decimal("0.00000001"), size_step=Decimal(1), min_size=Decimal(1))
    shown = book(SPOT, bids=[("0.00001233", 10**9)], asks=[("0.00001234", 10**9)])
    (bought,) = turn(stage(shown, listed=cheap), wish(edge=1e-6)).fills
    assert bought.size == Decimal(16191264)  # 199.999999 / (0.00001234 · 1.001), cut to a whole
    assert bought.value == Decimal("199.800198")  # 199.80019776, to the micro-dollar
    assert bought.fee == Decimal("0.199801")


def test_exit_sells_at_the_bid_less_the_fee_and_leaves_nothing() -> None:
    before = holding()
    taken = turn(stage(LATER, minute=1), Wishes((), {SPOT: "out"}), before)
    (sold,) = taken.fills
    assert (sold.side, sold.size) == (Side.SELL, Decimal("0.00312187"))
    assert sold.value == Decimal("199.799680")
    assert taken.account.positions == {}
    assert taken.account.imbalance() == 0


def test_stop_loss_sells_no_lower_than_the_share_of_the_price_that_is_allowed() -> None:
    before = holding()
    fallen = book(SPOT, bids=[("60000", "0.001"), ("57000", "0.001"), ("56999.99", 5)], age=-60)
    setting = StrategySetting(exits=ExitRules(stop_loss=Decimal("0.05")))
    at = replace(stage(fallen, minute=1), setting=setting, bids={SPOT: Decimal(60000)})
    marked = mark(before, {SPOT: replace(quote(SPOT, 60000, 60001))}, at.at)
    taken = take_turn(at, marked, wishes(), paused=False)
    assert [m.price for m in taken.fills[0].matches] == [60000, 57000]
    assert taken.account.positions[SPOT].size == Decimal("0.00112187")


def test_mark_is_the_bid_times_the_size() -> None:
    marked = mark(holding(), {SPOT: quote(SPOT, "63000.55", "63000.56")}, NOW)
    position = marked.positions[SPOT]
    assert position.value == Decimal("196.679527")  # 0.00312187 · 63000.55 = 196.6795270…
    assert marked.equity == marked.cash + position.value


LIMIT = OrderTerms(OrderType.LIMIT, TimeInForce.GTC, Decimal("63990.00"))
STOP = OrderTerms(OrderType.STOP, TimeInForce.GTC, None, Decimal("64500.00"))


def test_limit_order_rests_below_the_market_and_makes_at_its_price() -> None:
    placed = turn(stage(), wish(terms=LIMIT))
    (order,) = placed.account.orders.values()
    assert order.limit == 63990
    assert placed.fills == []
    through = book(SPOT, bids=[("63970", 5)], asks=[("63980", 5)], age=-60)
    later = turn(stage(through, minute=1), wish(terms=LIMIT), placed.account)
    (made,) = later.fills
    assert made.matches[0].price == 63990
    assert made.fee == Decimal("0.099900")  # 0.05 % for who makes: 0.09989994…, up


def test_limit_between_two_ticks_goes_to_the_one_below() -> None:
    between = OrderTerms(OrderType.LIMIT, TimeInForce.GTC, Decimal("63990.009"))
    (order,) = turn(stage(), wish(terms=between)).account.orders.values()
    assert order.limit == 63990


def test_stop_buy_is_sized_at_the_share_beyond_its_trigger_and_then_takes_the_book() -> None:
    placed = turn(stage(), wish(terms=STOP))
    (order,) = placed.account.orders.values()
    assert order.left == Decimal("0.00295016")  # 199.999999 / (64500 · 1.05 · 1.001), cut
    risen = book(SPOT, bids=[("64499", 5)], asks=[("64501", 5)], age=-60)
    later = turn(stage(risen, minute=1), wish(terms=STOP), placed.account)
    assert later.fills[0].matches[0].price == 64501
    assert later.fills[0].size == order.left


def test_extra_slippage_is_a_share_of_the_price() -> None:
    (bought,) = turn(stage(extra_slippage="0.0005"), wish()).fills
    assert bought.matches[0].price == Decimal("64000.10") * Decimal("1.0005")


def test_limits_count_dollars_of_a_currency_as_of_a_contract() -> None:
    taken = turn(stage(max_market_exposure="0.1", max_exposure="0.5"), wish(), account(1000))
    assert taken.account.positions[SPOT].cost <= 100
    assert taken.fills[0].sized_by == "max-market-exposure"


@pytest.mark.parametrize("price", ["64000.10", "0.10"])
def test_kelly_refuses_a_currency_dear_or_cheap_because_it_pays_neither_1_nor_0(
    price: str,
) -> None:
    setting = StrategySetting(sizing=Sizing(policy=SizingPolicy.KELLY))
    at = replace(stage(book(SPOT, asks=[(price, 10**4)])), setting=setting)
    for wished in (wish(edge=0.05), wish(edge=0.05, terms=replace(LIMIT, limit=Decimal(price)))):
        taken = turn(at, wished)
        assert taken.fills == []
        assert codes(taken) == ["kelly"]
        assert "choose another sizing policy" in taken.refusals[0].reason


def test_volatility_target_sizes_by_the_dollars_a_coin_moves() -> None:
    setting = StrategySetting(
        sizing=Sizing(policy=SizingPolicy.VOLATILITY_TARGET, target=Decimal("0.001"))
    )
    at = replace(stage(cash_per_entry=1000), setting=setting)
    (bought,) = turn(at, wish(volatility=640.0)).fills
    assert bought.size == Decimal("0.0015625")  # 1,000 · 0.001 / 640


def test_pair_that_is_halted_is_not_traded() -> None:
    from_status = spot_market(status="paused")
    assert codes(turn(stage(listed=from_status), wish())) == ["market-closed"]


def test_account_with_a_currency_and_a_waiting_order_survives_storage() -> None:
    before = turn(stage(), wish()).account
    stop = OrderTerms(OrderType.STOP, TimeInForce.GTC, None, Decimal("60000.00"))
    kept = turn(stage(LATER, minute=1), Wishes((), {SPOT: "out"}, {SPOT: stop}), before).account
    assert kept.orders
    stored = rows.account_from(rows.account_item(kept))
    assert stored == replace(kept, version=stored.version)


def test_cycle_on_a_currency_agrees_with_its_own_trade_log() -> None:
    seen = Observation({SPOT: spot_market()}, {SPOT: quote(SPOT, "64000", "64000.10", 5)})
    first = decide(inputs(observation=seen, books={SPOT: SHOWN}, wishes={"test": wish()}))
    after = replace(first.accounts["test"], last_cycle=CYCLE)
    later = book(SPOT, bids=[("64700.05", "0.002"), ("64700", 5)], age=-60)
    second = decide(
        inputs(
            cycle_id=CYCLE + 1,
            accounts={"test": after},
            observation=seen,
            books={SPOT: later},
            wishes={"test": Wishes((), {SPOT: "out"})},
        )
    )
    done = replace(second.accounts["test"], last_cycle=CYCLE + 1)
    assert (len(first.fills), len(second.fills)) == (1, 1)
    assert done.realised > 0
    assert done.imbalance() == 0
    assert compare(done, [*first.fills, *second.fills]) == []


prices = st.decimals(Decimal("0.00000001"), Decimal(200_000), places=8)
sizes = st.decimals(Decimal("0.00000001"), Decimal(10_000), places=8)


@given(
    asks=st.lists(st.tuples(prices, sizes), min_size=1, max_size=6, unique_by=lambda lv: lv[0]),
    size=sizes,
)
def test_every_match_of_the_eighth_place_is_exact(
    asks: list[tuple[Decimal, Decimal]], size: Decimal
) -> None:
    ladder = tuple(Level(*level) for level in sorted(asks))
    shown = OrderBook(SPOT, (), ladder, NOW, NOW)
    order = Order("test", SPOT, SPOT, Side.BUY, Purpose.ENTRY, size, None, "a test")
    done = match(order, shown, spot_market(min_notional=Decimal(0)), Decimal(1))
    assert isinstance(done, Execution)
    assert done.size == min(size, sum(level.size for level in ladder))
    assert sum(m.size for m in done.matches) == done.size
    value = sum(Fraction(m.price) * Fraction(m.size) for m in done.matches)
    assert done.value == Decimal(round(value * 10**6)) / 10**6
    fees = [Fraction(m.price) * Fraction(m.size) / 1000 for m in done.matches]
    assert [Fraction(m.fee) for m in done.matches] == fees
    assert 0 <= Fraction(done.fee) - sum(fees) < Fraction(1, 10**6)


def test_basket_of_two_currencies_counts_each_at_its_own_price() -> None:
    other = spot_market("OTHERUSD")
    books = [SHOWN, book("test:OTHERUSD", asks=[("2000", 100)])]
    at = desk(*books, markets=[spot_market(), other], max_share_of_depth=1)
    legs = [signal(SPOT, 1.0), signal("test:OTHERUSD", 1.0)]
    taken = turn(at, wishes(basket(*legs)))
    assert {fill.size for fill in taken.fills} == {Decimal("0.00302727")}
