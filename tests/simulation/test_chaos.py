"""The real cycle under faults by chance: nothing is lost, nothing is booked twice."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator.chaos import Simulation
from bot.simulator.faults import Fault, harsher
from bot.simulator.harsh import BUSY, CHUNKED, CROWDED, OPERATORS, PARTLY, RESET, SHARED
from bot.simulator.report import SimulationReport
from bot.simulator.setting import FREE, Setting
from bot.simulator.simulate import simulate
from bot.simulator.strategies import EVERYTHING
from bot.simulator.unsafe_cycle import acknowledged_first
from chalicelib.aws import rows
from chalicelib.engine.gate import MOST_TRADES


@cache
def usual(seed: int) -> SimulationReport:
    """A simulation of the usual setting: everything happens in it."""
    return simulate(seed, 2_000)


@pytest.mark.parametrize("seed", range(3))
def test_cycles_under_the_usual_faults_keep_every_promise(seed: int) -> None:
    report = usual(seed)
    assert report.violations == ()
    assert report.trades > 800
    assert report.commits > 1_800
    assert report.replayed > 30


HAPPENS = {
    "entry as taker": 300, "entry as maker": 50, "exit as taker": 200, "order waits": 100,
    "settlement": 100, "merge": 30, "unwind as taker": 5, "flatten as taker": 5,
    "account: losses-in-a-row": 50, "account: low-win-rate": 30, "account: market-cooldown": 100,
    "account: hourly-loss": 20, "account: daily-drawdown": 5, "account: total-drawdown": 2,
    "protection released": 20, "reset": 1,
    "refused: protection": 300, "refused: control": 50, "refused: leg-unfilled": 10,
    "refused: order-expired": 20, "refused: order-cancelled": 20,
    "refused: max-positions": 5, "refused: max-trades-hour": 10, "refused: house-max-positions": 1,
    "sized by cash-per-entry": 100, "sized by depth": 20, "sized by max-position": 20,
    "sized by max-market-exposure": 2,
}  # fmt: skip
"""The least of each in any of three simulations: what never happens cannot break a promise."""

SELDOM = {
    "house: venue-unhealthy": 1, "house: daily-drawdown": 1, "refused: house-max-trades-hour": 5,
    "sized by max-exposure": 1, "sized by max-venue-exposure": 2, "sized by house-max-exposure": 2,
    "sized by house-max-market-exposure": 2, "sized by cash": 2,
}  # fmt: skip
"""The least of each in three simulations together."""


def test_everything_that_promises_are_about_happens_in_every_simulation() -> None:
    for seed in range(3):
        happened = usual(seed).happened
        rare = {what: happened.get(what, 0) for what in HAPPENS}
        assert {what: n for what, n in rare.items() if n < HAPPENS[what]} == {}
    together = sum((Counter(usual(seed).happened) for seed in range(3)), Counter[str]())
    assert {what: together[what] for what, n in SELDOM.items() if together[what] < n} == {}


@pytest.mark.parametrize("seed", range(2))
def test_cycles_under_harsh_faults_keep_every_promise(seed: int) -> None:
    report = simulate(seed, 1_500, Setting(rates=harsher(6), replay_every=10, span=9))
    assert report.violations == ()
    assert report.commits > 600


@pytest.mark.parametrize("setting", [OPERATORS, RESET], ids=["control", "settings"])
def test_cycles_while_operators_change_everything_keep_every_promise(setting: Setting) -> None:
    assert simulate(5, 1_000, setting).violations == ()


@pytest.mark.parametrize(
    "setting", [FREE, BUSY, SHARED, PARTLY], ids=["free", "busy", "unprotected", "half"]
)
def test_cycles_in_every_other_setting_keep_every_promise(setting: Setting) -> None:
    assert simulate(7, 1_000, replace(setting, replay_every=10)).violations == ()


def test_resumed_operators_enable_the_strategies_of_the_simulation_and_no_others() -> None:
    simulation = Simulation(3, Setting(rates=harsher(5)))
    simulation.run(300)
    config = rows.config_from(simulation.world.table.rows[rows.SHARD]["CONFIG"])
    assert config.version > 5
    assert config.strategies.keys() == EVERYTHING.keys()


def test_every_kind_of_fault_happens_in_a_long_simulation() -> None:
    report = simulate(11, 1_500, Setting(rates=harsher(5)))
    assert {kind for kind, count in report.faults.items() if not count} == set()


def test_commits_of_several_transactions_keep_every_promise() -> None:
    simulation = Simulation(2, CHUNKED, trace=True)
    simulation.run(150)
    sites = [line.rpartition(" table ")[2] for line in simulation.world.lines or ()]
    in_a_row = sum(
        site == "transact" and earlier == "transact answered" for earlier, site in pairwise(sites)
    )
    assert simulation.world.judge.violations == []
    assert in_a_row, "no commit took more than one transaction, so this tested nothing"


def test_an_account_with_more_trades_than_a_transaction_takes_books_the_rest_later() -> None:
    simulation = Simulation(1, CROWDED)
    simulation.run(30)
    judge = simulation.world.judge
    assert judge.violations == []
    assert judge.trades > 3 * MOST_TRADES


def test_the_same_seed_gives_the_same_state_and_the_same_trace() -> None:
    first, again, other = simulate(4, 400), simulate(4, 400), simulate(5, 400)
    assert first == again
    assert (first.state_hash, first.trace_hash) != (other.state_hash, other.trace_hash)


def test_the_same_seed_gives_the_same_state_whatever_the_hash_seed_of_the_process() -> None:
    program = "from bot.simulator import run; r = run(6, 300); print(r.state_hash, r.trace_hash)"
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(answers) == 1


def test_a_failing_seed_fails_again_at_the_same_step_and_shows_what_led_to_it() -> None:
    with acknowledged_first():
        first = simulate(3, 200, trace=True, stop_at_first=True)
        again = simulate(3, 200, trace=True, stop_at_first=True)
    assert first.first_violation is not None
    assert first == again
    assert "I8" in first.summary()
    assert any("table write outbox" in line for line in first.trace)


def test_watching_a_simulation_changes_nothing_in_it() -> None:
    plain, traced = simulate(8, 200), simulate(8, 200, trace=True)
    assert (plain.state_hash, plain.trace_hash) == (traced.state_hash, traced.trace_hash)


RATES = st.dictionaries(st.sampled_from(Fault), st.floats(0, 0.3), max_size=len(Fault))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    rates=RATES,
    slots=st.integers(1, 4),
    span=st.integers(4, 12),
    one_in=st.integers(2, 40),
)
def test_any_mixture_of_faults_keeps_every_promise(
    seed: int, rates: dict[Fault, float], slots: int, span: int, one_in: int
) -> None:
    setting = Setting(
        slots=slots, span=span, params={"one_in": one_in}, rates=rates, replay_every=5
    )
    assert simulate(seed, 80, setting).violations == ()
