"""``bot strategy``: write one, hold it to its promises, look at it; files of the user's folder."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.output import Exit
from bot.simulator.memory import MemoryArchive
from chalicelib.domain.cycle import ScheduledEvent, cycle_time
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.strategies import broken, discover, user
from tests.builders import CYCLE, SetClock, running_table, runtime
from tests.unit.cli.conftest import Bot, Stage, document
from tests.unit.engine.test_cycle import OneMarket
from tests.unit.web.asking import Api

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the user's own; what it brings is forgotten afterwards."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("STRATEGIES_FOLDER", str(own))
    yield own
    if str(own) in user.__path__:
        user.__path__.remove(str(own))
    for module in [name for name in sys.modules if name.startswith(f"{user.__name__}.")]:
        del sys.modules[module]
        for name in [n for n, cls in REGISTRY.items() if cls.__module__ == module]:
            del REGISTRY[name]
    discover()
    assert broken() == ()


def strategy(*words: str) -> Result:
    return CliRunner().invoke(app, ["strategy", *words])


def drop(folder: Path, name: str = "dip-buyer") -> Path:
    """A strategy's file by itself, as a user would copy it there."""
    made = strategy("new", name, "--json")
    assert made.exit_code == Exit.OK, made.output
    files = [Path(file) for file in json.loads(made.stdout)["files"]]
    return files[0]


def test_new_strategy_keeps_every_promise_and_its_own_test_passes(folder: Path) -> None:
    source = drop(folder)
    assert source == folder / "dip_buyer.py"
    checked = strategy("check", "dip-buyer")
    assert checked.exit_code == Exit.OK, checked.output
    assert "dip-buyer keeps all 10 promises." in checked.stdout
    for told in ("causality", "memory", "determinism", "timing", "warm-up", "signals a day"):
        assert told in checked.stdout
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(folder / "tests")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, "2 passed" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_new_strategys_page_says_what_its_file_says(folder: Path) -> None:
    drop(folder)
    page = (folder / "docs" / "dip-buyer.md").read_text()
    assert page.startswith("# dip-buyer\n")
    assert "| `fall` | 0.05 | > 0, < 1 | Fall to enter: dollars, on spot a share |" in page
    assert "**Fails when.** A price falls for a reason, and goes on." in page
    assert page.endswith("It was not measured on any past yet.\n")


REFUSED = {
    "Dip-Buyer": (Exit.USAGE, "is no name"),
    "dip--buyer": (Exit.USAGE, "is no name"),
    "../dip": (Exit.USAGE, "is no name"),
    "a" * 42: (Exit.USAGE, "is no name"),
    "class": (Exit.USAGE, "cannot be the name of a file"),
    "user": (Exit.USAGE, "cannot be the name of a file"),
    "momentum": (Exit.REFUSED, "there is a strategy 'momentum' already: "),
    "taken": (Exit.REFUSED, "taken.md is there already"),
}


@pytest.mark.parametrize(("name", "answer"), REFUSED.items(), ids=REFUSED)
def test_name_that_cannot_be_or_is_taken_is_refused_and_nothing_is_written(
    folder: Path, name: str, answer: tuple[Exit, str]
) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "taken.md").write_text("mine")
    refused = strategy("new", name)
    assert (refused.exit_code, answer[1] in refused.stderr.replace("\n", "")) == (answer[0], True)
    assert [p.name for p in folder.rglob("*") if p.is_file()] == ["taken.md"]


def test_dropped_file_is_in_the_api_the_commands_and_the_cycle(
    folder: Path, bot: Bot, stage: Stage
) -> None:
    source = drop(folder)
    listed = json.loads(strategy("list", "--json").stdout)
    assert {"dip-buyer": str(source)}.items() <= {r["name"]: r["source"] for r in listed}.items()
    shown = {row["name"]: row for row in document(bot("strategies", "list", "--json"))}  # type: ignore[attr-defined]
    assert shown["dip-buyer"]["enabled"] is True
    api = Api()
    views = {row["name"]: row for row in api.get("/v1/strategies").json["items"]}
    assert views["dip-buyer"]["fails_when"] == "A price falls for a reason, and goes on."
    changed = api.ask("PUT", "/v1/strategies/dip-buyer", {"version": 0, "params": {"window": 9}})
    assert changed.json["lookback"] == 10
    assert "dip-buyer" in traded()


def traded() -> dict[str, object]:
    """One real cycle with everything that is found; the equity of each account."""
    table, clock, at = running_table(), SetClock(), cycle_time(CYCLE)
    machine = runtime(table, MemoryArchive(), OneMarket(), REGISTRY, clock)
    machine = type(machine)(**{**machine.__dict__, "broken": broken()})
    report = asyncio.run(run_cycle(ScheduledEvent(at, at, "test"), "owner", machine))
    assert report.outcome == "committed"
    return {**report.equity, "faults": report.strategy_faults}


def test_show_says_parameters_bounds_exits_sizing_and_file(folder: Path) -> None:
    source = drop(folder)
    shown = strategy("show", "dip-buyer")
    text = " ".join(shown.stdout.split())
    for told in ("A fall over the window", "> 0, < 1", "fixed-cash", "none of its own"):
        assert told in text
    assert str(source) in shown.stdout.replace("\n", "")
    missing = strategy("show", "dip-buyers")
    assert (missing.exit_code, "Did you mean 'dip-buyer'?" in missing.stderr) == (Exit.USAGE, True)


def test_check_names_the_row_and_the_value_that_looked_ahead(folder: Path) -> None:
    source = drop(folder)
    cheating = source.read_text().replace("exit=change > 0", "exit=tape.mid < tape.mid[-1]")
    (folder / "oracle.py").write_text(cheating.replace('"dip-buyer"', '"oracle"'))
    found = strategy("check", "oracle")
    assert found.exit_code == Exit.FAILED
    assert "✗ causality" in found.stdout
    assert "row 0 of 18 looks ahead: with the rows after it, exit of test:m0:" in found.stdout
    assert "oracle breaks" in found.stdout
    assert json.loads(strategy("check", "oracle", "--json").stdout)["sound"] is False


BROKEN = {
    "syntax": ("def (", "SyntaxError"),
    "import": ("import not_there_at_all", "No module named 'not_there_at_all'"),
    "exit": ("raise SystemExit(3)", "SystemExit: 3"),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_file_is_a_fault_that_is_shown_and_the_others_go_on(
    folder: Path, bot: Bot, stage: Stage, text: str, says: str
) -> None:
    drop(folder)
    (folder / "half_done.py").write_text(text)
    assert f"half-done: broken: half_done.py: {says}"[:30] in strategy("list").stdout
    assert says in strategy("list").stdout.replace("\n", " ")
    assert "half-done" in bot("strategies", "list").stdout
    checked = strategy("check", "half-done")
    assert (checked.exit_code, says in checked.stderr.replace("\n", " ")) == (Exit.USAGE, True)
    views = {row["name"]: row for row in Api().get("/v1/strategies").json["items"]}
    assert says in views["half-done"]["fault"]
    ran = traded()
    assert "dip-buyer" in ran
    assert [says in fault for fault in ran["faults"]] == [True]  # type: ignore[attr-defined]


def test_two_files_of_one_name_are_told_with_both_and_the_first_stays(folder: Path) -> None:
    text = (ROOT / "chalicelib/strategies/momentum.py").read_text()
    (folder / "my_momentum.py").write_text(text)
    told = strategy("list").stdout.replace("\n", "")
    assert str(ROOT / "chalicelib/strategies/momentum.py") in told
    assert str(folder / "my_momentum.py") in told
    assert REGISTRY["momentum"].__module__ == "chalicelib.strategies.momentum"


def test_folder_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STRATEGIES_FOLDER", str(tmp_path / "nowhere"))
    refused = strategy("list")
    assert (refused.exit_code, "which is no folder" in refused.stderr) == (Exit.USAGE, True)


def test_own_rules_of_a_dropped_strategy_are_in_force_and_said_to_be_its_own(
    folder: Path, bot: Bot, stage: Stage
) -> None:
    source = drop(folder)
    source.write_text(
        source.read_text()
        .replace("ABOUT = About(\n", "ABOUT = About(\n    exits=ExitRules(max_minutes=30),\n")
        .replace("import About,", "import About, ")
        .replace(
            "from chalicelib.domain.indicators",
            "from chalicelib.domain.exits import ExitRules\nfrom chalicelib.domain.indicators",
        )
    )
    for module in [name for name in sys.modules if name.endswith(".dip_buyer")]:
        del sys.modules[module]
    rows_ = {row["name"]: row for row in document(bot("strategies", "list", "--json"))}  # type: ignore[attr-defined]
    assert rows_["dip-buyer"]["exits"] == {"max_minutes": 30}
    assert rows_["dip-buyer"]["exits_from"] == "strategy"
