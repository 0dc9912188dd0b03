"""Money, books, markets and cycles refuse what cannot be true, and count exactly."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.cycle import CycleOutcome, CycleReport, ScheduledEvent, cycle_time
from chalicelib.domain.market import MarketStatus, Resolution
from chalicelib.domain.money import floor_to_step, round_against_us, round_money
from chalicelib.domain.order import Side
from chalicelib.domain.risk import RiskLimits
from tests.builders import CYCLE, NOW, YES, book, fill, market, quote

amounts = st.decimals(-(10**9), 10**9, places=8)
steps = st.sampled_from([Decimal("0.01"), Decimal("0.001"), Decimal(1), Decimal("0.05")])


@given(amounts)
def test_money_rounding_moves_an_amount_by_half_a_quantum_at_most(amount: Decimal) -> None:
    assert abs(round_money(amount) - amount) <= Decimal("0.0000005")


def test_money_rounding_ties_favours_neither_side() -> None:
    assert round_money(Decimal("0.0000005")) == 0
    assert round_money(Decimal("0.0000015")) == Decimal("0.000002")


@given(amounts)
def test_money_rounding_against_us_never_makes_a_cost_smaller(amount: Decimal) -> None:
    assert 0 <= round_against_us(amount) - amount < Decimal("0.000001")


@given(st.decimals(0, 10**9, places=8), steps)
def test_floor_to_step_is_the_largest_multiple_that_fits(amount: Decimal, step: Decimal) -> None:
    floored = floor_to_step(amount, step)
    assert floored <= amount < floored + step
    assert floored % step == 0


def test_floor_to_step_of_nothing_or_less_is_nothing() -> None:
    assert floor_to_step(Decimal("-3"), Decimal("0.01")) == 0


@pytest.mark.parametrize(
    ("bids", "asks", "complaint"),
    [
        ([("0.50", 1)], [("0.50", 1)], "crossed"),
        ([("0.60", 1)], [("0.50", 1)], "crossed"),
        ([("0.40", 1), ("0.45", 1)], [], "bids of .* out of order"),
        ([("0.40", 1), ("0.40", 1)], [], "bids of .* out of order"),
        ([], [("0.60", 1), ("0.55", 1)], "asks of .* out of order"),
        ([], [("0.60", 0)], "asks of .* hold 0"),
        ([("0", 5)], [], "bids of .* hold 5 at 0"),
    ],
)
def test_book_that_cannot_be_true_is_refused(bids: list, asks: list, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        book(YES, bids, asks)


def test_book_may_be_empty_on_either_side() -> None:
    assert book(YES, bids=[("0.4", 1)]).asks == ()
    assert book(YES, asks=[("0.4", 1)]).bids == ()


@pytest.mark.parametrize("payout", ["-0.01", "1.01"])
def test_resolution_outside_zero_to_one_is_refused(payout: str) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Resolution("test:m", {YES: Decimal(payout)}, NOW, "the venue")


def test_market_only_an_open_one_is_tradable() -> None:
    tradable = [s for s in MarketStatus if market(status=s).is_tradable]
    assert tradable == [MarketStatus.OPEN]


def test_fill_price_is_the_average_over_all_levels() -> None:
    assert fill(Side.BUY, 3, "0.5").price == Decimal("0.5")


@given(st.integers(0, 59), st.integers(0, 999_999))
def test_event_within_one_minute_always_names_the_same_cycle(second: int, micro: int) -> None:
    delivered = ScheduledEvent(NOW + timedelta(seconds=second, microseconds=micro), NOW, "test")
    assert delivered.cycle_id == CYCLE
    assert cycle_time(delivered.cycle_id) == NOW


def test_event_of_the_next_minute_names_the_next_cycle() -> None:
    assert ScheduledEvent(NOW + timedelta(minutes=1), NOW, "test").cycle_id == CYCLE + 1


def test_report_duration_is_from_start_to_commit() -> None:
    ran = CycleReport(
        CYCLE, NOW, CycleOutcome.COMMITTED, "test",
        started_at=NOW, committed_at=NOW + timedelta(milliseconds=1234),
    )  # fmt: skip
    assert ran.duration_ms == 1234
    assert CycleReport(CYCLE, NOW, CycleOutcome.LATE, "test", started_at=NOW).duration_ms == 0


@pytest.mark.parametrize(
    "limits",
    [{"max_exposure": 0}, {"max_exposure": "1.1"}, {"cash_per_entry": -1}, {"max_orders": 3}],
)
def test_limits_out_of_bounds_or_unknown_are_refused(limits: dict) -> None:
    with pytest.raises(ValidationError):
        RiskLimits(**limits)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "0"])
@pytest.mark.parametrize("field", ["bid", "bid_size", "ask", "ask_size"])
def test_quote_with_an_impossible_number_is_refused(field: str, number: str) -> None:
    good = quote(YES, "0.4", "0.5")
    with pytest.raises(ValueError, match=field):
        replace(good, **{field: Decimal(number)})
