"""What a result may be called: nothing for certain on little data."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.research.paper import PaperRun
from chalicelib.research.summary import StrategyResult, summarise
from tests.builders import CYCLE, NOW, account, fill


def run_of(*gains: str) -> PaperRun:
    """One market after the other, each bought at 0.50 and sold for so much more a contract."""
    run = PaperRun(accounts={"test": account(1000)})
    for number, gain in enumerate(gains):
        name = f"test:m{number}:yes"
        buy = fill(Side.BUY, 10, "0.50", name)
        sell = fill(Side.SELL, 10, Decimal("0.50") + Decimal(gain), name)
        run.fills += [replace(buy, cycle_id=CYCLE + number), replace(sell, cycle_id=CYCLE + number)]
    steps = [Decimal(1000), Decimal(1100), Decimal(880), Decimal(990)]
    run.equity["test"] = [(NOW + n * timedelta(days=20), value) for n, value in enumerate(steps)]
    run.refusals = Counter({("test", "no-book"): 3, ("other", "no-book"): 9})
    return run


def result_of(*gains: str) -> StrategyResult:
    return summarise(run_of(*gains), "test", lambda trip: trip.market_id, seed=1)


def test_result_adds_up_what_was_staked_and_gained() -> None:
    result = result_of("0.10", "-0.20", "0.05")
    assert (result.days, result.round_trips, result.events, result.open) == (60, 3, 3, 0)
    assert (result.staked, result.gain) == (Decimal(15), Decimal("-0.5"))
    assert result.return_on_stake.estimate == pytest.approx(-0.5 / 15)
    assert result.return_on_cash == pytest.approx(-0.01)
    assert result.worst_drawdown == pytest.approx(0.2)
    assert result.refusals == {"no-book": 3}


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [
        ((), "made no round trip"),
        (("0.40",) * 29, "not enough data: 29 independent events, 30 are needed; made +80.0 %"),
        (("0.40", "0.30") * 20, "promising: made +70.0 % (+67.0 % to +73.0 %) of stake"),
        (("-0.10", "-0.20") * 20, "no evidence: made -30.0 % (-33.0 % to -27.0 %) of stake"),
        (("0.10", "-0.10") * 20, "no evidence: made +0.0 % (-6.0 % to +6.0 %) of stake"),
    ],
)
def test_verdict_says_no_more_than_the_data_do(gains: tuple[str, ...], verdict: str) -> None:
    assert result_of(*gains).verdict.startswith(verdict)


def test_markets_of_one_event_count_once() -> None:
    result = summarise(run_of(*["0.40"] * 60), "test", lambda _trip: "the final", seed=1)
    assert result.verdict.startswith("not enough data: 1 independent events, 30 are needed")


def test_a_few_minutes_are_not_enough_data_however_many_trades_there_were() -> None:
    run = run_of(*["0.40", "0.30"] * 20)
    run.equity["test"] = [(NOW, Decimal(1000)), (NOW + timedelta(minutes=39), Decimal(1200))]
    result = summarise(run, "test", lambda trip: trip.market_id, seed=1)
    assert result.verdict.startswith("not enough data: 0.0 days, 30 are needed")


def test_strategy_that_never_traded_has_an_account_and_no_estimate() -> None:
    run = PaperRun(accounts={"test": Account.opening("test", Decimal(1000))})
    run.equity["test"] = [(NOW, Decimal(1000))]
    result = summarise(run, "test", lambda trip: trip.market_id, seed=1)
    assert (result.return_on_stake.estimate, result.return_on_cash) == (None, 0.0)
