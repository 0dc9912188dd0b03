"""How fast a market goes: as ``bot up`` and ``bot exchanges up`` are told, and never a live one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import local
from bot.cli.main import app
from bot.cloud import exchanges, metronome, processes, record
from bot.cloud import up as local_cloud
from bot.cloud.errors import CloudError
from bot.cloud.exchanges import Simulation
from bot.cloud.layout import Layout
from chalicelib.domain.simulated_clock import SimulatedClock

VENUES = "polymarket,kalshi"
NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)
AHEAD = NOW + timedelta(days=3)
FAST = Simulation(pace=30)


def planned(monkeypatch: pytest.MonkeyPatch, *options: str) -> local_cloud.Plan | str:
    """What ``bot up`` would start, or why it does not."""
    plans: list[local_cloud.Plan] = []

    def up(layout: Layout, plan: local_cloud.Plan, say: Any) -> record.LocalCloud:
        plans.append(plan)
        return record.LocalCloud(1, 2, "", "", "", "", plan.venues, "", "")

    monkeypatch.setattr(local.local_cloud, "up", up)
    result = CliRunner().invoke(app, ["up", *options])
    return plans[0] if plans else result.stderr + result.stdout


def test_simulated_market_and_tape_take_two_seconds_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulated = planned(monkeypatch, "--venues", VENUES, "--simulated")
    assert isinstance(simulated, local_cloud.Plan)
    assert simulated.simulation == FAST
    recorded = planned(monkeypatch)
    assert isinstance(recorded, local_cloud.Plan)
    assert (recorded.every, recorded.simulation) == (2, None)


@pytest.mark.parametrize(("pace", "every"), [("1", 60), ("60", 1)])
def test_pace_is_for_the_tape_and_for_simulated_venues(
    monkeypatch: pytest.MonkeyPatch, pace: str, every: float
) -> None:
    simulated = planned(monkeypatch, "--venues", VENUES, "--simulated", "--pace", pace)
    assert isinstance(simulated, local_cloud.Plan)
    assert simulated.simulation == Simulation(pace=float(pace))
    recorded = planned(monkeypatch, "--pace", pace)
    assert isinstance(recorded, local_cloud.Plan)
    assert recorded.every == every


def test_pace_of_live_venues_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = planned(monkeypatch, "--venues", VENUES, "--pace", "30")
    assert "the venues are live" in str(refused)
    real = planned(monkeypatch, "--venues", VENUES, "--pace", "1")
    assert isinstance(real, local_cloud.Plan)


@pytest.mark.parametrize(
    "command", [["up", "--venues", VENUES, "--simulated"], ["exchanges", "up"]]
)
def test_pace_that_is_none_is_refused_before_anything_starts(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--pace", "1.5"])
    assert result.exit_code != 0
    assert "1 is real time" in result.stderr + result.stdout


# --- the clock ------------------------------------------------------------------------------


def test_market_goes_on_one_minute_after_its_newest_cycle() -> None:
    chosen = exchanges.with_clock(FAST, "", AHEAD, NOW)
    assert chosen is not None
    assert chosen.clock is not None
    shown = chosen.clock.at(NOW)
    assert abs(shown - AHEAD - timedelta(minutes=1)) < timedelta(milliseconds=1)


def test_market_that_runs_at_the_wanted_pace_keeps_its_clock() -> None:
    running = SimulatedClock(NOW - timedelta(hours=1), 30)
    assert exchanges.with_clock(FAST, str(running), AHEAD, NOW) == replace(FAST, clock=running)
    faster = exchanges.with_clock(replace(FAST, pace=60), str(running), AHEAD, NOW)
    assert faster is not None
    assert faster.clock is not None
    assert faster.clock.pace == 60
    assert faster.clock.at(NOW) > AHEAD


@pytest.mark.parametrize("wanted", [None, Simulation()], ids=["live", "simulated in real time"])
def test_state_that_is_ahead_of_real_time_is_not_gone_on_with(wanted: Simulation | None) -> None:
    with pytest.raises(CloudError, match="2026-11-30 05:00") as refused:
        exchanges.with_clock(wanted, "", AHEAD, NOW)
    assert "--fresh" in refused.value.hint
    assert exchanges.with_clock(wanted, "", NOW, NOW) == wanted


def test_eventbridge_rests_where_the_metronome_beats() -> None:
    def plan(venues: str, simulation: Simulation | None) -> local_cloud.Plan:
        return local_cloud.Plan(
            lambda note: None, lambda note: None, venues=venues, simulation=simulation
        )

    clock = SimulatedClock(NOW, 30)
    told = {
        name: local_cloud._parameters(chosen)
        for name, chosen in {
            "recorded": plan("recorded", None),
            "live": plan(VENUES, None),
            "real time": plan(VENUES, Simulation()),
            "fast": plan(VENUES, replace(FAST, clock=clock)),
        }.items()
    }
    states = {name: each["ScheduleState"] for name, each in told.items()}
    assert states == {
        "recorded": "DISABLED", "live": "ENABLED", "real time": "ENABLED", "fast": "DISABLED",
    }  # fmt: skip
    clocks = {name: each["MarketClock"] for name, each in told.items()}
    assert clocks == {"recorded": "", "live": "", "real time": "", "fast": str(clock)}


def test_metronome_and_venues_are_told_the_same_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: dict[str, list[str]] = {}

    def start(layout: Layout, name: str, command: list[str], environment: Any) -> int:
        started[name] = command
        return 1

    monkeypatch.setattr(processes, "start", start)
    monkeypatch.setattr(processes, "port_is_free", lambda port: exchanges.NAME not in started)
    layout, clock = Layout(tmp_path), SimulatedClock(NOW + timedelta(microseconds=7), 30)
    exchanges.restart(layout, replace(FAST, clock=clock), {})
    note = record.LocalCloud(1, 2, "", "", "", "c", VENUES, "", "", market_clock=str(clock))
    plan = local_cloud.Plan(lambda note: None, lambda note: None)
    local_cloud._start_metronome(layout, plan, note)

    told = dict(zip(started[exchanges.NAME], started[exchanges.NAME][1:], strict=False))
    pace, anchor = float(told["--pace"]), datetime.fromisoformat(told["--anchor"])
    assert SimulatedClock(anchor, pace) == clock
    beats = started[metronome.NAME]
    assert SimulatedClock.parse(beats[beats.index("--clock") + 1]) == clock
