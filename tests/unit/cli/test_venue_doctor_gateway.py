"""``bot doctor --venues`` asks where the local cloud asks: simulated venues behind a gateway."""

import json
import os
from pathlib import Path

import pytest

from bot.cli import venue_doctor
from bot.cloud.layout import Layout
from chalicelib.settings import CLOCK_VARIABLE, GATEWAY_VARIABLE

NOTE = {
    "site_port": 1, "emulator_port": 2, "api_id": "a", "table": "t", "archive": "b",
    "cycle_function": "c", "venues": "kalshi", "replay_anchor": "", "deployed": "d",
}  # fmt: skip


@pytest.fixture(autouse=True)
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(venue_doctor, "checkout", lambda: tmp_path)
    for name in (GATEWAY_VARIABLE, CLOCK_VARIABLE):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path


def note(stage: Path, **more: str) -> None:
    file = Layout(stage).status
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**NOTE, **more}))


def test_local_cloud_with_simulated_venues_sends_the_doctor_to_them(stage: Path) -> None:
    note(stage, gateway="http://127.0.0.1:8770")
    venue_doctor._go_as_the_local_cloud_goes({})
    assert os.environ[GATEWAY_VARIABLE] == "http://127.0.0.1:8770"


def test_doctor_keeps_the_clock_of_the_simulated_venues_it_asks(stage: Path) -> None:
    note(stage, gateway="http://127.0.0.1:8770", market_clock="30@2026-11-27T05:00:00Z")
    venue_doctor._go_as_the_local_cloud_goes({})
    assert os.environ[CLOCK_VARIABLE] == "30@2026-11-27T05:00:00Z"


def test_doctor_sent_to_other_simulated_venues_does_not_keep_that_clock(
    stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(stage, gateway="http://127.0.0.1:8770", market_clock="30@2026-11-27T05:00:00Z")
    monkeypatch.setenv(GATEWAY_VARIABLE, "http://127.0.0.1:9999")
    venue_doctor._go_as_the_local_cloud_goes({})
    assert CLOCK_VARIABLE not in os.environ


@pytest.mark.parametrize("environment", [{"VENUES": "kalshi"}, {}])
def test_real_venues_are_asked_where_nothing_says_otherwise(
    stage: Path, environment: dict[str, str]
) -> None:
    note(stage, gateway="http://127.0.0.1:8770" if environment else "")
    venue_doctor._go_as_the_local_cloud_goes(environment)
    assert GATEWAY_VARIABLE not in os.environ


def test_note_of_an_earlier_version_names_no_gateway(stage: Path) -> None:
    note(stage)
    assert venue_doctor.configured_venues({}) == ["kalshi"]
