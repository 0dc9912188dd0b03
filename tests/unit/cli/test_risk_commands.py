"""The risk commands: limits, releases, resets, switches, flatten, and books checked from files."""

import gzip
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.output import Exit
from chalicelib.aws import rows
from chalicelib.domain.control import ControlState
from chalicelib.engine.publish import trade_log
from chalicelib.operations.control import read_control
from chalicelib.operations.protections import protection_id
from chalicelib.operations.strategies import read_config
from chalicelib.ports import OutboxEntry
from chalicelib.strategies import discover
from chalicelib.web.dispatch import complete
from tests.builders import CYCLE
from tests.unit.cli.conftest import Bot, Stage, document
from tests.unit.operations.risk_samples import (
    BOUGHT,
    TRIPPED,
    flat,
    holding,
    put,
    store,
    stored_account,
)

KILLED, RUNNING, FLATTENING = ControlState.KILLED, ControlState.RUNNING, ControlState.FLATTENING


def with_trade(stage: Stage, state: ControlState = RUNNING) -> None:
    """The stage holds what it bought, and its log says so."""
    store(stage.rows, holding(), state=state)
    put(stage.rows, rows.trade_item(BOUGHT, 0))


def test_risk_shows_limits_protections_and_refusals(bot: Bot, stage: Stage) -> None:
    store(stage.rows, holding())
    result = bot("risk")
    assert result.exit_code == Exit.OK
    assert "max_exposure" in result.stdout
    assert protection_id("test", TRIPPED) in result.stdout
    shown = document(bot("risk", "--json"))
    assert set(shown["limits"]) == {"house", "test"}  # type: ignore[call-overload]


def test_risk_of_an_empty_stage_is_no_error(bot: Bot, stage: Stage) -> None:
    assert bot("risk").exit_code == Exit.OK
    assert "No protection holds." in bot("protections", "list").stdout


def test_protection_is_released_by_its_id(bot: Bot, stage: Stage) -> None:
    store(stage.rows, holding())
    ours = protection_id("test", TRIPPED)
    assert bot("protections", "release", ours, "--reason", "seen to").exit_code == Exit.OK
    assert ours not in bot("protections", "list").stdout
    gone = bot("protections", "release", ours, "--reason", "seen to")
    assert gone.exit_code == Exit.USAGE


def test_account_is_reset_after_a_yes(bot: Bot, stage: Stage) -> None:
    store(stage.rows, flat())
    words = ("account", "reset", "test", "--cash", "500", "--reason", "a new start")
    asked = CliRunner().invoke(app, [*words, "--stage", "test"], input="n\n")
    assert asked.exit_code != Exit.OK
    assert stored_account(stage.rows).cash == 900
    assert document(bot(*words, "--yes", "--json"))["cash"] == "500.000000"


@pytest.mark.parametrize("cash", ["lots", "NaN", "Infinity", "-5", "0"])
def test_account_reset_with_an_amount_that_is_none_is_refused(
    bot: Bot, stage: Stage, cash: str
) -> None:
    store(stage.rows, flat())
    result = bot("account", "reset", "test", "--cash", cash, "--reason", "a test", "--yes")
    assert result.exit_code == Exit.USAGE
    assert stored_account(stage.rows) == flat()


def test_account_reset_over_open_positions_is_refused(bot: Bot, stage: Stage) -> None:
    store(stage.rows, holding())
    result = bot("account", "reset", "test", "--cash", "5", "--reason", "a test", "--yes")
    assert result.exit_code == Exit.REFUSED
    assert "Flatten first" in result.stderr


@pytest.mark.parametrize(
    ("command", "state"),
    [("enable", "enabled"), ("disable", "disabled"), ("pause", "paused"), ("unpause", "enabled")],
)
def test_strategy_is_switched_and_audited(bot: Bot, stage: Stage, command: str, state: str) -> None:
    store(stage.rows)
    result = bot("strategies", command, "momentum", "--reason", "a test")
    assert (result.exit_code, result.stdout.strip()) == (Exit.OK, f"momentum: {state}")
    assert [kind for kind, _ in _all_audited(stage)] == ["strategy"]
    assert "momentum" in bot("strategies", "list").stdout


def _all_audited(stage: Stage) -> list[tuple[str, str]]:
    parts = [part for pk, part in stage.rows.rows.items() if pk.startswith("AUDIT#")]
    return [(item["kind"], item["change"]) for part in parts for item in part.values()]


def test_strategy_that_does_not_exist_is_refused(bot: Bot, stage: Stage) -> None:
    assert bot("strategies", "enable", "momentun").exit_code == Exit.USAGE


def test_flatten_needs_the_word_typed_or_a_yes(bot: Bot, stage: Stage) -> None:
    store(stage.rows, holding())
    words = ["kill", "--flatten", "--reason", "out of all", "--stage", "test"]
    refused = CliRunner().invoke(app, words, input="yes\n")
    assert refused.exit_code == Exit.USAGE
    assert complete(read_control(stage.rows)).state is RUNNING
    typed = CliRunner().invoke(app, words, input="flatten\n")
    assert typed.exit_code == Exit.OK
    assert "flattening: 1 positions left" in typed.stdout
    assert complete(read_control(stage.rows)).state is FLATTENING


def test_flatten_with_yes_asks_nothing_and_status_tells_when_it_is_flat(
    bot: Bot, stage: Stage
) -> None:
    store(stage.rows, flat())
    assert bot("kill", "--flatten", "--yes", "--reason", "out of all").exit_code == Exit.OK
    assert "flat: nothing is held" in bot("status").stdout
    shown = document(bot("status", "--json"))["control"]
    assert shown["note"] == "flat: nothing is held"  # type: ignore[index]


def test_kill_alone_asks_nothing(bot: Bot, stage: Stage) -> None:
    store(stage.rows, holding())
    assert document(bot("kill", "--reason", "stop it", "--json"))["state"] == "KILLED"


def test_resume_after_a_kill_says_that_strategies_wait(bot: Bot, stage: Stage) -> None:
    store(stage.rows, flat(), state=KILLED)
    result = bot("resume", "--reason", "go on")
    assert "bot resume --enable-all" in result.stdout
    assert not _enabled(stage)
    again = bot("resume", "--reason", "go on", "--enable-all")
    assert "disabled" not in again.stdout
    assert _enabled(stage) == discover()


def test_resume_with_enable_all_enables_in_one_more_audited_change(bot: Bot, stage: Stage) -> None:
    store(stage.rows, flat(), state=KILLED)
    assert bot("resume", "--enable-all", "--reason", "go on").exit_code == Exit.OK
    assert _enabled(stage) == discover()
    assert sorted(kind for kind, _ in _all_audited(stage)) == ["control", "strategy"]


def _enabled(stage: Stage) -> list[str]:
    config = complete(read_config(stage.rows))
    return [name for name in discover() if config.setting(name).enabled]


def exported(bot: Bot, stage: Stage, folder: Path) -> Path:
    with_trade(stage)
    result = bot("export", "--out", str(folder))
    assert result.exit_code == Exit.OK
    assert "1 accounts, 1 trades" in result.stdout
    return folder


def test_exported_books_are_verified_without_any_stage(
    bot: Bot, stage: Stage, tmp_path: Path
) -> None:
    exported(bot, stage, tmp_path)
    stage.rows.rows.clear()
    result = CliRunner().invoke(app, ["verify", str(tmp_path), "--json"])
    assert result.exit_code == Exit.OK
    assert document(result) == {"sound": True, "accounts": 1, "trades": 1, "drifts": []}


def test_books_that_were_tampered_with_do_not_verify(
    bot: Bot, stage: Stage, tmp_path: Path
) -> None:
    file = exported(bot, stage, tmp_path) / "accounts.json"
    file.write_text(file.read_text().replace('"cash": "996.0"', '"cash": "996.5"'))
    result = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert result.exit_code == Exit.REFUSED
    assert "test: cash is stored as 996.5, the trade log gives 996" in result.stdout


def test_log_with_a_line_removed_does_not_verify(bot: Bot, stage: Stage, tmp_path: Path) -> None:
    exported(bot, stage, tmp_path)
    (tmp_path / "trades" / "test.jsonl.gz").write_bytes(gzip.compress(b""))
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.REFUSED


def test_archive_trade_log_verifies_beside_the_accounts(
    bot: Bot, stage: Stage, tmp_path: Path
) -> None:
    exported(bot, stage, tmp_path)
    archived = tmp_path / "cycle.jsonl.gz"
    archived.write_bytes(trade_log(OutboxEntry(CYCLE, 0, (BOUGHT,), ())))
    (tmp_path / "trades" / "test.jsonl.gz").unlink()
    files = [str(tmp_path / "accounts.json"), str(archived)]
    assert CliRunner().invoke(app, ["verify", *files]).exit_code == Exit.OK
    assert CliRunner().invoke(app, ["verify", *files, str(archived)]).exit_code == Exit.OK


def test_reset_account_verifies_from_its_export(bot: Bot, stage: Stage, tmp_path: Path) -> None:
    with_trade(stage, KILLED)
    bot("account", "reset", "test", "--cash", "500", "--reason", "again", "--yes")
    assert "1 accounts, 2 trades" in bot("export", "--out", str(tmp_path)).stdout
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.OK


@pytest.mark.parametrize("body", [b"", b"nonsense", b'{"kind":"fee"}', b"[]"])
def test_file_that_is_no_export_is_refused_by_name(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "accounts.json").write_text("[]")
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.USAGE
    (tmp_path / "accounts.json").write_bytes(body)
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.USAGE
    missing = CliRunner().invoke(app, ["verify", str(tmp_path / "nowhere")])
    assert "there is no" in missing.stderr


def test_trade_log_that_is_damaged_is_refused_by_name(
    bot: Bot, stage: Stage, tmp_path: Path
) -> None:
    exported(bot, stage, tmp_path)
    file = tmp_path / "trades" / "test.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-9])
    result = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert result.exit_code == Exit.USAGE
    assert "is no trade log" in result.stderr.replace("\n", " ")


def test_stage_is_verified_where_it_stands(bot: Bot, stage: Stage) -> None:
    with_trade(stage)
    assert bot("verify").exit_code == Exit.OK
    store(stage.rows, replace(holding(), cash=Decimal(1)))
    result = bot("verify", "--json")
    assert result.exit_code == Exit.REFUSED
    assert json.loads(result.stdout)["drifts"][0]["what"] == "cash"
