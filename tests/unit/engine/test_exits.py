"""Exits: which rule gives a position up, at what price, and that the priority is as stated."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config, Observation, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.order import Purpose, Side
from chalicelib.domain.portfolio import Account, Position
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import decide
from chalicelib.engine.exits import RULES, due_exit, instruments_to_leave
from chalicelib.engine.gate import MOST_TRADES
from chalicelib.engine.settle import mark
from tests.builders import NO, NOW, YES, account, book, control, fill, inputs, market, quote, wishes

ALL = ExitRules(
    stop_loss=Decimal("0.2"),
    trailing_stop=Decimal("0.1"),
    take_profit=Decimal("0.5"),
    minutes_before_close=30,
    max_minutes=60,
)
SWITCHED_ON_ALONE = {
    "stop-loss": ExitRules(stop_loss=Decimal("0.2")),
    "trailing-stop": ExitRules(trailing_stop=Decimal("0.1")),
    "take-profit": ExitRules(take_profit=Decimal("0.5")),
    "closing-soon": ExitRules(minutes_before_close=30),
    "time": ExitRules(max_minutes=60),
}


def position(bid: str, high: str | None = None, minutes: int = 0, cost: int = 50) -> Position:
    """100 contracts that cost so much, marked now at a bid."""
    best = Decimal(high or bid)
    opened = NOW - timedelta(minutes=minutes)
    return Position(
        YES, "test:m", "Yes", Decimal(100), Decimal(cost), opened, Decimal(bid), NOW, best
    )


def rule(held: Position, rules: ExitRules = ALL, minutes_left: int = 1440) -> str | None:
    """The code of the rule that gives the position up."""
    venue = market(closes_at=NOW + timedelta(minutes=minutes_left))
    reason = due_exit(held, rules, venue, NOW)
    return None if reason is None else reason.partition(":")[0]


@pytest.mark.parametrize(
    ("held", "minutes_left", "expected"),
    [
        (position("0.41"), 1440, None),
        (position("0.40"), 1440, "stop-loss"),
        (position("0.63", high="0.70"), 1440, "trailing-stop"),
        (position("0.64", high="0.70"), 1440, None),
        (position("0.44", high="0.49"), 1440, None),
        (position("0.75"), 1440, "take-profit"),
        (position("0.50"), 31, None),
        (position("0.50"), 30, "closing-soon"),
        (position("0.50", minutes=59), 1440, None),
        (position("0.50", minutes=60), 1440, "time"),
    ],
)
def test_exit_rule_holds_from_its_number_on(
    held: Position, minutes_left: int, expected: str | None
) -> None:
    assert rule(held, ALL, minutes_left) == expected


@pytest.mark.parametrize(
    ("held", "minutes_left", "expected"),
    [
        (position("0.30", high="0.90", minutes=99), 1, "stop-loss"),
        (position("0.80", high="0.95", minutes=99), 1, "trailing-stop"),
        (position("0.80", minutes=99), 1, "take-profit"),
        (position("0.50", minutes=99), 1, "closing-soon"),
        (position("0.50", minutes=99), 1440, "time"),
    ],
)
def test_exit_rules_are_judged_in_the_order_stated(
    held: Position, minutes_left: int, expected: str
) -> None:
    assert rule(held, ALL, minutes_left) == expected


@given(
    st.integers(1, 99), st.integers(1, 99), st.integers(1, 99), st.integers(0, 120),
    st.integers(0, 60),
)  # fmt: skip
def test_exit_takes_the_first_rule_of_those_that_would_hold_alone(
    bid: int, high: int, cost: int, minutes: int, minutes_left: int
) -> None:
    held = position(f"0.{bid:02d}", f"0.{max(bid, high):02d}", minutes, cost)
    alone = [code for code in RULES if rule(held, SWITCHED_ON_ALONE[code], minutes_left)]
    assert rule(held, ALL, minutes_left) == (alone[0] if alone else None)


def test_exit_rules_that_are_off_never_hold() -> None:
    assert rule(position("0.01", high="0.99", minutes=10**6), ExitRules(), 0) is None


def test_exit_by_price_waits_for_a_mark_of_this_cycle() -> None:
    old = replace(position("0.01"), marked_at=NOW - timedelta(minutes=1))
    assert rule(old, ExitRules(stop_loss=Decimal("0.2"))) is None
    assert rule(old, ExitRules(max_minutes=1)) is None
    assert rule(replace(old, opened_at=NOW - timedelta(hours=1)), ALL) == "time"


def test_exit_by_price_of_a_position_whose_cost_is_rounded_away_is_not_judged() -> None:
    assert rule(position("0.01", cost=0)) is None


def test_exit_reason_names_the_rule_and_the_numbers() -> None:
    assert due_exit(position("0.38"), ALL, market(), NOW) == (
        "stop-loss: worth 38.00 dollars, 24.0% below its cost of 50.00, the rule is 20.0%"
    )
    assert due_exit(position("0.60", high="0.70"), ALL, market(), NOW) == (
        "trailing-stop: the bid 0.6 is 14.3% below the best one of 0.7, the rule is 10.0%"
    )


def test_mark_remembers_the_best_bid_of_a_position() -> None:
    held = apply_fill(account(1000), fill(Side.BUY, 100, "0.5"))
    for minute, bid in enumerate(("0.45", "0.70", "0.60")):
        at = NOW + timedelta(minutes=minute)
        held = mark(held, {YES: quote(YES, bid, "0.8")}, at)
    assert (held.positions[YES].mark, held.positions[YES].high) == (Decimal("0.60"), Decimal("0.7"))


def holding(*instruments: str) -> Account:
    held = account(1000)
    for instrument in instruments:
        held = apply_fill(held, fill(Side.BUY, 100, "0.5", instrument))
    return held


def situation(bid: str | None, shown: Any, exits: ExitRules, **changes: Any) -> Any:
    """100 contracts of YES bought at 0.50; a bid quoted, and a book fetched after it."""
    setting = StrategySetting(exits=exits)
    usual = inputs(
        accounts={"test": holding(YES)},
        config=Config({"test": setting}, RiskLimits(max_share_of_depth=1)),
        observation=Observation({"test:m": market()}, {YES: quote(YES, bid, "0.9")}),
        books={YES: book(YES, shown)},
    )
    return replace(usual, **changes)


STOP = ExitRules(stop_loss=Decimal("0.2"))


def test_forced_exit_sells_at_the_book_and_says_which_rule_it_was() -> None:
    decision = decide(situation("0.38", [("0.37", 60), ("0.36", 40)], STOP))
    (sold,) = decision.fills
    assert (sold.purpose, sold.side, sold.value) == (Purpose.EXIT, Side.SELL, Decimal("36.60"))
    assert sold.reason.startswith("stop-loss: worth 38.00 dollars")
    (ended,) = decision.accounts["test"].pulse.closed
    assert (ended.reason, ended.profit) == ("stop-loss", Decimal("-13.40"))


def test_forced_exit_stops_selling_below_its_slippage_bound() -> None:
    decision = decide(situation("0.38", [("0.37", 30), ("0.33", 30), ("0.32", 40)], STOP))
    (sold,) = decision.fills
    assert (sold.size, sold.matches[-1].price) == (60, Decimal("0.33"))
    assert decision.accounts["test"].positions[YES].size == 40


def test_forced_exit_without_any_bid_sells_nothing_and_is_tried_again() -> None:
    decision = decide(situation(None, [("0.01", 1000)], STOP))
    assert decision.fills == ()
    assert [r.code for r in decision.refusals] == ["no-bid"]
    again = decide(replace(situation("0.38", [("0.38", 1000)], STOP), accounts=decision.accounts))
    assert [f.size for f in again.fills] == [100]


def test_forced_exit_takes_the_place_of_the_strategys_own() -> None:
    wished = {"test": wishes(exits={YES: "turned"})}
    decision = decide(situation("0.38", [("0.38", 1000)], STOP, wishes=wished))
    assert [f.reason.partition(":")[0] for f in decision.fills] == ["stop-loss"]


def test_exit_rules_of_a_position_stand_above_those_of_its_strategy() -> None:
    usual = situation("0.38", [("0.38", 1000)], STOP)
    held = usual.accounts["test"]
    patient = replace(held.positions[YES], exits=ExitRules(stop_loss=Decimal("0.5")))
    accounts = {"test": replace(held, positions={YES: patient})}
    assert decide(replace(usual, accounts=accounts)).fills == ()


@pytest.mark.parametrize(
    ("state", "sold"),
    [(ControlState.RUNNING, 1), (ControlState.PAUSED, 1), (ControlState.KILLED, 0)],
)
def test_forced_exits_go_on_while_paused_and_stop_when_killed(
    state: ControlState, sold: int
) -> None:
    decision = decide(situation("0.38", [("0.38", 1000)], STOP, control=control(state)))
    assert len(decision.fills) == sold


def flattening(**changes: Any) -> Any:
    """Two positions, one with a deep book and one whose book fell below the bound."""
    usual = inputs(
        control=control(ControlState.FLATTENING),
        accounts={"test": holding(YES, NO)},
        config=Config({}, RiskLimits(max_share_of_depth=1)),
        observation=Observation(
            {"test:m": market()}, {YES: quote(YES, "0.5", None), NO: quote(NO, "0.4", None)}
        ),
        books={YES: book(YES, [("0.49", 1000)]), NO: book(NO, [("0.30", 1000)])},
        wishes={"test": wishes(exits={YES: "turned"})},
    )
    return replace(usual, **changes)


def test_flatten_closes_every_position_within_its_bound_and_tries_the_rest_again() -> None:
    first = decide(flattening())
    assert [(f.instrument_id, f.purpose) for f in first.fills] == [(YES, Purpose.FLATTEN)]
    assert [(r.instrument_id, r.code) for r in first.refusals] == [(NO, "no-liquidity")]
    books = {NO: book(NO, [("0.36", 1000)])}
    second = decide(flattening(accounts=first.accounts, books=books))
    assert second.accounts["test"].positions == {}
    assert [c.reason for c in second.accounts["test"].pulse.closed] == ["flatten"]
    # Worked by hand: 100 at 0.49 and 100 at 0.36 back, out of 2 x 50 dollars.
    assert second.accounts["test"].cash == 1000 - 100 + 49 + 36
    assert second.accounts["test"].imbalance() == 0


def test_flatten_closes_as_many_positions_as_a_commit_takes_and_the_rest_next() -> None:
    names = [f"test:m{n:03d}:yes" for n in range(MOST_TRADES + 5)]
    held = account(10_000)
    for name in names:
        held = apply_fill(held, fill(Side.BUY, 10, "0.5", name))
    usual = flattening(
        accounts={"test": held},
        observation=Observation(
            {f"test:m{n:03d}": market(f"m{n:03d}") for n in range(len(names))},
            {name: quote(name, "0.5", None) for name in names},
        ),
        books={name: book(name, [("0.5", 1000)]) for name in names},
    )
    first = decide(usual)
    assert len(first.fills) == MOST_TRADES
    assert {r.code for r in first.refusals} == {"max-trades"}
    assert decide(replace(usual, accounts=first.accounts)).accounts["test"].positions == {}


def test_books_are_wanted_for_what_a_rule_gives_up_and_for_all_when_flattening() -> None:
    accounts = {"test": holding(YES, NO)}
    seen = Observation(
        {"test:m": market()}, {YES: quote(YES, "0.3", None), NO: quote(NO, "0.5", None)}
    )
    config = Config({"test": StrategySetting(exits=STOP)}, RiskLimits())
    assert instruments_to_leave(accounts, config, control(), seen, NOW) == {YES}
    closing = control(ControlState.FLATTENING)
    assert instruments_to_leave(accounts, config, closing, seen, NOW) == {YES, NO}
    assert instruments_to_leave(accounts, Config({}, RiskLimits()), control(), seen, NOW) == set()
