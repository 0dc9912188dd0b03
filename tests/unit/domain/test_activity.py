"""What happened in a cycle reads as sentences, and the row that holds them stays small."""

from dataclasses import replace

from chalicelib.domain.activity import MOST_ENTRIES, activity_of, fill_text, settlement_text
from chalicelib.domain.cycle import CycleOutcome, CycleReport, Decision
from chalicelib.domain.order import Side
from tests.builders import CYCLE, NOW, SEVEN, YES, fill, settlement

REPORT = CycleReport(CYCLE, NOW, CycleOutcome.COMMITTED, "test", venue_faults=("test: timeout",))


def test_activity_fill_says_what_was_paid_and_why() -> None:
    bought = fill(Side.BUY, 100, "0.50", fee=SEVEN)
    assert fill_text(bought) == "Bought 100 Yes · Will m happen? at 0.5 (fee 1.75): a test"
    assert fill_text(replace(bought, side=Side.SELL)).startswith("Sold 100 ")


def test_activity_settlement_says_the_payout_and_the_profit() -> None:
    assert settlement_text(settlement(YES, 10, 1, 4)) == (
        "Yes · Will m happen? paid 1 a contract: 10 contracts, profit +6.00"
    )


def test_activity_lists_settlements_then_trades_then_faults() -> None:
    decided = Decision({}, (fill(Side.BUY, 5, "0.5"),), (settlement(YES, 5, 1),))
    entries = activity_of(decided, REPORT)
    assert [entry["kind"] for entry in entries] == ["settlement", "trade", "fault"]
    assert {entry["cycle_id"] for entry in entries} == {CYCLE}


def test_activity_of_a_busy_cycle_is_cut() -> None:
    decided = Decision({}, (fill(Side.BUY, 5, "0.5"),) * 200)
    assert len(activity_of(decided, REPORT)) == MOST_ENTRIES
