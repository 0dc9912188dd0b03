"""``bot backtest``: what a strategy would have done, for people and for programs."""

import json
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.output import Exit

TAPE = Path(__file__).parents[2] / "golden" / "small.tape"


def bot(*words: str) -> Result:
    return CliRunner().invoke(app, ["backtest", *words])


def test_backtest_says_what_was_staked_gained_and_how_much_that_means() -> None:
    result = bot("momentum", "--json")
    assert result.exit_code == Exit.OK, result.output
    document = json.loads(result.stdout)
    assert document["round_trips"] > 5
    assert document["cycles"] > 240
    assert "not enough data" in document["verdict"]


def test_backtest_for_people_ends_with_its_verdict() -> None:
    result = bot("momentum", "--tape", str(TAPE))
    assert "20 cycles of a minute" in result.stdout
    last = result.stdout.strip().splitlines()[-1]
    assert last.startswith(
        "not enough data: 0.0 days, 30 are needed; 1 independent events, 30 are needed; made "
    )


def test_backtest_takes_parameters_and_refuses_wrong_ones_with_the_near_name() -> None:
    few = bot("momentum", "--tape", str(TAPE), "-p", "min_rise=0.9", "--json")
    assert json.loads(few.stdout)["round_trips"] == 0
    wrong = bot("momentum", "-p", "windw=5")
    assert wrong.exit_code == Exit.USAGE
    assert "Did you mean 'window'?" in wrong.output
    assert bot("momentum", "-p", "window").exit_code == Exit.USAGE


def test_backtest_of_an_unknown_strategy_names_the_nearest() -> None:
    result = bot("momentun")
    assert result.exit_code == Exit.USAGE
    assert "'momentum'" in result.output
