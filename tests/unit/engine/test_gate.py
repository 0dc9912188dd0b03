"""The one gate: who may trade what, when, and how much may be open at once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Purpose, Side
from chalicelib.domain.portfolio import Account
from chalicelib.engine.admission import entry_room, may_enter
from chalicelib.engine.gate import may_trade
from chalicelib.engine.turn import Turn
from tests.builders import NO, YES, account, book, desk, fill, market

BOOK = book(YES, bids=[("0.49", 100)], asks=[("0.51", 100)])
RUNNING, PAUSED, KILLED = ControlState.RUNNING, ControlState.PAUSED, ControlState.KILLED


def code(objection) -> str | None:  # type: ignore[no-untyped-def]
    return None if objection is None else objection.code


def holding(*bought: tuple[str, int, str]) -> Account:
    """An account of 1000 dollars that bought so much of each instrument at a price."""
    held = account(1000)
    for instrument, size, price in bought:
        held = apply_fill(held, fill(Side.BUY, size, price, instrument))
    return held


@pytest.mark.parametrize(
    ("state", "purpose", "allowed"),
    [
        (RUNNING, Purpose.ENTRY, True),
        (RUNNING, Purpose.EXIT, True),
        (RUNNING, Purpose.UNWIND, True),
        (PAUSED, Purpose.ENTRY, False),
        (PAUSED, Purpose.EXIT, True),
        (PAUSED, Purpose.UNWIND, True),
        (KILLED, Purpose.ENTRY, False),
        (KILLED, Purpose.EXIT, False),
        (KILLED, Purpose.UNWIND, False),
    ],
)
def test_gate_lets_through_what_the_control_allows(
    state: ControlState, purpose: Purpose, allowed: bool
) -> None:
    objection = may_trade(desk(BOOK, state=state), YES, purpose)
    assert code(objection) == (None if allowed else "control")
    assert objection is None or objection.reason == f"control is {state}: because"


@pytest.mark.parametrize("status", [s for s in MarketStatus if s is not MarketStatus.OPEN])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_gate_stays_shut_in_a_market_that_is_not_open(
    status: MarketStatus, purpose: Purpose
) -> None:
    closed = desk(BOOK, markets=[market(status=status)])
    assert code(may_trade(closed, YES, purpose)) == "market-closed"


def test_gate_stays_shut_in_a_market_that_is_not_listed() -> None:
    assert code(may_trade(desk(BOOK, markets=[]), YES, Purpose.EXIT)) == "unknown-market"


def test_gate_stays_shut_without_a_book_fetched_after_the_decision() -> None:
    assert code(may_trade(desk(BOOK), NO, Purpose.ENTRY)) == "no-book"


@pytest.mark.parametrize(("age", "allowed"), [(0, True), (30, True), (31, False), (-5, True)])
def test_gate_stays_shut_on_a_stale_book(age: float, allowed: bool) -> None:
    aged = desk(book(YES, asks=[("0.5", 100)], age=age), max_book_age_seconds=30)
    objection = may_trade(aged, YES, Purpose.ENTRY)
    assert code(objection) == (None if allowed else "stale-book")
    assert objection is None or objection.reason.startswith("the book is 31 s old, at most 30 s")


@pytest.mark.parametrize("purpose", [Purpose.EXIT, Purpose.UNWIND])
def test_gate_of_a_paused_venue_stays_shut_for_entries_alone(purpose: Purpose) -> None:
    paused = replace(desk(BOOK), paused_venues=("test",))
    assert code(may_trade(paused, YES, Purpose.ENTRY)) == "venue-paused"
    assert may_trade(paused, YES, purpose) is None
    assert may_trade(replace(paused, paused_venues=("other",)), YES, Purpose.ENTRY) is None


def test_gate_while_flattening_lets_through_nothing_but_the_flattening() -> None:
    stage = desk(BOOK, state=ControlState.FLATTENING)
    assert may_trade(stage, YES, Purpose.FLATTEN) is None
    for purpose in (Purpose.ENTRY, Purpose.EXIT, Purpose.UNWIND):
        assert code(may_trade(stage, YES, purpose)) == "control"


@pytest.mark.parametrize(
    ("before", "legs", "allowed"), [(3, 1, True), (4, 1, False), (3, 2, False)]
)
def test_gate_counts_the_orders_of_a_cycle(before: int, legs: int, allowed: bool) -> None:
    turn = Turn(account(), fills=[fill(Side.BUY, 5, "0.5")] * before)
    objection = may_enter(desk(BOOK, max_orders_per_cycle=4), turn, [YES, NO][:legs])
    assert code(objection) == (None if allowed else "max-orders")


@pytest.mark.parametrize(("most", "legs", "allowed"), [(3, 1, True), (2, 1, False), (3, 2, False)])
def test_gate_counts_open_positions(most: int, legs: int, allowed: bool) -> None:
    held = holding((YES, 10, "0.5"), (NO, 10, "0.5"))
    objection = may_enter(desk(BOOK, max_open_positions=most), Turn(held), [YES, NO][:legs])
    assert code(objection) == (None if allowed else "max-positions")


@pytest.mark.parametrize(("size", "allowed"), [(999, True), (1000, False)])
def test_gate_limits_exposure_as_a_share_of_equity(size: int, allowed: bool) -> None:
    turn = Turn(holding((YES, size, "0.5")))
    objection = may_enter(desk(BOOK, max_exposure="0.5"), turn, [NO])
    assert code(objection) == (None if allowed else "max-exposure")


def test_room_to_enter_shrinks_when_positions_lose() -> None:
    held = holding((YES, 100, "0.5"))
    assert entry_room(desk(max_exposure="0.5"), Turn(held), NO) == 450
    lost = replace(held, positions={YES: replace(held.positions[YES], mark=Decimal("0.1"))})
    assert entry_room(desk(max_exposure="0.5"), Turn(lost), NO) == 430
