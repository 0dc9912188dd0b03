"""Sizes: what the cash, the exposure and the thinnest leg allow, and the same for all legs."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.order import Order, Purpose, Side
from chalicelib.engine.gate import Desk
from chalicelib.engine.match import Execution, match
from chalicelib.engine.objection import Objection
from chalicelib.engine.size import size_basket
from chalicelib.engine.sizing import Sized
from chalicelib.engine.turn import Turn
from tests.builders import NO, SEVEN, YES, account, basket, book, desk, market, signal


def legs(*instruments: str, limit: str | None = None) -> list[Order]:
    """Orders to buy, not yet sized."""
    worst = None if limit is None else Decimal(limit)
    return [
        Order("test", i, "test:m", Side.BUY, Purpose.ENTRY, Decimal(0), worst, "a test")
        for i in instruments
    ]


def ask(instrument: str, price: str, size: Any) -> Any:
    return book(instrument, asks=[(price, size)])


def answer(stage: Desk, cash: Any, orders: list[Order], edge: float = 0.05) -> Sized | Objection:
    """What sizing says to these orders in a new account."""
    wished = basket(*(signal(order.instrument_id, edge) for order in orders))
    turn = Turn(account(cash))
    return size_basket(stage, turn.account, orders, wished, turn.usages(stage))


def sized(stage: Desk, cash: Any, *instruments: str) -> Decimal | str:
    """The size, or the code of the objection."""
    found = answer(stage, cash, legs(*instruments))
    return found.code if isinstance(found, Objection) else found.size


def bound(stage: Desk, cash: Any, *instruments: str) -> str:
    """What decided the size."""
    found = answer(stage, cash, legs(*instruments))
    assert isinstance(found, Sized)
    return found.bound


def test_size_spends_the_cash_of_one_entry() -> None:
    assert sized(desk(ask(YES, "0.5", 10**6), cash_per_entry=200), 1000, YES) == 400


def test_size_spends_no_more_cash_than_there_is() -> None:
    assert sized(desk(ask(YES, "0.5", 10**6), max_exposure=1), 100, YES) == 200


def test_size_leaves_room_for_the_exposure_limit() -> None:
    assert sized(desk(ask(YES, "0.5", 10**6), max_exposure="0.5"), 100, YES) == 100


def test_size_counts_the_fee_as_part_of_the_price() -> None:
    stage = desk(ask(YES, "0.5", 10**6), markets=[market(fee=SEVEN)], cash_per_entry=100)
    assert sized(stage, 1000, YES) == Decimal("193.23")


def test_size_is_set_by_the_thinnest_leg() -> None:
    stage = desk(ask(YES, "0.4", 400), ask(NO, "0.5", 100), max_share_of_depth="0.25")
    assert sized(stage, 1000, YES, NO) == 25


def test_size_of_a_pair_divides_the_cash_by_the_cost_of_both() -> None:
    stage = desk(ask(YES, "0.4", 10**6), ask(NO, "0.4", 10**6), cash_per_entry=80)
    assert sized(stage, 1000, YES, NO) == 100


def test_size_is_a_step_of_every_leg_even_where_the_thinnest_one_trades_finer() -> None:
    coarse = market("coarse", size_step=Decimal(1))
    stage = desk(
        ask("test:coarse:yes", "0.4", 10**6), ask(YES, "0.4", "12.34"),
        markets=[coarse, market()], max_share_of_depth=1,
    )  # fmt: skip
    assert sized(stage, 1000, "test:coarse:yes", YES) == 12


def test_size_is_reckoned_at_the_worst_price_within_the_limit() -> None:
    stage = desk(book(YES, asks=[("0.40", 100), ("0.50", 10**6), ("0.90", 10**6)]))
    assert answer(stage, 1000, legs(YES, limit="0.50")) == Sized(Decimal(400), "cash-per-entry")


def test_size_below_the_venues_minimum_is_an_objection() -> None:
    assert sized(desk(ask(YES, "0.5", 10**6), cash_per_entry=2), 1000, YES) == "too-small"
    assert sized(desk(ask(YES, "0.5", 16)), 1000, YES) == "too-small"


@pytest.mark.parametrize("instruments", [(YES,), (YES, NO), (NO, YES)])
def test_size_without_a_price_on_any_leg_is_an_objection(instruments: tuple[str, ...]) -> None:
    stage = desk(book(YES), ask(NO, "0.5", 1000))
    assert sized(stage, 1000, *instruments) == "no-liquidity"


DEEP = ask(YES, "0.5", 10**6)


@pytest.mark.parametrize(
    ("stage", "cash", "decides"),
    [
        (desk(DEEP, cash_per_entry=200), 10_000, "cash-per-entry"),
        (desk(DEEP, max_exposure=1), 100, "cash"),
        (desk(DEEP, max_exposure="0.5"), 100, "max-exposure"),
        (desk(DEEP, max_market_exposure="0.01"), 10_000, "max-market-exposure"),
        (desk(DEEP, max_venue_exposure="0.01"), 10_000, "max-venue-exposure"),
        (desk(DEEP, max_position=7), 10_000, "max-position"),
        (desk(ask(YES, "0.5", 100)), 10_000, "depth"),
    ],
)
def test_size_says_which_bound_decided(stage: Desk, cash: int, decides: str) -> None:
    assert bound(stage, cash, YES) == decides


@given(
    st.lists(
        st.tuples(st.integers(1, 98), st.integers(1, 200_000)),
        min_size=1,
        max_size=6,
        unique_by=lambda level: level[0],
    ),
    st.integers(5, 5000),
)
def test_size_never_spends_more_than_its_budget(ladder: list, cash: int) -> None:
    asks = [(Decimal(c) / 100, Decimal(s) / 100) for c, s in sorted(ladder)]
    venue = market(fee=SEVEN)
    stage = desk(book(YES, asks=asks), markets=[venue], max_share_of_depth=1, cash_per_entry=300)
    found = answer(stage, cash, legs(YES))
    if isinstance(found, Objection):
        return
    (one,) = legs(YES)
    filled = match(
        Order(**{**{f: getattr(one, f) for f in one.__slots__}, "size": found.size}),
        stage.books[YES], venue, Decimal(1),
    )  # fmt: skip
    if isinstance(filled, Execution):
        assert filled.value + filled.fee <= min(300, Decimal(cash) / 2)
