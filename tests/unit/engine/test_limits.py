"""Limits: no order goes past one, whoever placed it; each refusal says what is used and allowed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.cycle import Config, Observation, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.remembered import Entries
from chalicelib.domain.risk import Limits, RiskLimits
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.engine.decide import Inputs, decide
from chalicelib.engine.limits import usage_of
from tests.builders import (
    CYCLE,
    NOW,
    SEVEN,
    account,
    basket,
    book,
    fill,
    inputs,
    market,
    quote,
    signal,
    wishes,
)

WIDE: dict[str, Any] = {
    "max_exposure": 1,
    "cash_per_entry": 10**6,
    "max_share_of_depth": 1,
    "max_open_positions": 500,
    "max_orders_per_cycle": 80,
}
OFF = ProtectionRules(
    losses_in_a_row=None, hourly_loss=None, daily_drawdown=None, total_drawdown=None,
    win_rate_after=None, market_pause_minutes=None, venue_faults_in_a_row=None,
)  # fmt: skip
MARKETS = ("a", "b", "c")
GROUP = {"a": "election", "b": "election", "c": None}


def situation(
    limits: dict[str, Any] | None = None,
    house: dict[str, Any] | None = None,
    accounts: dict[str, Account] | None = None,
    wished: list[str] | None = None,
    **changes: Any,
) -> Inputs:
    """Three markets, two of them of one group, all at 0.50 with deep books."""
    markets = {f"test:{n}": market(n, exclusive_group=GROUP[n]) for n in MARKETS}
    names = [o.instrument_id for m in markets.values() for o in m.outcomes]
    config = Config(
        {},
        RiskLimits(**{**WIDE, **(limits or {})}),
        house=Limits(**{"max_exposure": 1, "max_open_positions": 500, **(house or {})}),
        protections=OFF,
    )
    held = accounts or {"test": account(1000)}
    entries = [basket(signal(f"test:{n}:yes")) for n in (wished or ["a"])]
    usual = inputs(
        config=config,
        accounts=held,
        observation=Observation(markets, {n: quote(n, "0.49", "0.50") for n in names}),
        books={n: book(n, [("0.49", 10**6)], [("0.50", 10**6)]) for n in names},
        wishes={name: wishes(*entries) for name in held},
    )
    return replace(usual, **changes)


def holding(*bought: tuple[str, int], cash: int = 1000, name: str = "test") -> Account:
    held = account(cash, name)
    for instrument, size in bought:
        held = apply_fill(held, fill(Side.BUY, size, "0.5", f"test:{instrument}:yes"))
    return held


def refused(given: Inputs) -> list[str]:
    return [refusal.code for refusal in decide(given).refusals]


@pytest.mark.parametrize(
    ("limits", "held", "code"),
    [
        ({"max_exposure": "0.1"}, holding(("c", 200)), "max-exposure"),
        ({"max_market_exposure": "0.1"}, None, None),
        ({"max_group_exposure": "0.1"}, holding(("b", 200)), "max-group-exposure"),
        ({"max_group_exposure": "0.1"}, holding(("c", 200)), None),
        ({"max_venue_exposure": "0.1"}, holding(("c", 200)), "max-venue-exposure"),
        ({"max_open_positions": 1}, holding(("c", 10)), "max-positions"),
    ],
)
def test_limit_of_an_account_refuses_what_would_go_past_it(
    limits: dict[str, Any], held: Account | None, code: str | None
) -> None:
    accounts = None if held is None else {"test": held}
    assert refused(situation(limits, accounts=accounts)) == ([] if code is None else [code])


def test_limit_refusal_says_how_much_is_used_and_allowed() -> None:
    held = {"test": holding(("b", 200))}
    (refusal,) = decide(situation({"max_group_exposure": "0.1"}, accounts=held)).refusals
    # 200 contracts bought at 0.50 are marked at 0.49: equity is 998.
    assert refusal.reason == ("100.00 dollars are in the group election, 99.80 are the limit")


def test_limit_on_one_market_counts_both_of_its_sides() -> None:
    held = apply_fill(account(1000), fill(Side.BUY, 200, "0.5", "test:a:no"))
    assert refused(situation({"max_market_exposure": "0.1"}, accounts={"test": held})) == [
        "max-market-exposure"
    ]


@pytest.mark.parametrize(
    ("house", "code"),
    [
        ({"max_exposure": "0.05"}, "house-max-exposure"),
        ({"max_market_exposure": "0.05"}, "house-max-market-exposure"),
        ({"max_group_exposure": "0.05"}, "house-max-group-exposure"),
        ({"max_venue_exposure": "0.05"}, "house-max-venue-exposure"),
        ({"max_open_positions": 1}, "house-max-positions"),
        ({"max_trades_per_hour": 1}, "house-max-trades-hour"),
        ({"max_trades_per_day": 1}, "house-max-trades-day"),
    ],
)
def test_limit_of_the_house_is_shared_by_accounts_that_trade_in_the_same_cycle(
    house: dict[str, Any], code: str
) -> None:
    both = {"first": account(1000, "first"), "second": account(1000, "second")}
    decision = decide(situation({"cash_per_entry": 10**6}, house, both))
    assert [f.strategy for f in decision.fills] == ["first"]
    assert [(r.strategy, r.code) for r in decision.refusals] == [("second", code)]


@pytest.mark.parametrize(
    ("limit", "minutes_ago", "allowed"),
    [
        ("max_trades_per_hour", 59, False),
        ("max_trades_per_hour", 60, True),
        ("max_trades_per_day", 1439, False),
        ("max_trades_per_day", 1440, True),
    ],
)
def test_limit_on_trades_looks_back_over_an_hour_and_a_day(
    limit: str, minutes_ago: int, allowed: bool
) -> None:
    pulse = Pulse(opened=Entries.of([(CYCLE - minutes_ago, 3)]))
    before = {"test": replace(account(1000), pulse=pulse)}
    codes = refused(situation({limit: 3}, accounts=before))
    assert codes == ([] if allowed else [limit.replace("_", "-").replace("trades-per", "trades")])


def test_limit_on_trades_counts_what_was_just_entered() -> None:
    few = {"max_trades_per_hour": 2, "cash_per_entry": 10}
    decision = decide(situation(few, wished=["a", "b", "c"]))
    assert len(decision.fills) == 2
    assert [r.code for r in decision.refusals] == ["max-trades-hour"]
    assert list(decision.accounts["test"].pulse.opened) == [(CYCLE, 2)]


def test_daily_loss_by_hand() -> None:
    # The day began with 1000 dollars. 400 contracts bought at 0.50 are worth 0.40 now: 40 lost.
    held = holding(("c", 400))
    day = CYCLE // 1440
    before = replace(held, pulse=Pulse(day=day, day_equity=Decimal(1000)))
    fallen = situation({"max_daily_loss": "0.04"}, accounts={"test": before})
    quotes = {**fallen.observation.quotes, "test:c:yes": quote("test:c:yes", "0.40", "0.42")}
    fallen = replace(fallen, observation=replace(fallen.observation, quotes=quotes))

    decision = decide(fallen)

    assert decision.fills == ()
    assert [(r.code, r.reason) for r in decision.refusals] == [
        ("daily-loss", "40.00 dollars of the day's start 1000.00 are lost, 40.00 are the limit")
    ]
    wider = replace(fallen.config, limits=RiskLimits(**{**WIDE, "max_daily_loss": "0.041"}))
    assert len(decide(replace(fallen, config=wider)).fills) == 1


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"max_total_loss": "0.1"}, "total-loss"), ({"max_drawdown": "0.1"}, "drawdown")],
)
def test_losses_stop_entries_and_never_exits(limits: dict[str, Any], code: str) -> None:
    poor = replace(holding(("c", 100)), cash=Decimal(800))
    stop = StrategySetting(exits=ExitRules(max_minutes=1))
    before = situation(limits, accounts={"test": poor})
    at_once = replace(before.config, strategies={"test": stop})
    positions = {
        k: replace(p, opened_at=NOW - timedelta(hours=1)) for k, p in poor.positions.items()
    }
    given = replace(before, config=at_once, accounts={"test": replace(poor, positions=positions)})
    decision = decide(given)
    assert [f.side for f in decision.fills] == [Side.SELL]
    assert [r.code for r in decision.refusals] == [code]


def test_limits_of_one_strategy_stand_in_for_the_general_ones() -> None:
    narrow = StrategySetting(limits=RiskLimits(**{**WIDE, "max_position": 7}))
    usual = situation()
    given = replace(usual, config=replace(usual.config, strategies={"test": narrow}))
    (bought,) = decide(given).fills
    assert (bought.size, bought.sized_by) == (14, "max-position")


@st.composite
def limit_sets(draw: Any) -> dict[str, Any]:
    whole = draw(st.integers(1, 100)) / Decimal(100)
    part = st.none() | st.integers(1, 100).map(lambda n: whole * n / 100)
    wider = [draw(part), draw(part)]
    narrow = draw(part)
    return {
        "max_exposure": whole,
        "max_group_exposure": wider[0],
        "max_venue_exposure": wider[1],
        "max_market_exposure": narrow and min(narrow, *(w for w in wider if w is not None), whole),
        "max_open_positions": draw(st.integers(1, 6)),
        "max_trades_per_hour": draw(st.none() | st.integers(1, 5)),
    }


legs = st.sampled_from([f"test:{n}:{side}" for n in MARKETS for side in ("yes", "no")])
entries = st.lists(st.lists(legs, min_size=1, max_size=3, unique=True), max_size=6)


@given(limit_sets(), limit_sets(), st.tuples(entries, entries), st.sampled_from(SizingPolicy))
def test_no_order_goes_past_a_limit_whatever_is_wished_for(
    limits: dict[str, Any], house: dict[str, Any], wished: Any, policy: SizingPolicy
) -> None:
    names = ("first", "second")
    usual = situation({**limits, "max_position": 150}, house, {n: account(1000, n) for n in names})
    sizing = Sizing(policy=policy, share=1, kelly_cap=1, kelly_fraction=1, depth_share=1)
    config = replace(usual.config, strategies={n: StrategySetting(sizing=sizing) for n in names})
    markets = {k: replace(m, fee=SEVEN) for k, m in usual.observation.markets.items()}
    given_ = replace(
        usual,
        config=config,
        observation=replace(usual.observation, markets=markets),
        wishes={
            name: wishes(*(basket(*(signal(i) for i in names_)) for names_ in some))
            for name, some in zip(names, wished, strict=True)
        },
    )
    decision = decide(given_)

    for name in names:
        after = decision.accounts[name]
        assert after.cash >= 0
        assert after.imbalance() == 0
        within(after_usage(given_, after), RiskLimits(**{**WIDE, **limits}), Decimal(1000))
        assert all(p.cost <= 150 for p in after.positions.values())
    together = [after_usage(given_, decision.accounts[n]) for n in names]
    within(merged(together), Limits(**house), Decimal(2000))


def after_usage(given_: Inputs, after: Account) -> tuple[dict[Any, Decimal], int, int]:
    """Dollars by place, positions and entries, recounted from the account alone."""
    markets = {o.instrument_id: m for m in given_.observation.markets.values() for o in m.outcomes}
    held: dict[Any, Decimal] = {}
    for p in after.positions.values():
        venue = markets[p.instrument_id]
        for place in (
            "max_exposure", ("max_venue_exposure", venue.venue),
            ("max_market_exposure", venue.market_id),
            ("max_group_exposure", venue.exclusive_group),
        ):  # fmt: skip
            if place != ("max_group_exposure", None):
                held[place] = held.get(place, Decimal(0)) + p.cost
    return held, len(after.positions), sum(n for _, n in after.pulse.opened)


def merged(parts: list[Any]) -> tuple[dict[Any, Decimal], int, int]:
    held: dict[Any, Decimal] = {}
    for part, _, _ in parts:
        for place, cost in part.items():
            held[place] = held.get(place, Decimal(0)) + cost
    return held, sum(p[1] for p in parts), sum(p[2] for p in parts)


def within(used: tuple[dict[Any, Decimal], int, int], limits: Limits, equity: Decimal) -> None:
    """Nothing was entered beyond what the limits allow of the equity there was."""
    held, positions, entered = used
    for place, cost in held.items():
        share = getattr(limits, place if isinstance(place, str) else place[0])
        assert share is None or cost <= share * equity
    assert positions <= limits.max_open_positions
    assert limits.max_trades_per_hour is None or entered <= limits.max_trades_per_hour


def test_usage_of_an_account_adds_up() -> None:
    held = holding(("a", 100), ("b", 200), ("c", 300))
    market_of = {f"test:{n}:yes": market(n, exclusive_group=GROUP[n]) for n in MARKETS}
    usage = usage_of(held, RiskLimits(), market_of, CYCLE)
    assert usage.held["total", ""] == usage.held["venue", "test"] == 300
    assert usage.held["group", "election"] == 150
    assert (usage.held["market", "test:c"], usage.positions) == (150, 3)
