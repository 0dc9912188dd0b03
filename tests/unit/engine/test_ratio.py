"""A basket whose legs belong together in other numbers than one to one: a hedge by its ratio."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.market import Outcome
from chalicelib.domain.order import Side
from chalicelib.domain.signal import Basket, Signal, Signals, Unfilled
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.engine.trade import take_turn
from chalicelib.engine.turn import Turn
from tests.builders import account, book, desk, spot_market, tape, wishes

BTC, ETH = "x:BTC-USD", "x:ETH-USD"


def taken(ratio: float, setting: Any = None, **limits: Any) -> Turn:
    """Sell one BTC at 1,000 short and buy ``ratio`` ETH at 100, free of fees, in a new account."""
    free = spot_market().fee
    free = replace(free, taker_rate=Decimal(0))
    markets = [
        replace(
            spot_market(), market_id=name, outcomes=(Outcome(name, name),), fee=free,
            size_step=Decimal(step), min_size=Decimal(step),
        )
        for name, step in ((BTC, "0.001"), (ETH, "1"))
    ]  # fmt: skip
    books = [book(BTC, [(1000, 50)], [(1001, 50)]), book(ETH, [(99, 500)], [(100, 500)])]
    usual = {"max_share_of_depth": 1, "max_exposure": 1, "cash_per_entry": 3500, **limits}
    stage = replace(
        desk(*books, markets=markets, **usual),
        bids={BTC: Decimal(1000), ETH: Decimal(99)},
        setting=setting or StrategySetting(borrow=BorrowModel(enabled=True)),
    )
    legs = (
        Signal(BTC, 5.0, 1.0, "dear", side=Side.SELL, volatility=20.0),
        Signal(ETH, 1.0, 1.0, "cheap", ratio=ratio, volatility=4.0),
    )
    basket = Basket(legs, Unfilled.UNWIND)
    return take_turn(stage, account(100_000), wishes(basket), paused=False)


def bought(turn: Turn) -> list[tuple[str, Side, Decimal]]:
    return sorted((f.instrument_id, f.side, f.size) for f in turn.fills)


def test_basket_is_sized_by_what_its_legs_cost_in_their_numbers() -> None:
    # a basket is a BTC for 1,000 and 2.5 ETH for 250: 3,500 dollars are 2.8 baskets
    assert bought(taken(2.5)) == [
        (BTC, Side.SELL, Decimal("2.800")),
        (ETH, Side.BUY, Decimal(7)),
    ]


def test_leg_of_a_ratio_is_rounded_down_to_its_own_step() -> None:
    # 3,500 / 1,130 = 3.097 baskets: 4.026 ETH, which are sold whole
    assert bought(taken(1.3)) == [(BTC, Side.SELL, Decimal("3.097")), (ETH, Side.BUY, Decimal(4))]


def test_basket_takes_no_more_than_the_thinnest_leg_has_for_its_ratio() -> None:
    # a tenth of 500 ETH is enough for 2.5 baskets of 20, a tenth of 50 BTC would be for 5
    found = taken(20.0, cash_per_entry=90_000, max_share_of_depth="0.1")
    assert bought(found) == [(BTC, Side.SELL, Decimal("2.500")), (ETH, Side.BUY, Decimal(50))]


def test_leg_too_small_for_its_venue_is_an_objection() -> None:
    found = taken(0.1)
    assert (found.fills, [r.code for r in found.refusals]) == ([], ["too-small"])
    assert "0 contracts are possible" in found.refusals[0].reason


def test_volatility_of_a_basket_counts_each_leg_by_its_ratio() -> None:
    sizing = Sizing(policy=SizingPolicy.VOLATILITY_TARGET, target=Decimal("0.001"))
    setting = StrategySetting(borrow=BorrowModel(enabled=True), sizing=sizing)
    # 100 dollars of 100,000 may be lost; a basket moves by 20 + 5 x 4 = 40
    found = taken(5.0, setting, cash_per_entry=90_000)
    assert bought(found) == [(BTC, Side.SELL, Decimal("2.500")), (ETH, Side.BUY, Decimal(12))]


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf")])
def test_ratio_that_is_no_number_of_contracts_is_refused(ratio: float) -> None:
    found = taken(ratio)
    assert (found.fills, [r.code for r in found.refusals]) == ([], ["bad-signal"])


def test_signals_hand_the_ratio_of_each_leg_to_its_basket() -> None:
    seen = tape([[0.4, 0.6]])
    yes = np.array([[True, False]])
    whole = Signals(
        yes, ~yes & False, np.array([[0.03, 0.01]]), np.ones((1, 2)), "", "",
        basket=np.array([0, 0]), ratio=np.array([[1.0, 4.0]]),
    )  # fmt: skip
    (basket,) = whole.entries(seen)
    assert [leg.ratio for leg in basket.legs] == [1.0, 4.0]
    assert basket.edge == pytest.approx(0.03 + 4 * 0.01)
    (alone,) = replace(whole, basket=None, ratio=None).entries(seen)
    assert alone.legs[0].ratio == 1.0
