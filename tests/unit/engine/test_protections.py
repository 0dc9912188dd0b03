"""Protections: each trips with a reason, holds, releases, and can be released by dropping it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config, Observation, StrategySetting, cycle_time
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.house import House
from chalicelib.domain.market import Resolution
from chalicelib.domain.order import Purpose, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import (
    Protection,
    ProtectionRules,
    Scope,
)
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.remembered import (
    MOST_CLOSED,
    ClosedTrade,
    ClosedTrades,
    Entries,
    Remembered,
)
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import Inputs, decide
from chalicelib.engine.protections import begin_house, judge_account, judge_house
from chalicelib.engine.pulse import begin_cycle, remember_ended
from tests.builders import (
    CYCLE,
    NO,
    NOW,
    YES,
    account,
    basket,
    book,
    control,
    fill,
    inputs,
    market,
    quote,
    signal,
    wishes,
)

MINUTE = timedelta(minutes=1)
RULES = ProtectionRules()
OTHER = "test:other:yes"


def trade(profit: int, minutes_ago: int = 0, name: str = "x") -> ClosedTrade:
    at = NOW - minutes_ago * MINUTE
    return ClosedTrade(at, f"test:{name}:yes", f"test:{name}", Decimal(profit), "strategy")


def past(*profits: int, cash: int = 1000) -> Account:
    """An account whose trades ended with these profits, the last one in this cycle."""
    closed = [trade(p, len(profits) - 1 - n, f"m{n}") for n, p in enumerate(profits)]
    remembered = ClosedTrades.of(map(Remembered.of, closed))
    return replace(account(cash), pulse=Pulse(closed=remembered))


def tripped(after: Account | House) -> dict[str, Protection]:
    return {p.rule: p for p in after.protections}


QUIET = RULES.model_copy(update={"market_pause_minutes": None})


@pytest.mark.parametrize(
    ("profits", "trips"),
    [((-1, -1, -1, -1), True), ((-1, -1, -1), False), ((-1, -1, 1, -1, -1), False),
     ((-1, -1, 0, -1), False)],
)  # fmt: skip
def test_losses_in_a_row_trip_and_release_after_the_pause(
    profits: tuple[int, ...], trips: bool
) -> None:
    found = tripped(judge_account(past(*profits), QUIET, NOW))
    assert list(found) == (["losses-in-a-row"] if trips else [])
    if trips:
        one = found["losses-in-a-row"]
        assert one.reason == "4 losing trades in a row, 4 are the limit"
        assert (one.scope, one.subject) == (Scope.STRATEGY, "test")
        assert (one.tripped_at, one.releases_at) == (NOW, NOW + 60 * MINUTE)
        assert one.holds(NOW + 59 * MINUTE)
        assert not one.holds(NOW + 60 * MINUTE)


def test_losses_in_a_row_that_were_released_need_another_loss_to_trip_again() -> None:
    held = judge_account(past(-1, -1, -1, -1), QUIET, NOW)
    dropped = replace(held, protections=())
    later = NOW + MINUTE
    assert judge_account(dropped, QUIET, later).protections == ()
    again = remember_ended(dropped, [(replace(trade(-1, name="new"), at=later), NOW)])
    assert list(tripped(judge_account(again, QUIET, later))) == ["losses-in-a-row"]


@pytest.mark.parametrize(("won", "trips"), [(4, True), (5, False)])
def test_low_win_rate_trips_after_enough_trades(won: int, trips: bool) -> None:
    rules = QUIET.model_copy(update={"losses_in_a_row": None})
    found = tripped(judge_account(past(*[-1] * (20 - won), *[1] * won), rules, NOW))
    assert list(found) == (["low-win-rate"] if trips else [])
    if trips:
        assert found["low-win-rate"].reason == "4 of the last 20 trades won, under 25%"
        assert found["low-win-rate"].releases_at == NOW + 240 * MINUTE


def test_win_rate_of_too_few_trades_is_not_judged() -> None:
    rules = QUIET.model_copy(update={"losses_in_a_row": None})
    assert judge_account(past(*[-1] * 19), rules, NOW).protections == ()


def falling(equity: str, began: int = 1000, **changes: Any) -> Account:
    """An account that entered hour and day with so much and has so much now."""
    pulse = Pulse(
        day=CYCLE // 1440, day_equity=Decimal(began), hour=CYCLE // 60, hour_equity=Decimal(began)
    )
    poor = replace(account(began), cash=Decimal(equity), pulse=pulse)
    return replace(poor, **changes)


@pytest.mark.parametrize(
    ("equity", "rules"),
    [
        ("951", []),
        ("950", ["hourly-loss"]),
        ("900", ["hourly-loss", "daily-drawdown"]),
        ("700", ["hourly-loss", "daily-drawdown", "total-drawdown"]),
    ],
)
def test_lost_equity_trips_by_the_hour_the_day_and_the_peak(equity: str, rules: list[str]) -> None:
    found = tripped(judge_account(falling(equity), RULES, NOW))
    assert list(found) == rules
    midnight = datetime.combine(NOW.date() + timedelta(days=1), datetime.min.time(), NOW.tzinfo)
    releases = {
        "hourly-loss": NOW + 60 * MINUTE, "daily-drawdown": midnight, "total-drawdown": None
    }  # fmt: skip
    assert {rule: p.releases_at for rule, p in found.items()} == {r: releases[r] for r in rules}


def test_daily_drawdown_says_what_was_lost_of_what() -> None:
    found = tripped(judge_account(falling("880"), RULES, NOW))
    assert found["daily-drawdown"].reason == (
        "equity of 880.00 is 12.0% below 1000.00 as the day began, 10.0% is the limit"
    )


def test_total_drawdown_holds_until_an_operator_releases_it() -> None:
    held = judge_account(falling("700"), RULES, NOW)
    assert tripped(held)["total-drawdown"].holds(NOW + timedelta(days=400))
    dropped = replace(held, protections=())
    assert judge_account(dropped, RULES, NOW + MINUTE).protections == ()


def test_lost_equity_that_was_released_counts_from_where_it_tripped() -> None:
    dropped = replace(judge_account(falling("700"), RULES, NOW), protections=())
    further = judge_account(replace(dropped, cash=Decimal(491)), RULES, NOW)
    assert "total-drawdown" not in tripped(further)
    again = judge_account(replace(dropped, cash=Decimal(490)), RULES, NOW)
    assert "as the rule tripped before" in tripped(again)["total-drawdown"].reason
    healed = judge_account(replace(dropped, cash=Decimal(1000)), RULES, NOW)
    assert healed.pulse.counted_from == ()


def test_a_protection_that_holds_is_not_tripped_twice() -> None:
    once = judge_account(falling("900"), RULES, NOW)
    assert judge_account(once, RULES, NOW + MINUTE) == once


def test_protections_that_are_switched_off_never_trip() -> None:
    off = ProtectionRules(
        losses_in_a_row=None, hourly_loss=None, daily_drawdown=None, total_drawdown=None,
        win_rate_after=None, market_pause_minutes=None, venue_faults_in_a_row=None,
    )  # fmt: skip
    ruined = replace(
        falling("1"), pulse=replace(falling("1").pulse, closed=past(*[-1] * 50).pulse.closed)
    )
    assert judge_account(ruined, off, NOW) == ruined
    assert judge_house(House(), off, Decimal(0), [VenueFault("v", "c", "r")], NOW).protections == ()


def test_a_new_cycle_begins_its_hour_and_day_and_forgets_what_has_released() -> None:
    short = Protection("losses-in-a-row", Scope.STRATEGY, "test", "why", NOW, NOW + MINUTE)
    pulse = Pulse(
        day=CYCLE // 1440 - 1, day_equity=Decimal(5), hour=CYCLE // 60 - 1, hour_equity=Decimal(5),
        opened=Entries.of([(CYCLE - 1440, 1), (CYCLE - 1439, 2)]),
        counted_from=(("daily-drawdown", Decimal(4)), ("total-drawdown", Decimal(3))),
    )  # fmt: skip
    before = replace(account(1000), pulse=pulse, protections=(short,))
    after = begin_cycle(before, CYCLE, NOW + MINUTE)
    assert after.protections == ()
    assert (after.pulse.day_equity, after.pulse.hour_equity) == (1000, 1000)
    assert list(after.pulse.opened) == [(CYCLE - 1439, 2)]
    assert after.pulse.counted_from == (("total-drawdown", Decimal(3)),)
    assert begin_cycle(after, CYCLE, NOW + MINUTE) == after


def test_parts_of_one_position_are_one_closed_trade() -> None:
    bought = NOW - 10 * MINUTE
    parts = [(replace(trade(-1), at=NOW - n * MINUTE), bought) for n in (3, 2, 1)]
    closed = remember_ended(account(), parts).pulse.closed
    assert [(c.profit, c.minute) for c in closed] == [(-3, CYCLE - 1)]


def test_both_sides_of_a_market_that_end_together_are_one_closed_trade() -> None:
    sides = [(ClosedTrade(NOW, i, "test:m", p, "settlement"), NOW - MINUTE)
             for i, p in ((YES, Decimal(-40)), (NO, Decimal(45)))]  # fmt: skip
    assert [c.profit for c in remember_ended(account(), sides).pulse.closed] == [5]


def test_an_account_remembers_a_bounded_number_of_closed_trades() -> None:
    many = [(trade(1, 0, f"m{n}"), NOW) for n in range(MOST_CLOSED + 10)]
    closed = list(remember_ended(account(), many).pulse.closed)
    assert len(closed) == MOST_CLOSED
    assert closed[-1] == Remembered.of(many[-1][0])


def situation(**changes: Any) -> Inputs:
    """YES is held at a loss and to be left; NO of the same market and another one are wished."""
    held = apply_fill(account(1000), fill(Side.BUY, 100, "0.5"))
    markets = {"test:m": market(), "test:other": market("other")}
    names = (YES, NO, OTHER)
    usual = inputs(
        accounts={"test": held},
        config=Config({}, RiskLimits()),
        observation=Observation(markets, {n: quote(n, "0.39", "0.40") for n in names}),
        books={n: book(n, [("0.39", 10**6)], [("0.40", 10**6)]) for n in names},
        wishes={"test": wishes(basket(signal(NO)), basket(signal(OTHER)), exits={YES: "turned"})},
    )
    return replace(usual, **changes)


def test_market_cools_down_after_a_loss_in_it_and_others_do_not() -> None:
    decision = decide(situation())
    assert [(f.instrument_id, f.purpose) for f in decision.fills] == [
        (YES, Purpose.EXIT), (OTHER, Purpose.ENTRY)
    ]  # fmt: skip
    (refusal,) = decision.refusals
    assert (refusal.instrument_id, refusal.code) == (NO, "protection")
    assert refusal.reason == (
        "11.00 dollars were just lost in test:m (strategy); "
        f"it releases at {NOW + 15 * MINUTE:%Y-%m-%d %H:%M} UTC"
    )


def later(given: Inputs, accounts: Any, minutes: int, **changes: Any) -> Inputs:
    """The same market so many minutes later, with fresh books."""
    at = cycle_time(CYCLE + minutes)
    books = {k: replace(b, occurred_at=at) for k, b in given.books.items()}
    return replace(
        given, cycle_id=CYCLE + minutes, accounts=accounts, books=books,
        wishes={"test": wishes(basket(signal(NO)))}, **changes,
    )  # fmt: skip


@pytest.mark.parametrize(("minutes", "enters"), [(1, False), (14, False), (15, True)])
def test_market_opens_again_when_its_cool_down_is_over(minutes: int, enters: bool) -> None:
    first = decide(situation())
    decision = decide(later(situation(), first.accounts, minutes))
    assert bool(decision.fills) is enters
    assert [r.code for r in decision.refusals] == ([] if enters else ["protection"])


def test_market_opens_again_when_an_operator_drops_the_protection() -> None:
    first = decide(situation())
    dropped = {"test": replace(first.accounts["test"], protections=())}
    assert decide(later(situation(), dropped, 1)).fills


def test_tripped_account_leaves_and_settles_but_does_not_enter() -> None:
    shut = Protection("total-drawdown", Scope.STRATEGY, "test", "why", NOW, None)
    held = replace(situation().accounts["test"], protections=(shut,))
    both = apply_fill(held, fill(Side.BUY, 10, "0.5", "test:ended:yes"))
    paid = Resolution("test:ended", {"test:ended:yes": Decimal(1)}, NOW, "the venue")
    usual = situation(accounts={"test": both})
    decision = decide(replace(usual, observation=replace(usual.observation, resolutions=(paid,))))
    assert [f.purpose for f in decision.fills] == [Purpose.EXIT]
    assert len(decision.settlements) == 1
    assert {r.reason for r in decision.refusals} >= {"why; an operator has to release it"}


def test_daily_loss_trips_in_the_cycle_that_sees_it_and_stops_its_entries() -> None:
    # By hand: the day began with 1000. 700 contracts bought at 0.50 are quoted at 0.35 now, so
    # 105 dollars or 10.5 % are lost: past the 10 % of the day, and the 5 % of the hour.
    held = apply_fill(account(1000), fill(Side.BUY, 700, "0.5"))
    usual = situation(accounts={"test": held}, wishes={"test": wishes(basket(signal(OTHER)))})
    quotes = {**usual.observation.quotes, YES: quote(YES, "0.35", "0.36")}
    decision = decide(replace(usual, observation=replace(usual.observation, quotes=quotes)))
    assert decision.fills == ()
    after = decision.accounts["test"]
    assert after.equity == 895
    assert list(tripped(after)) == ["hourly-loss", "daily-drawdown"]
    assert tripped(after)["daily-drawdown"].reason == (
        "equity of 895.00 is 10.5% below 1000.00 as the day began, 10.0% is the limit"
    )


def test_house_day_peak_and_deposits_move_with_money_paid_in() -> None:
    first = begin_house(House(), Decimal(1000), Decimal(1000), CYCLE, NOW)
    assert (first.day_equity, first.peak, first.deposits) == (1000, 1000, 1000)
    more = begin_house(first, Decimal(2000), Decimal(2000), CYCLE + 1, NOW)
    assert (more.day_equity, more.peak, more.deposits) == (2000, 2000, 2000)


def test_house_drawdown_shuts_every_strategy_and_no_exit() -> None:
    both = {n: replace(account(1000, n), cash=Decimal(850)) for n in ("a", "b")}
    day = House(
        day=CYCLE // 1440, day_equity=Decimal(2000), peak=Decimal(2000), deposits=Decimal(2000)
    )
    usual = situation(accounts=both, house=day)
    decision = decide(replace(usual, wishes={n: wishes(basket(signal(OTHER))) for n in both}))
    assert decision.fills == ()
    assert [(r.strategy, r.code) for r in decision.refusals] == [
        ("a", "protection"), ("b", "protection")
    ]  # fmt: skip
    (shut,) = decision.house.protections
    assert (shut.rule, shut.scope, shut.subject) == ("daily-drawdown", Scope.HOUSE, "")


FAULT = VenueFault("test", "VenueUnavailable", "no answer")


def test_venue_that_keeps_failing_is_closed_for_entries_and_opens_again() -> None:
    house = House()
    for minute in range(3):
        house = judge_house(house, RULES, Decimal(0), [FAULT], NOW + minute * MINUTE)
    (shut,) = house.protections
    assert (shut.rule, shut.scope, shut.subject) == ("venue-unhealthy", Scope.VENUE, "test")
    assert shut.reason == "test failed in 3 cycles in a row, 3 are the limit: no answer"
    assert shut.releases_at == NOW + 7 * MINUTE
    recovered = judge_house(house, RULES, Decimal(0), [], NOW + 3 * MINUTE)
    assert recovered.venue_faults == ()
    assert begin_house(recovered, Decimal(0), Decimal(0), CYCLE, NOW + 7 * MINUTE).protections == ()


@pytest.mark.parametrize("where", ["scan", "books"])
def test_venue_faults_of_scan_and_of_books_count_alike(where: str) -> None:
    usual = situation(house=House(venue_faults=(("test", 2),)))
    given = (
        replace(usual, observation=replace(usual.observation, faults=(FAULT,)))
        if where == "scan"
        else replace(usual, book_faults=(FAULT,))
    )
    decision = decide(given)
    assert [f.purpose for f in decision.fills] == [Purpose.EXIT]
    assert decision.house.venue_faults == (("test", 3),)


def test_protections_hold_while_paused_so_that_nothing_opens_on_resume() -> None:
    first = decide(situation(control=control(ControlState.PAUSED)))
    assert [p.rule for p in first.accounts["test"].protections] == ["market-cooldown"]


def test_exit_statistics_count_by_code() -> None:
    stop = StrategySetting(exits=ExitRules(stop_loss=Decimal("0.1")))
    decision = decide(situation(config=Config({"test": stop}, RiskLimits())))
    assert [c.reason for c in decision.accounts["test"].pulse.closed] == ["stop-loss"]
