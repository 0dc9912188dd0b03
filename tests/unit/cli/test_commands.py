"""The command line: data on standard output, honest exit codes, errors that name the next step."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.output import Exit
from chalicelib.aws import rows
from chalicelib.aws.table import Put
from chalicelib.domain.control import ControlState
from chalicelib.operations.control import read_control
from chalicelib.operations.tokens import find_token
from chalicelib.web.dispatch import complete
from tests.unit.cli.conftest import Bot, Stage, document


def test_kill_on_an_empty_table_writes_a_control_row(bot: Bot, stage: Stage) -> None:
    result = bot("kill", "--reason", "first try", "--json")

    assert result.exit_code == Exit.OK
    assert document(result)["state"] == "KILLED"
    assert complete(read_control(stage.rows)).version == 1


def test_resume_after_a_kill_reads_the_version_by_itself(bot: Bot, stage: Stage) -> None:
    bot("kill", "--reason", "stop it")

    result = bot("resume", "--reason", "go on")

    assert result.exit_code == Exit.OK
    assert complete(read_control(stage.rows)).state is ControlState.RUNNING


def test_control_changes_name_who_made_them(bot: Bot, stage: Stage) -> None:
    bot("pause", "--reason", "lunch break")

    assert complete(read_control(stage.rows)).actor.startswith("cli:")
    audited = [
        item
        for pk, part in stage.rows.rows.items()
        if pk.startswith("AUDIT#")
        for item in part.values()
    ]
    assert [item["change"] for item in audited] == ["KILLED -> PAUSED (version 1): lunch break"]


@pytest.mark.parametrize("command", ["kill", "pause", "resume"])
def test_control_without_a_reason_is_refused_as_usage(bot: Bot, stage: Stage, command: str) -> None:
    assert bot(command).exit_code == Exit.USAGE
    assert stage.rows.rows == {}


def test_status_without_a_cycle_is_not_healthy(bot: Bot, stage: Stage) -> None:
    result = bot("status", "--json")

    assert result.exit_code == Exit.NOT_HEALTHY
    assert document(result)["last_cycle"] is None


def test_status_after_a_fresh_commit_is_healthy(bot: Bot, stage: Stage) -> None:
    _commit(stage, datetime.now(UTC))

    result = bot("status", "--json")

    assert result.exit_code == Exit.OK
    assert document(result)["healthy"] is True


def test_status_of_a_product_that_stood_still_is_not_healthy(bot: Bot, stage: Stage) -> None:
    _commit(stage, datetime.now(UTC) - timedelta(minutes=6))

    assert bot("status").exit_code == Exit.NOT_HEALTHY


def test_a_token_is_shown_once_and_only_its_hash_is_stored(bot: Bot, stage: Stage) -> None:
    secret = document(bot("token", "create", "--role", "viewer", "--json"))["token"]

    assert isinstance(secret, str)
    assert complete(find_token(stage.rows, secret)) is not None
    assert secret not in json.dumps(stage.rows.rows)
    assert secret not in bot("token", "list").stdout


def test_a_revoked_token_opens_nothing(bot: Bot, stage: Stage) -> None:
    made = document(bot("token", "create", "--json"))

    assert bot("token", "revoke", str(made["token_id"])).exit_code == Exit.OK
    token = complete(find_token(stage.rows, str(made["token"])))
    assert token is not None
    assert not token.usable(datetime.now(UTC))


def test_an_unknown_role_names_the_roles(bot: Bot, stage: Stage) -> None:
    result = bot("token", "create", "--role", "king")

    assert result.exit_code == Exit.USAGE
    assert "viewer, operator, admin" in result.stderr


def test_replay_of_a_cycle_that_never_was_says_where_to_look(bot: Bot, stage: Stage) -> None:
    result = bot("replay", "123")

    assert result.exit_code == Exit.USAGE
    assert "bot status" in result.stderr


def test_doctor_tells_of_state_from_another_version(bot: Bot, stage: Stage) -> None:
    old = {"pk": rows.SHARD, "sk": "CONFIG", "schema": 99, "version": 1, "body": "{}"}
    complete(stage.rows.write(Put("config", old)))

    result = bot("doctor")

    assert result.exit_code == Exit.NOT_HEALTHY
    assert "schema 99" in result.stdout


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_the_local_stage_is_not_deployed(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--stage", "local"])

    assert result.exit_code == Exit.USAGE
    assert "bot up" in result.stderr


def test_simulating_answers_the_seed_it_ran() -> None:
    result = CliRunner().invoke(app, ["sim", "--seed", "5", "--cycles", "50", "--json"])

    assert result.exit_code == Exit.OK
    answered = json.loads(result.stdout)
    assert (answered["seed"], answered["violations"]) == (5, [])


def _commit(stage: Stage, at: datetime) -> None:
    lease = {
        "pk": rows.SHARD,
        "sk": "LEASE",
        "fence": 1,
        "last_cycle": 7,
        "record_key": "",
        "committed_at": at.isoformat(),
    }
    complete(stage.rows.write(Put("lease", lease)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--simulated"], "'recorded' is not simulated"),
        (["--venues", "polymarket", "--fault", "flood"], "'flood' is not a fault"),
    ],
)
def test_up_refuses_what_cannot_be_simulated(options: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["up", *options])

    assert result.exit_code == Exit.USAGE
    assert words in result.stderr


@pytest.mark.loopback
def test_faults_of_venues_that_do_not_run_say_how_to_start_them() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["exchanges", "faults", "503", "--port", port])

    assert result.exit_code == Exit.USAGE
    assert "bot exchanges up" in result.stderr


def test_up_with_a_misspelt_venue_names_the_near_miss() -> None:
    result = CliRunner().invoke(app, ["up", "--venues", "polymarkt"])

    assert result.exit_code == Exit.USAGE
    assert "Did you mean 'polymarket'?" in result.stderr
