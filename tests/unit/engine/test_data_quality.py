"""Bad data pauses the venue it comes from, says why, and lets go again."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.cycle import Observation
from chalicelib.domain.house import House
from chalicelib.domain.order import Side
from chalicelib.domain.origin import Origin
from chalicelib.domain.protection import ProtectionRules, Scope
from chalicelib.domain.quality import QualityRules, VenueQuality
from chalicelib.domain.quarantine import MEANINGS, NOT_BAD, Quarantined
from chalicelib.engine.data_quality import data_pauses, examples, judge_quality
from chalicelib.engine.decide import decide
from chalicelib.engine.observe import fetch_books, observe
from chalicelib.engine.protections import begin_house
from chalicelib.ports import Depth, MarketData, Results, Scan
from tests.builders import (
    CYCLE,
    NOW,
    YES,
    SetClock,
    account,
    basket,
    book,
    fill,
    inputs,
    market,
    quote,
    runtime,
    signal,
    wishes,
)

RULES = ProtectionRules()


def quality(venue: str = "test", good: int = 10, **bad: int) -> VenueQuality:
    return VenueQuality(
        venue, Origin.LIVE, 9, good, {c.replace("_", "-"): n for c, n in bad.items()}
    )


def after(*cycles: Sequence[VenueQuality], house: House | None = None) -> House:
    """The house after these cycles, a minute apart."""
    found = house or House()
    for minute, seen in enumerate(cycles):
        at = NOW + timedelta(minutes=minute)
        found = begin_house(found, Decimal(0), Decimal(0), CYCLE + minute, at)
        found = judge_quality(found, RULES, seen, at)
    return found


BAD, GOOD = [quality(good=4, stale=6), quality("fine")], [quality(), quality("fine")]


def test_venue_is_paused_after_three_cycles_of_mostly_bad_data() -> None:
    assert after(BAD, BAD).protections == ()
    (pause,) = after(BAD, BAD, BAD).protections
    assert (pause.rule, pause.scope, pause.subject) == ("data-quality", Scope.VENUE, "test")
    assert pause.reason == (
        "6 of 10 prices of test were not believed (stale 6), for 3 cycles in a row"
    )
    assert pause.releases_at == NOW + timedelta(minutes=2 + RULES.bad_data_pause_minutes)


def test_one_good_cycle_begins_the_count_anew() -> None:
    assert after(BAD, BAD, GOOD, BAD, BAD).protections == ()


@pytest.mark.parametrize(
    "seen",
    [
        quality(good=7, stale=6),
        quality(good=0, stale=4),
        quality(good=1, thin=50),
        quality(good=1, unanswered=50),
    ],
)
def test_little_bad_data_and_what_is_left_out_by_choice_pause_nothing(seen: VenueQuality) -> None:
    assert after(*([[seen, quality("fine")]] * 5)).protections == ()


def test_house_is_paused_when_nothing_but_bad_data_was_seen_anywhere() -> None:
    nothing = [quality("one", 0, jump=3), quality("two", 0, crossed=3)]
    (pause,) = after(nothing, nothing, nothing).protections
    assert (pause.scope, pause.subject) == (Scope.HOUSE, "")
    assert data_pauses(after(nothing, nothing, nothing)) == ("",)
    assert after(*([[*nothing, quality("fine", 1)]] * 3)).protections == ()


def test_pause_that_was_released_needs_as_many_bad_cycles_again() -> None:
    paused = after(BAD, BAD, BAD)
    (pause,) = paused.protections
    let_go = replace(paused, protections=(replace(pause, releases_at=NOW),))
    assert after(BAD, BAD, house=let_go).protections == ()
    assert len(after(BAD, BAD, BAD, house=let_go).protections) == 1


def test_pause_is_not_tripped_twice_while_it_holds() -> None:
    assert len(after(*[BAD] * 6).protections) == 1


def test_rule_can_be_switched_off() -> None:
    off = ProtectionRules(bad_data_share=None)
    assert judge_quality(House(bad_data=(("test", 2),)), off, BAD, NOW) == House()


def test_paused_venue_takes_no_entry_and_says_why() -> None:
    bad = tuple(quality(good=4, stale=6) for _ in range(1))
    wanted = inputs(
        house=House(bad_data=(("test", 2),)),
        observation=Observation(
            {"test:m": market()}, {YES: quote(YES, "0.39", "0.40")}, quality=bad
        ),
        books={YES: book(YES, [("0.39", 99)], [("0.40", 99)])},
        wishes={"test": wishes(basket(signal(edge=0.3)))},
    )
    decided = decide(wanted)
    assert decided.fills == ()
    (refused,) = decided.refusals
    assert refused.code == "protection"
    assert "6 of 10 prices of test were not believed" in refused.reason
    trusting = replace(wanted, house=House())
    assert len(decide(trusting).fills) == 1


def test_order_on_a_doubted_book_is_refused_with_what_was_found() -> None:
    doubt = (Quarantined("test", YES, "stale", "700 s old, at most 120 s are taken"),)
    decided = decide(
        inputs(
            observation=Observation(
                {"test:m": market()}, {YES: quote(YES, "0.39", "0.40")}, quarantined=doubt
            ),
            wishes={"test": wishes(basket(signal()))},
        )
    )
    assert [(r.code, r.reason) for r in decided.refusals] == [
        ("book-doubted", "not believed: 700 s old, at most 120 s are taken")
    ]


class Liar:
    """A venue whose quotes are crossed, or whatever it is told."""

    name = "test"

    def __init__(self, bid: str, ask: str, age: float = 0) -> None:
        self.bid, self.ask, self.age = bid, ask, age

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """One market, one quote."""
        shown = quote(YES, self.bid, self.ask)
        return Scan({"test:m": market()}, {YES: shown}, origin=Origin.SIMULATED)

    async def books(self, instrument_ids: Sequence[str], at: datetime) -> Depth:
        """A book of such an age."""
        return Depth({YES: book(YES, [("0.39", 9)], [("0.40", 9)], age=self.age)})

    async def resolutions(self, market_ids: Sequence[str], at: datetime) -> Results:
        """None, and one entry that could not be read."""
        return Results((), (Quarantined("test", "x", "unreadable", "not a number"),))


def seen_of(venue: MarketData, **rules: object) -> Observation:
    stage = runtime(MemoryTable(), MemoryArchive(), venue, {}, SetClock())
    held = apply_fill(account(), fill(Side.BUY, 10, "0.5", "test:gone:yes"))
    wanted = QualityRules.model_validate(rules)
    return asyncio.run(observe(stage, {"test": held}, NOW, rules=wanted))


def test_observation_holds_only_what_is_believed_and_where_it_is_from() -> None:
    seen = seen_of(Liar("0.5", "0.4"))
    assert seen.quotes == {}
    assert seen.markets.keys() == {"test:m"}
    assert seen.quality[0].counts == {"crossed": 1, "unreadable": 1}
    assert seen.origins == {"test": Origin.SIMULATED}
    assert {q.code for q in seen.quarantined} == {"crossed", "unreadable"}


def test_operators_rules_decide_what_is_believed() -> None:
    assert seen_of(Liar("0.3", "0.4")).quotes.keys() == {YES}
    assert seen_of(Liar("0.3", "0.4"), min_volume_24h=1).quotes.keys() == {YES}


def test_books_are_fetched_through_the_validator() -> None:
    stage = runtime(MemoryTable(), MemoryArchive(), Liar("0.3", "0.4", age=500), {}, SetClock())
    depth, faults = asyncio.run(fetch_books(stage, [YES], NOW, Observation({}, {})))
    assert (depth.books, faults) == ({}, [])
    assert depth.quality[0].counts == {"stale": 1}


def test_position_whose_quote_is_doubted_keeps_its_last_mark_and_its_time() -> None:
    earlier = NOW - timedelta(minutes=1)
    held = apply_fill(account(), fill(Side.BUY, 10, "0.5"))
    position = replace(held.positions[YES], mark=Decimal("0.45"), marked_at=earlier)
    held = replace(held, positions={YES: position})
    decided = decide(inputs(accounts={"test": held}, observation=seen_of(Liar("0.9", "0.1"))))
    kept = decided.accounts["test"].positions[YES]
    assert (kept.mark, kept.marked_at) == (Decimal("0.45"), earlier)


def test_summary_shows_a_few_of_each_kind() -> None:
    found = [Quarantined("test", str(n), "stale", "old") for n in range(30)]
    rare = Quarantined("test", "x", "crossed", "bid reaches ask")
    chosen = examples([*found, rare])
    assert len(chosen) == 4
    assert rare in chosen
    many = [Quarantined(f"v{n}", "x", "stale", "old") for n in range(99)]
    assert len(examples(many)) == 20


def test_every_code_has_a_meaning() -> None:
    assert MEANINGS.keys() >= NOT_BAD
    assert all(MEANINGS.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"clock_skew": 60, "spot_age": 60},
        {"book_ages": {"test": 3}, "clock_skew": 3},
        {"apart_share": "0.001"},
        {"jump_dollars": "NaN"},
        {"jump_dollars": 0},
        {"mirror_ticks": 0},
        {"outlier_score": 1},
        {"quote_ages": {"No Venue": 5}},
        {"quote_ages": {"test": 0}},
        {"unknown": 1},
    ],
)
def test_quality_rules_that_cannot_be_or_contradict_each_other_are_refused(
    wrong: dict[str, object],
) -> None:
    with pytest.raises(ValidationError):
        QualityRules.model_validate(wrong)
