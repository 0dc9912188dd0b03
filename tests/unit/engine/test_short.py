"""Short selling: the other outcome of a contract, borrowed units on spot, or a refusal."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.fee import FeeFormula
from chalicelib.domain.market import Market, MarketKind, Outcome
from chalicelib.domain.order import OrderTerms, OrderType, Purpose, Side, TimeInForce
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Signal, Signals
from chalicelib.engine.cash import free_cash
from chalicelib.engine.gate import Desk
from chalicelib.engine.settle import revalue
from chalicelib.engine.short import accrue
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from tests.builders import NOW, SEVEN, YES, account, basket, book, desk, market, quote, tape, wishes

COIN = "spot:COIN"
LENDS = BorrowModel(enabled=True, annual_rate=Decimal("0.365"))
PERCENT = replace(SEVEN, formula=FeeFormula.PERCENT, taker_rate=Decimal("0.001"), name="0.1 %")
SPOT: Market = market(
    fee=PERCENT,
    market_id=COIN,
    venue="spot",
    kind=MarketKind.SPOT,
    outcomes=(Outcome(COIN, "COIN"),),
    closes_at=None,
    min_size=Decimal("0.001"),
    size_step=Decimal("0.001"),
)
SHORT = Signal(COIN, 5.0, 1.0, "it will fall", side=Side.SELL)


def stage(*ladder: Any, borrow: BorrowModel = LENDS, **limits: Any) -> Desk:
    bids, asks = ladder or ([(100, 9)], [(101, 9)])
    shown = book(COIN, bids, asks)
    usual = {"max_share_of_depth": 1, "max_exposure": 1, "cash_per_entry": 200, **limits}
    made = desk(shown, markets=[SPOT], **usual)
    bid = shown.bids[0].price if shown.bids else None
    return replace(made, bids={COIN: bid}, setting=StrategySetting(borrow=borrow))


def sold(desk_: Desk | None = None, cash: int = 1000) -> Turn:
    return take_turn(desk_ or stage(), account(cash), wishes(basket(SHORT)), paused=False)


def codes(turn: Turn) -> list[str]:
    return [refusal.code for refusal in turn.refusals]


def at_ask(held: Account, ask: str) -> Account:
    return revalue(held, {COIN: quote(COIN, "1", ask)}, NOW)


def test_short_is_sold_at_the_bid_within_cash_per_entry() -> None:
    (made,) = sold().fills
    assert (made.side, made.purpose, made.size, made.price) == (
        Side.SELL, Purpose.ENTRY, Decimal("1.998"), 100,
    )  # fmt: skip
    assert made.fee == Decimal("0.19980")


def test_short_without_a_borrow_model_is_refused() -> None:
    turn = sold(stage(borrow=BorrowModel()))
    assert (turn.fills, codes(turn)) == ([], ["no-borrow"])


def test_short_of_a_contract_is_refused_where_its_other_outcome_is_not_known() -> None:
    bet = replace(SHORT, instrument_id=YES)
    made = replace(
        desk(book(YES, [("0.4", 9)], [("0.5", 9)])), setting=StrategySetting(borrow=LENDS)
    )
    turn = take_turn(made, account(), wishes(basket(bet)), paused=False)
    assert (turn.fills, codes(turn)) == ([], ["no-short"])


def test_wish_for_a_fall_of_a_contract_becomes_a_wish_for_its_other_outcome() -> None:
    alone = tape([[0.5, 0.5], [0.5, 0.5]])
    seen = replace(alone, complement=np.array([1, 0]))
    falls = np.zeros(seen.bid.shape, bool)
    falls[-1, 0] = True
    none = Signals.none(seen)
    (wish,) = replace(none, short=falls).entries(seen)
    other = seen.instruments[seen.complement[0]]
    assert (wish.legs[0].instrument_id, wish.legs[0].side) == (other, Side.BUY)


def test_short_ties_up_its_proceeds_and_the_margin() -> None:
    turn = sold()
    assert turn.account.cash > 1199
    owed = turn.account.positions[COIN].owed
    assert free_cash(turn.account, LENDS) == turn.account.cash - 2 * owed


@pytest.mark.parametrize("cash", [50, 150])
def test_short_is_no_larger_than_the_margin_allows(cash: int) -> None:
    (made,) = sold(cash=cash).fills
    assert made.value + made.fee <= cash
    assert made.sized_by == "cash"


def test_short_counts_at_what_it_brought_in_towards_every_limit() -> None:
    turn = sold(stage(max_exposure="0.1"))
    assert turn.fills[0].value <= 100
    assert turn.fills[0].sized_by == "max-exposure"


def test_short_is_bought_back_with_the_loan_when_its_strategy_leaves() -> None:
    held = sold().account
    later = NOW + timedelta(days=10)
    owing = accrue(at_ask(held, "100"), LENDS, later)
    assert owing.positions[COIN].loan.accrued == Decimal("1.998")  # type: ignore[union-attr]
    turn = take_turn(
        stage([(89, 9)], [(90, 9)]), owing, wishes(exits={COIN: "it fell"}), paused=False
    )
    (made,) = turn.fills
    assert (made.side, made.size, made.loan_fee) == (Side.BUY, Decimal("1.998"), Decimal("1.998"))
    assert turn.account.positions == {}
    assert turn.account.imbalance() == 0
    # 1.998 sold at 100 and bought at 90, fees of 0.1 % on both, and the loan.
    assert turn.account.realised == Decimal("1.998") * 10 - Decimal("0.1998") - Decimal(
        "0.17982"
    ) - Decimal("1.998")


def test_short_is_closed_by_its_stop_when_the_ask_rises() -> None:
    held = at_ask(sold().account, "130")
    made = stage([(129, 9)], [(130, 9)])
    rules = made.setting.exit_rules.model_copy(update={"stop_loss": Decimal("0.25")})
    made = replace(made, setting=replace(made.setting, exits=rules))
    turn = take_turn(made, held, wishes(), paused=False)
    assert turn.fills[0].reason.startswith("stop-loss:")
    assert turn.account.realised < -59


def test_short_that_cash_no_longer_covers_is_called_and_never_spends_more_than_there_is() -> None:
    held = at_ask(sold(cash=210).account, "330")
    turn = take_turn(stage([(329, 9)], [(330, 9)]), held, wishes(), paused=False)
    assert turn.fills[0].reason.startswith("margin-call:")
    assert turn.account.cash >= 0
    assert turn.account.imbalance() == 0


def test_short_is_sold_and_bought_back_at_the_market_only() -> None:
    terms = OrderTerms(OrderType.LIMIT, TimeInForce.GTC, limit=Decimal(100))
    turn = take_turn(stage(), account(), wishes(basket(replace(SHORT, terms=terms))), paused=False)
    assert codes(turn) == ["bad-order"]


def test_loan_is_charged_even_after_the_borrow_model_was_switched_off() -> None:
    later = NOW + timedelta(days=365)
    held = accrue(at_ask(sold().account, "100"), BorrowModel(annual_rate=Decimal("0.1")), later)
    assert held.positions[COIN].loan.accrued == Decimal("19.98")  # type: ignore[union-attr]
