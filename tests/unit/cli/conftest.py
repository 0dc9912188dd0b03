"""A stage in memory for the commands to talk to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import (
    accounts,
    bounds,
    control,
    doctor,
    holdings,
    look,
    matches,
    quality,
    risk,
    strategies,
    system,
    tokens,
    verify,
)
from bot.cli.main import app
from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.domain.simulated_clock import SimulatedClock


@dataclass
class Stage:
    """Stands where a Target would."""

    stage: str = "test"
    url: str | None = "http://127.0.0.1:1"
    rows: MemoryTable = field(default_factory=MemoryTable)
    objects: MemoryArchive = field(default_factory=MemoryArchive)
    clock: SimulatedClock | None = None

    def table(self) -> MemoryTable:
        return self.rows

    def archive(self) -> MemoryArchive:
        return self.objects


Bot = Callable[..., Result]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage that every command finds, whatever its name."""
    found = Stage()
    commands = (
        bounds, control, tokens, look, doctor, holdings, risk, accounts, strategies, verify,
        matches, quality, system,
    )  # fmt: skip
    for module in commands:
        monkeypatch.setattr(module, "find_target", lambda _name: found)
    monkeypatch.setattr(doctor, "_settings", lambda _target: "as declared")
    return found


@pytest.fixture
def bot() -> Bot:
    """Run a command line."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--stage", "test"])

    return run


def document(result: Result) -> dict[str, object]:
    """The JSON that a command answered."""
    answered: dict[str, object] = json.loads(result.stdout)
    return answered
