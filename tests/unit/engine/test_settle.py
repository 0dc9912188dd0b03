"""Resolved markets pay once; what is held is worth what one would fetch for it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.market import Resolution
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.settle import mark, note_ends, settle
from tests.builders import CYCLE, NO, NOW, YES, account, fill, market, quote

LATER = NOW + timedelta(minutes=1)


def holding(size: int = 100, price: str = "0.40", instrument: str = YES) -> Account:
    return apply_fill(account(1000), fill(Side.BUY, size, price, instrument))


def resolved(yes: str) -> Resolution:
    payouts = {YES: Decimal(yes), NO: 1 - Decimal(yes)}
    return Resolution("test:m", payouts, NOW, "the venue")


@pytest.mark.parametrize(
    ("payout", "cash", "profit"), [("1", 1060, 60), ("0", 960, -40), ("0.5", 1010, 10)]
)
def test_settlement_pays_what_the_market_resolved_to(payout: str, cash: int, profit: int) -> None:
    after, (paid,) = settle(holding(), [resolved(payout)], CYCLE)
    assert (after.cash, after.realised, after.positions) == (cash, profit, {})
    assert (paid.payout, paid.value, paid.realised) == (Decimal(payout), cash - 960, profit)
    assert after.imbalance() == 0


def test_settlement_is_paid_once_even_if_the_venue_answers_twice() -> None:
    after, paid = settle(holding(), [resolved("1"), resolved("1")], CYCLE)
    again, more = settle(after, [resolved("1")], CYCLE + 1)
    assert len(paid) == 1
    assert more == []
    assert again == after


def test_settlement_pays_both_sides_of_a_pair_a_dollar_together() -> None:
    pair = apply_fill(holding(), fill(Side.BUY, 100, "0.55", NO))
    after, paid = settle(pair, [resolved("0")], CYCLE)
    assert len(paid) == 2
    assert after.cash - account(1000).cash == 5
    assert len({p.settlement_id for p in paid}) == 2


def test_settlement_of_another_market_changes_nothing() -> None:
    other = Resolution("test:x", {"test:x:yes": Decimal(1)}, NOW, "the venue")
    assert settle(holding(), [other], CYCLE) == (holding(), [])


def test_mark_values_a_position_at_its_bid() -> None:
    marked = mark(holding(), {YES: quote(YES, "0.45", "0.47")}, NOW)
    assert marked.positions[YES].value == 45
    assert marked.positions[YES].marked_at == NOW
    assert marked.equity == 1005


def test_mark_without_a_bid_is_worth_nothing() -> None:
    marked = mark(holding(), {YES: quote(YES, None, "0.47")}, NOW)
    assert (marked.positions[YES].mark, marked.equity) == (0, 960)


def test_mark_of_what_is_not_quoted_keeps_the_last_one_and_its_age() -> None:
    marked = mark(holding(), {YES: quote(YES, "0.45", "0.47")}, NOW)
    unseen = mark(marked, {}, LATER)
    assert unseen.positions == marked.positions
    assert unseen.positions[YES].marked_at == NOW


def test_mark_remembers_the_highest_equity_and_measures_the_fall_from_it() -> None:
    up = mark(holding(), {YES: quote(YES, "0.80", "0.82")}, NOW)
    down = mark(up, {YES: quote(YES, "0.28", "0.30")}, LATER)
    assert (up.peak, up.drawdown) == (1040, 0)
    assert (down.peak, down.equity, down.drawdown) == (1040, 988, Decimal("0.05"))


def test_mark_does_not_move_cash_or_cost() -> None:
    before = holding()
    after = mark(before, {YES: quote(YES, "0.9", "0.91")}, NOW)
    assert (after.cash, after.positions[YES].cost) == (before.cash, before.positions[YES].cost)
    assert after.imbalance() == 0
    assert replace(after, positions=before.positions, peak=before.peak) == before


def test_mark_shows_the_mid_where_both_sides_are_quoted() -> None:
    marked = mark(holding(), {YES: quote(YES, "0.45", "0.48")}, NOW).positions[YES]
    assert (marked.mark, marked.mid) == (Decimal("0.45"), Decimal("0.465"))
    for bid, ask in ((None, "0.48"), ("0.45", None)):
        assert mark(holding(), {YES: quote(YES, bid, ask)}, NOW).positions[YES].mid is None


def test_mid_is_for_people_and_changes_no_value() -> None:
    marked = mark(holding(), {YES: quote(YES, "0.45", "0.95")}, NOW)
    assert marked.positions[YES].value == Decimal("0.45") * marked.positions[YES].size


def test_end_of_a_market_is_noted_and_kept_when_it_is_listed_no_more() -> None:
    listed = market()
    noted = note_ends(holding(), {YES: listed})
    assert noted.positions[YES].closes_at == listed.closes_at
    assert note_ends(noted, {}) is noted
    sooner = market(closes_at=NOW)
    assert note_ends(noted, {YES: sooner}).positions[YES].closes_at == NOW
