"""The examples of docs/risk.md that no other test has, to the last digit."""

from decimal import Decimal

from chalicelib.domain.booking import apply_settlement
from chalicelib.engine.gate import Desk
from tests.builders import (
    NO,
    SEVEN,
    YES,
    account,
    basket,
    book,
    desk,
    market,
    settlement,
    signal,
    wishes,
)
from tests.unit.engine.test_trade import turn


def stage() -> Desk:
    """A pair for 0.93 with fees of 0.07, 400 contracts shown of each, a quarter taken."""
    shown = [book(YES, asks=[("0.45", 400)]), book(NO, asks=[("0.48", 400)])]
    return desk(*shown, markets=[market(fee=SEVEN)], max_share_of_depth="0.25")


def test_arbitrage_basket_pays_its_margin_after_both_fees() -> None:
    wished = wishes(basket(signal(YES, 0.0176), signal(NO, 0.0176)))

    taken = turn(stage(), wished, account(1000))

    assert {f.instrument_id: (f.size, f.value, f.fee) for f in taken.fills} == {
        YES: (100, 45, Decimal("1.7325")),
        NO: (100, 48, Decimal("1.7472")),
    }
    assert taken.account.cash == Decimal("903.5203")
    won = apply_settlement(taken.account, settlement(YES, 100, 1))
    done = apply_settlement(won, settlement(NO, 100, 0))
    assert (done.cash, done.realised) == (Decimal("1003.5203"), Decimal("3.5203"))
    assert done.imbalance() == 0
