"""Pairs become dollars, results are paid at any value, and what stays unresolved is pointed out."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill, apply_settlement
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config, Observation, StrategySetting
from chalicelib.domain.market import Market, Outcome, Resolution
from chalicelib.domain.order import Settlement, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import decide
from chalicelib.engine.merge import merge_pairs, overdue
from chalicelib.engine.settle import settle
from tests.builders import CYCLE, NO, NOW, SEVEN, YES, account, control, fill, inputs, market

LISTED = {"test:m": market()}


def holding(yes: Any = 100, no: Any = 100) -> Account:
    before = apply_fill(account(1000), fill(Side.BUY, yes, "0.40", YES))
    return apply_fill(before, fill(Side.BUY, no, "0.55", NO))


def merged(before: Account, room: int = 90, **listing: Any) -> tuple[Account, list[Settlement]]:
    markets: dict[str, Market] = listing.get("markets", LISTED)
    return merge_pairs(before, markets, CYCLE, NOW, room)


def test_merge_turns_a_pair_into_one_dollar_and_names_itself() -> None:
    """By hand: 100 pairs bought for 40 and 55 give 100 dollars, 5 of them profit."""
    after, booked = merged(holding())
    assert (after.cash, after.realised, after.positions) == (1005, 5, {})
    assert [(s.instrument_id, s.payout, s.value, s.realised) for s in booked] == [
        (YES, Decimal("0.4211"), Decimal("42.11"), Decimal("2.11")),
        (NO, Decimal("0.5789"), Decimal("57.89"), Decimal("2.89")),
    ]
    assert {s.source for s in booked} == {"merge"}
    assert len({s.settlement_id for s in booked}) == 2


def test_merge_of_unequal_sides_keeps_what_has_no_partner_at_its_cost() -> None:
    after, booked = merged(holding(yes=100, no=60))
    assert [s.size for s in booked] == [60, 60]
    assert after.positions.keys() == {YES}
    assert (after.positions[YES].size, after.positions[YES].cost) == (40, 40 * Decimal("0.4"))
    assert after.realised == 3


cents = st.integers(1, 99).map(lambda n: Decimal(n) / 100)
counts = st.integers(500, 500_000).map(lambda n: Decimal(n) / 100)


@given(counts, counts, cents, cents)
def test_merge_conserves_every_micro_dollar(
    yes: Decimal, no: Decimal, price: Decimal, other: Decimal
) -> None:
    before = apply_fill(account(10**5), fill(Side.BUY, yes, price, YES, SEVEN))
    before = apply_fill(before, fill(Side.BUY, no, other, NO, SEVEN))
    after, booked = merged(before)
    assert after.cash - before.cash == min(yes, no) == sum(s.value for s in booked)
    assert after.imbalance() == 0
    assert all(s.value == s.payout * s.size for s in booked)
    assert after.realised - before.realised == sum(s.realised for s in booked)
    assert all(p.size > 0 and p.cost >= 0 for p in after.positions.values())


@pytest.mark.parametrize(
    ("markets", "room"),
    [
        ({}, 90),
        (LISTED, 1),
        ({"test:m": market(outcomes=(Outcome(YES, "Yes"), Outcome(NO, "No")))}, 90),
        ({"test:m": replace(LISTED["test:m"], outcomes=(*market().outcomes,
                                                        Outcome("test:m:x", "X")))}, 90),
    ],
    ids=["unlisted", "no room in the commit", "no complements", "three outcomes"],
)  # fmt: skip
def test_merge_is_left_alone_where_a_pair_is_not_a_dollar(
    markets: dict[str, Market], room: int
) -> None:
    before = holding()
    assert merged(before, room, markets=markets) == (before, [])


def test_merge_needs_both_sides() -> None:
    before = apply_fill(account(1000), fill(Side.BUY, 100, "0.40", YES))
    assert merged(before) == (before, [])


@pytest.mark.parametrize(
    ("allowed", "state", "count"),
    [
        (True, ControlState.RUNNING, 2),
        (True, ControlState.PAUSED, 2),
        (True, ControlState.KILLED, 0),
        (False, ControlState.RUNNING, 0),
    ],
)
def test_decide_merges_only_where_the_operator_asked_for_it(
    allowed: bool, state: ControlState, count: int
) -> None:
    config = Config({"test": StrategySetting(merge_pairs=allowed)}, RiskLimits())
    before = inputs(
        config=config,
        control=control(state),
        accounts={"test": holding()},
        observation=Observation(LISTED, {}),
    )
    decision = decide(before)
    assert len(decision.settlements) == count
    assert decision.accounts["test"].imbalance() == 0


def test_merge_is_off_until_it_is_switched_on() -> None:
    assert StrategySetting().merge_pairs is False


def test_settlement_of_more_than_is_held_is_a_defect_and_not_booked() -> None:
    (paid, _) = merged(holding())[1]
    with pytest.raises(ValueError, match="more than it holds"):
        apply_settlement(holding(yes=50), paid)


@pytest.mark.parametrize(
    ("yes", "no", "cash"),
    [
        ("1", "0", 1005),
        ("0", "1", 1005),
        ("0.5", "0.5", 1005),
        ("0.25", "0.5", 980),
        ("0", "0", 905),
    ],
)
def test_result_pays_any_value_between_nothing_and_a_dollar(yes: str, no: str, cash: int) -> None:
    payouts = {YES: Decimal(yes), NO: Decimal(no)}
    after, booked = settle(holding(), [Resolution("test:m", payouts, NOW, "the venue")], CYCLE)
    assert (after.cash, after.positions, len(booked)) == (cash, {}, 2)
    assert after.imbalance() == 0


@pytest.mark.parametrize("payout", ["-0.01", "1.01", "1e308"])
def test_payout_that_no_venue_pays_is_refused(payout: str) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Resolution("test:m", {YES: Decimal(payout)}, NOW, "the venue")


@pytest.mark.parametrize(("hours", "noted"), [(23, 0), (24, 0), (25, 1)])
def test_market_past_its_end_without_a_result_is_pointed_out(hours: int, noted: int) -> None:
    before = apply_fill(account(1000), fill(Side.BUY, 100, "0.40", YES))
    late = market(closes_at=NOW - timedelta(hours=hours))
    found = overdue(before, dict.fromkeys((YES, NO), late), NOW, 24)
    assert [refusal.code for refusal in found] == ["unresolved"] * noted
    assert all("40.00 dollars stay locked" in refusal.reason for refusal in found)


@pytest.mark.parametrize(("hours", "noted"), [(23, 0), (25, 1)])
def test_market_that_is_listed_no_more_is_pointed_out_by_its_last_mark(
    hours: int, noted: int
) -> None:
    before = apply_fill(account(1000), fill(Side.BUY, 100, "0.40", YES))
    marked = replace(before.positions[YES], marked_at=NOW - timedelta(hours=hours))
    found = overdue(replace(before, positions={YES: marked}), {}, NOW, 24)
    assert [refusal.code for refusal in found] == ["unresolved"] * noted


def test_decide_notes_what_stays_unresolved_and_keeps_it() -> None:
    late = market(closes_at=NOW - timedelta(hours=30))
    before = inputs(accounts={"test": holding()}, observation=Observation({"test:m": late}, {}))
    decision = decide(before)
    assert [r.code for r in decision.refusals] == ["unresolved", "unresolved"]
    assert decision.accounts["test"].positions.keys() == {YES, NO}
