"""An account recomputed from its trade log alone: by hand, against the ledger, and after harm."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill, apply_settlement
from chalicelib.domain.order import Fill, Settlement, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import Funding, Reset
from chalicelib.engine.reconcile import Drift, Entry, compare, reconcile
from tests.builders import CYCLE, NO, NOW, SEVEN, YES, account, fill, settlement


def buy(size: Any, price: Any, instrument: str = YES) -> Fill:
    return fill(Side.BUY, size, price, instrument, SEVEN)


def sell(size: Any, price: Any, instrument: str = YES) -> Fill:
    return fill(Side.SELL, size, price, instrument, SEVEN)


def at(cycle: int, trade: Any) -> Any:
    return replace(trade, cycle_id=cycle)


def reset(cash: int, version: int, cycle: int = CYCLE) -> Reset:
    return Reset(
        f"r{version}", cycle, "test", version, Decimal(cash), Decimal(0), NOW, "ann", "again"
    )


def funding(amount: Any, version: int, cycle: int = CYCLE) -> Funding:
    return Funding(f"f{version}", cycle, "test", version, Decimal(amount), NOW, "ann", "more room")


def booked(*trades: Any, last_cycle: int = CYCLE) -> Account:
    """The account as the ledger books these trades."""
    found = account(1000)
    for trade in trades:
        step = apply_fill if isinstance(trade, Fill) else apply_settlement
        found = step(found, trade)
    return replace(found, version=1, last_cycle=last_cycle)


def test_reconcile_partial_sell_by_hand() -> None:
    # Bought 10 at 0.40 and 10 at 0.60, with fees of 0.07 x 10 x 0.24 = 0.168 each: cost 10.336.
    # Sold 5 at 0.70 with a fee of 0.07 x 5 x 0.21 = 0.0735: a quarter of the cost, 2.584, goes.
    totals = reconcile([buy(10, "0.4"), buy(10, "0.6"), sell(5, "0.7")], Decimal(1000))
    assert totals.cash == Decimal("993.0905")
    assert totals.realised == Decimal("0.8425")
    assert totals.fees == Decimal("0.4095")
    assert totals.trades == 3
    assert totals.holdings[YES].size == 15
    assert totals.holdings[YES].cost == Decimal("7.752")


def test_reconcile_settlement_pays_and_empties_the_position() -> None:
    totals = reconcile([buy(10, "0.4"), settlement(YES, 10, 1)], Decimal(1000))
    assert (totals.cash, totals.holdings[YES].size) == (Decimal("1005.832"), 0)
    assert totals.realised == Decimal("5.832")


cents = st.integers(1, 99).map(lambda n: Decimal(n) / 100)
steps = st.lists(
    st.tuples(st.sampled_from([YES, NO]), cents, st.integers(1, 400), st.integers(0, 4)),
    max_size=30,
)


@given(steps)
def test_reconcile_agrees_with_the_ledger_over_any_history(history: list[Any]) -> None:
    live, log = account(100_000), list[Entry]()
    for n, (instrument, price, size, kind) in enumerate(history):
        held = live.positions.get(instrument)
        trade: Fill | Settlement
        if kind < 2 or held is None:
            trade = buy(Decimal(size) / 4, price, instrument)
        elif kind == 4:
            trade = settlement(instrument, held.size, price)
        else:
            trade = sell(min(held.size, Decimal(size) / 4), price, instrument)
        trade = at(CYCLE + n, trade)
        live = apply_fill(live, trade) if isinstance(trade, Fill) else apply_settlement(live, trade)
        log.append(trade)
    assert compare(replace(live, last_cycle=CYCLE + len(history)), log) == []


HARM: dict[str, tuple[dict[str, Any], str]] = {
    "cash": ({"cash": Decimal("995.832001")}, "cash"),
    "realised": ({"realised": Decimal("0.000001")}, "realised profit"),
    "fees": ({"fees": Decimal(0)}, "fees"),
    "trades": ({"trades": 2}, "number of trades"),
    "deposits": ({"starting_cash": Decimal(1001)}, "cash"),
    "positions": ({"positions": {}}, f"size of {YES}"),
}


@pytest.mark.parametrize(("change", "what"), HARM.values(), ids=HARM)
def test_compare_names_the_number_that_differs(change: dict[str, Any], what: str) -> None:
    trades = [buy(10, "0.4")]
    sound = booked(*trades)
    assert compare(sound, trades) == []
    assert what in [drift.what for drift in compare(replace(sound, **change), trades)]


def test_compare_of_a_size_that_differs_tells_both_numbers() -> None:
    sound = booked(buy(10, "0.4"))
    harmed = {YES: replace(sound.positions[YES], size=Decimal(11))}
    (drift,) = compare(replace(sound, positions=harmed), [buy(10, "0.4")])
    assert drift == Drift("test", f"size of {YES}", Decimal(11), Decimal(10))
    assert drift.text == f"test: size of {YES} is stored as 11, the trade log gives 10"


def test_compare_finds_a_trade_that_is_missing_from_the_log() -> None:
    assert compare(booked(buy(10, "0.4")), []) != []


def test_compare_finds_a_fill_that_is_not_the_sum_of_its_matches() -> None:
    wrong = replace(buy(10, "0.4"), value=Decimal(5))
    assert [d.what for d in compare(booked(wrong), [wrong])] == [f"value of fill {wrong.fill_id}"]


def test_compare_finds_a_sale_of_what_was_never_held() -> None:
    assert "size given up by trade" in compare(account(1000), [at(-1, sell(5, "0.5"))])[0].what


def test_compare_leaves_out_what_a_later_cycle_booked() -> None:
    later = at(CYCLE + 1, buy(10, "0.4"))
    assert compare(booked(buy(10, "0.4")), [buy(10, "0.4"), later]) == []


def test_compare_waits_with_a_sale_for_the_purchase_of_its_own_cycle() -> None:
    bought, sold = buy(10, "0.4"), sell(10, "0.5")
    assert compare(booked(bought, sold), [sold, bought]) == []


def test_compare_starts_again_at_a_reset_and_keeps_no_profit_from_before() -> None:
    log = [buy(10, "0.4"), sell(10, "0.9"), reset(500, version=2)]
    again = replace(account(500), version=2, last_cycle=CYCLE)
    assert compare(again, log) == []
    assert "cash" in [d.what for d in compare(replace(again, cash=Decimal(501)), log)]


def test_compare_leaves_out_a_reset_that_is_newer_than_the_account() -> None:
    log = [buy(10, "0.4"), reset(500, version=2)]
    assert compare(booked(buy(10, "0.4")), log) == []


def test_compare_takes_a_funding_for_neither_profit_nor_loss() -> None:
    log = [buy(10, "0.4"), funding("250.5", 2), funding(-50, 3), sell(10, "0.9")]
    before = booked(buy(10, "0.4"), sell(10, "0.9"))
    paid = {
        "starting_cash": before.starting_cash + Decimal("200.5"),
        "cash": before.cash + Decimal("200.5"),
        "funded": Decimal("200.5"),
    }
    after = replace(before, version=3, **paid)
    assert compare(after, log) == []
    assert [d.what for d in compare(after, log[:2] + log[3:])] == [
        "starting cash",
        "funding",
        "cash",
    ]


def test_compare_leaves_out_a_funding_that_is_newer_than_the_account() -> None:
    log = [buy(10, "0.4"), funding(500, version=2)]
    assert compare(booked(buy(10, "0.4")), log) == []
