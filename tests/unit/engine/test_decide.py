"""A decision is a function of its inputs: the same inputs, the same trades; killed, none."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws.commit import commit_chunks
from chalicelib.aws.table import MAX_WRITES
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import (
    Config,
    CycleOutcome,
    CycleReport,
    Observation,
    StrategyFault,
    StrategySetting,
)
from chalicelib.domain.market import Resolution
from chalicelib.domain.order import Purpose, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.decide import Inputs, decide, open_accounts
from chalicelib.engine.gate import MOST_TRADES
from chalicelib.ports import Lease, WorkingSet
from tests.builders import (
    CYCLE,
    NOW,
    SEVEN,
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

WANTED, HELD, ENDED = "test:wanted:yes", "test:held:yes", "test:ended:yes"


def situation(**changes: Any) -> Inputs:
    """A strategy that holds two positions, one of them resolved, and wishes to swap the other."""
    before = account(1000)
    for instrument in (HELD, ENDED):
        before = apply_fill(before, fill(Side.BUY, 100, "0.5", instrument, SEVEN))
    markets = {f"test:{n}": market(n, SEVEN) for n in ("wanted", "held")}
    quotes = {i: quote(i, "0.49", "0.50") for i in (WANTED, HELD)}
    paid = Resolution("test:ended", {ENDED: Decimal(1)}, NOW, "the venue")
    usual = inputs(
        accounts={"test": before},
        observation=Observation(markets, quotes, (paid,)),
        books={i: book(i, [("0.49", 10**4)], [("0.50", 10**4)]) for i in (WANTED, HELD)},
        wishes={"test": wishes(basket(signal(WANTED)), exits={HELD: "turned"})},
    )
    return replace(usual, **changes)


def test_decide_settles_then_leaves_then_enters_then_marks() -> None:
    decision = decide(situation())
    assert [s.instrument_id for s in decision.settlements] == [ENDED]
    assert [(f.instrument_id, f.purpose) for f in decision.fills] == [
        (HELD, Purpose.EXIT),
        (WANTED, Purpose.ENTRY),
    ]
    after = decision.accounts["test"]
    assert after.positions.keys() == {WANTED}
    assert after.positions[WANTED].mark == Decimal("0.49")
    assert after.imbalance() == 0
    assert decision.books_trades


def test_decide_killed_books_nothing_at_all() -> None:
    before = situation()
    decision = decide(replace(before, control=control(ControlState.KILLED)))

    after, was = decision.accounts["test"], before.accounts["test"]
    assert (decision.fills, decision.settlements) == ((), ())
    assert not decision.books_trades
    assert {r.code for r in decision.refusals} == {"control"}
    assert (after.cash, after.realised, after.trades) == (was.cash, was.realised, was.trades)
    assert {k: p.size for k, p in after.positions.items()} == {HELD: 100, ENDED: 100}


def test_decide_killed_still_marks_so_that_stopped_does_not_look_dead() -> None:
    decision = decide(situation(control=control(ControlState.KILLED)))
    assert decision.accounts["test"].positions[HELD].marked_at == NOW


def test_decide_paused_settles_and_leaves_but_opens_nothing() -> None:
    decision = decide(situation(control=control(ControlState.PAUSED)))
    assert [f.purpose for f in decision.fills] == [Purpose.EXIT]
    assert len(decision.settlements) == 1
    assert [r.code for r in decision.refusals] == ["control"]


def test_decide_paused_strategy_opens_nothing_and_the_others_go_on() -> None:
    both = situation()
    config = Config({"test": StrategySetting(paused=True)}, RiskLimits())
    wished = {**both.wishes, "other": wishes(basket(signal(WANTED)))}
    accounts = {**both.accounts, "other": account(name="other")}

    decision = decide(replace(both, config=config, accounts=accounts, wishes=wished))

    entries = [f.strategy for f in decision.fills if f.purpose is Purpose.ENTRY]
    assert entries == ["other"]
    assert [(r.strategy, r.code) for r in decision.refusals] == [("test", "strategy-paused")]


def test_decide_is_deterministic_whatever_the_order_of_its_inputs() -> None:
    usual = situation()
    both = {**usual.wishes, "another": wishes(basket(signal(WANTED)))}
    accounts = {"another": account(name="another"), **usual.accounts}
    one = replace(usual, accounts=accounts, wishes=both)
    assert [f.strategy for f in decide(one).fills] == ["another", "test", "test"]
    turned = {name: value for name, value in reversed(one.accounts.items())}
    assert decide(one) == decide(one) == decide(replace(one, accounts=turned))


def test_decide_does_not_change_its_inputs() -> None:
    given = situation()
    before = deepcopy(given)
    decide(given)
    assert given == before


@pytest.mark.parametrize("last_cycle", [CYCLE, CYCLE + 1])
def test_decide_leaves_an_account_alone_that_a_former_delivery_booked(last_cycle: int) -> None:
    booked = replace(situation().accounts["test"], last_cycle=last_cycle, version=4)
    decision = decide(situation(accounts={"test": booked}))
    assert decision.accounts == {"test": booked}
    assert (decision.fills, decision.settlements, decision.refusals) == ((), (), ())


def test_decide_trades_an_account_of_an_earlier_cycle() -> None:
    booked = replace(situation().accounts["test"], last_cycle=CYCLE - 1)
    assert decide(situation(accounts={"test": booked})).fills


def test_decide_hands_on_the_faults_of_strategies() -> None:
    fault = StrategyFault("broken", "ValueError: no")
    assert decide(situation(faults=(fault,))).faults == (fault,)


def test_open_accounts_gives_a_new_strategy_its_starting_cash() -> None:
    config = Config({}, RiskLimits(starting_cash=500))
    opened = open_accounts({"old": account(7, "old")}, {"old": None, "new": None}, config)
    assert opened == {"old": account(7, "old"), "new": Account.opening("new", Decimal(500))}


def test_open_accounts_gives_a_strategy_with_limits_of_its_own_the_cash_that_they_say() -> None:
    setting = StrategySetting(limits=RiskLimits(starting_cash=Decimal(60)))
    config = Config({"small": setting}, RiskLimits(starting_cash=Decimal(500)))
    opened = open_accounts({}, {"small": None, "usual": None}, config)
    assert {name: one.cash for name, one in opened.items()} == {"small": 60, "usual": 500}


def crowded(count: int) -> Inputs:
    """An account whose many positions all resolve in the same cycle."""
    names = [f"test:m{n:03d}:yes" for n in range(count)]
    before = account(10_000)
    for name in names:
        before = apply_fill(before, fill(Side.BUY, 10, "0.5", name))
    paid = Resolution("test:day", dict.fromkeys(names, Decimal(1)), NOW, "the venue")
    return inputs(accounts={"test": before}, observation=Observation({}, {}, (paid,)))


def test_decide_more_settlements_than_a_transaction_takes_wait_for_the_next_cycle() -> None:
    first = decide(crowded(150))
    second = decide(replace(crowded(150), cycle_id=CYCLE + 1, accounts=first.accounts))

    assert len(first.settlements) == MOST_TRADES
    assert len(first.settlements) + len(second.settlements) == 150
    assert second.accounts["test"].positions == {}
    assert second.accounts["test"].cash == 10_750
    assert all(len(chunk.writes) <= MAX_WRITES for chunk in chunks_of(crowded(150)))


def chunks_of(given: Inputs) -> list[Any]:
    """The transactions that the decision is committed with."""
    working = WorkingSet(given.control, given.config, given.accounts, ())
    report = CycleReport(CYCLE, NOW, CycleOutcome.COMMITTED, "test", committed_at=NOW)
    lease = Lease(CYCLE, "owner", 1, None)
    entry = [{"kind": "settlement", "strategy": "test", "text": "paid", "cycle_id": CYCLE}]
    return list(commit_chunks(lease, working, decide(given), report, entry))


def test_decide_settlements_and_orders_together_fit_one_transaction() -> None:
    full = crowded(MOST_TRADES)
    venue = {"test:wanted": market("wanted")}
    more = replace(
        full,
        observation=replace(full.observation, markets=venue),
        books={WANTED: book(WANTED, asks=[("0.5", 10**4)])},
        wishes={"test": wishes(basket(signal(WANTED)))},
    )
    decision = decide(replace(more, observation=replace(more.observation, quotes={})))
    assert decision.fills == ()
    assert [r.code for r in decision.refusals] == ["max-trades"]
