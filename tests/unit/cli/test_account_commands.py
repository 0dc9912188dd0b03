"""Accounts, orders, positions, venues and bounds from the command line."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.output import Exit
from chalicelib.aws import rows
from chalicelib.domain.portfolio import Account
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.remembered import ClosedTrade, ClosedTrades, Remembered
from chalicelib.domain.sizing import SizingPolicy
from chalicelib.operations.strategies import read_config
from chalicelib.web.dispatch import complete
from tests.builders import NOW, YES, resting
from tests.unit.cli.conftest import Bot, Stage, document
from tests.unit.operations.risk_samples import (
    BOUGHT,
    flat,
    holding,
    put,
    store,
    stored_account,
)

WHY = ("--reason", "a test")
ID = "0123456789abcdef"


def waiting() -> Account:
    return replace(holding(), orders={ID: resting(ID)})


def test_account_is_funded_after_a_yes(bot: Bot, stage: Stage) -> None:
    store(stage.rows, flat())
    words = ("account", "fund", "test", "--amount=-50.25", *WHY)
    asked = CliRunner().invoke(app, [*words, "--stage", "test"], input="n\n")
    assert asked.exit_code != Exit.OK
    assert stored_account(stage.rows) == flat()
    done = document(bot(*words, "--yes", "--json"))
    assert (done["cash"], done["starting_cash"]) == ("849.750000", "949.750000")


@pytest.mark.parametrize("amount", ["0", "lots", "NaN", "Infinity", "1e308", "-1e308", ""])
def test_funding_with_an_amount_that_is_none_is_refused(
    bot: Bot, stage: Stage, amount: str
) -> None:
    store(stage.rows, flat())
    result = bot("account", "fund", "test", f"--amount={amount}", *WHY, "--yes")
    assert result.exit_code == Exit.USAGE
    assert stored_account(stage.rows) == flat()


def test_withdrawal_of_more_than_there_is_is_refused(bot: Bot, stage: Stage) -> None:
    store(stage.rows, flat())
    result = bot("account", "fund", "test", "--amount=-5000", *WHY, "--yes")
    assert result.exit_code == Exit.REFUSED
    assert "can be taken out" in result.stderr.replace("\n", " ")


def test_funding_of_an_account_that_does_not_exist_is_refused(bot: Bot, stage: Stage) -> None:
    result = bot("account", "fund", "tset", "--amount=5", *WHY, "--yes")
    assert result.exit_code == Exit.USAGE
    assert "there is no account 'tset'" in result.stderr


def test_funded_account_verifies_from_its_export(bot: Bot, stage: Stage, tmp_path: Path) -> None:
    store(stage.rows, holding())
    put(stage.rows, rows.trade_item(BOUGHT, 0))
    bot("account", "fund", "test", "--amount=500", *WHY, "--yes")
    assert "1 accounts, 2 trades" in bot("export", "--out", str(tmp_path)).stdout
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.OK
    file = tmp_path / "accounts.json"
    file.write_text(file.read_text().replace('"funded": "500.000000"', '"funded": "400"'))
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == Exit.REFUSED


def test_orders_are_listed_and_one_is_cancelled_by_the_beginning_of_its_id(
    bot: Bot, stage: Stage
) -> None:
    store(stage.rows, waiting())
    assert "buy 50" in bot("orders").stdout.replace("\n", " ")
    shown = bot("orders", "--json").stdout
    assert f'"order_id": "{ID}"' in shown
    assert '"reserved": "20.0"' in shown
    assert bot("orders", "cancel", ID[:6], *WHY).exit_code == Exit.OK
    assert stored_account(stage.rows).orders == {}
    assert bot("orders").stdout.strip() == "No order waits."
    assert len([pk for pk in stage.rows.rows if pk.startswith("AUDIT#")]) == 1


def test_cancelling_an_order_that_does_not_wait_names_those_that_do(bot: Bot, stage: Stage) -> None:
    store(stage.rows, waiting())
    result = bot("orders", "cancel", "ff", *WHY)
    assert result.exit_code == Exit.USAGE
    assert ID in result.stderr.replace("\n", "")
    assert stored_account(stage.rows) == waiting()


def test_stage_named_before_cancel_is_refused_so_that_no_other_stage_is_written_to(
    bot: Bot, stage: Stage
) -> None:
    store(stage.rows, waiting())
    words = ["orders", "--stage", "prod", "cancel", ID, *WHY]
    assert CliRunner().invoke(app, words).exit_code == Exit.USAGE
    assert stored_account(stage.rows) == waiting()


def test_positions_show_bid_mid_and_what_waits_for_a_result(bot: Bot, stage: Stage) -> None:
    account = holding()
    (held,) = account.positions.values()
    ended = replace(
        held, mark=Decimal("0.3"), mid=Decimal("0.32"), closes_at=NOW - timedelta(hours=1)
    )
    store(stage.rows, replace(account, positions={YES: ended}))
    shown = bot("positions").stdout
    assert "4.00 dollars are locked" in shown
    answered = bot("positions", "--json").stdout
    assert '"mid": "0.32"' in answered
    assert '"locked_since": "2026-' in answered
    assert document(bot("status", "--json"))["accounts"][0]["locked"] == "4.0"  # type: ignore[index]


def test_risk_counts_exits_by_reason_with_wins_and_profit(bot: Bot, stage: Stage) -> None:
    closed = tuple(
        ClosedTrade(NOW, YES, "test:m", Decimal(profit), reason)
        for profit, reason in (("2.5", "take-profit"), (-1, "stop-loss"), ("0.5", "stop-loss"))
    )
    store(
        stage.rows, replace(flat(), pulse=Pulse(closed=ClosedTrades.of(map(Remembered.of, closed))))
    )
    assert "take-profit" in bot("risk").stdout
    assert document(bot("risk", "--json"))["exit_reasons"] == {
        "test": [
            {"reason": "stop-loss", "count": 2, "wins": 1, "profit": "-0.5"},
            {"reason": "take-profit", "count": 1, "wins": 1, "profit": "2.5"},
        ]
    }


def test_pairs_are_merged_and_kept(bot: Bot, stage: Stage) -> None:
    store(stage.rows)
    assert "merges pairs" in bot("strategies", "merge-pairs", "momentum", *WHY).stdout
    assert complete(read_config(stage.rows)).setting("momentum").merge_pairs
    assert "merges" not in bot("strategies", "keep-pairs", "momentum", *WHY).stdout
    assert not complete(read_config(stage.rows)).setting("momentum").merge_pairs


def test_numbers_of_a_strategy_are_set_one_by_one(bot: Bot, stage: Stage) -> None:
    store(stage.rows)
    first = bot(
        "strategies", "set", "momentum", "--exit", "stop_loss=0.2", "--exit", "max_minutes=90",
        "--sizing", "policy=kelly", "--limit", "max_daily_loss=0.04",
        "--protection", "losses_in_a_row=off", *WHY,
    )  # fmt: skip
    assert first.exit_code == Exit.OK
    bot("strategies", "set", "momentum", "--exit", "max_minutes=off", *WHY)
    config = complete(read_config(stage.rows))
    setting = config.setting("momentum")
    assert (setting.exits.stop_loss, setting.exits.max_minutes) == (Decimal("0.2"), None)
    assert setting.sizing.policy is SizingPolicy.KELLY
    assert config.limits_of("momentum").max_daily_loss == Decimal("0.04")
    assert config.protections_of("momentum").losses_in_a_row is None
    assert config.limits.max_daily_loss is None
    assert "stop_loss 0.2" in bot("strategies", "list").stdout.replace("\n", " ")


@pytest.mark.parametrize(
    "words",
    [
        ("momentum",),
        ("momentun", "--exit", "stop_loss=0.2"),
        ("momentum", "--exit", "stop_loss"),
        ("momentum", "--exit", "=0.2"),
        ("momentum", "--exit", "stop_los=0.2"),
        ("momentum", "--exit", "stop_loss=0"),
        ("momentum", "--exit", "stop_loss=-1"),
        ("momentum", "--exit", "stop_loss=NaN"),
        ("momentum", "--exit", "stop_loss=1e308"),
        ("momentum", "--exit", "stop_loss=0.1", "--exit", "stop_loss=0.2"),
        ("momentum", "--sizing", "policy=all-in"),
        ("momentum", "--limit", "max_open_positions=off"),
    ],
)
def test_number_that_makes_no_sense_is_refused(
    bot: Bot, stage: Stage, words: tuple[str, ...]
) -> None:
    store(stage.rows)
    assert bot("strategies", "set", *words, *WHY).exit_code == Exit.USAGE
    assert complete(read_config(stage.rows)).version == 0


def test_limits_of_the_house_are_set_one_by_one(bot: Bot, stage: Stage) -> None:
    store(stage.rows)
    bot("house", "set", "--limit", "max_daily_loss=0.05", *WHY)
    bot("house", "set", "--limit", "max_exposure=0.8", "--protection", "hourly_loss=off", *WHY)
    config = complete(read_config(stage.rows))
    assert config.house.max_daily_loss == Decimal("0.05")
    assert config.house.max_exposure == Decimal("0.8")
    assert config.protections.hourly_loss is None


def test_venue_is_paused_and_unpaused_and_others_stay_as_they_are(bot: Bot, stage: Stage) -> None:
    store(stage.rows)
    for venue in ("recorded", "polymarket", "recorded"):
        assert bot("venues", "pause", venue, *WHY).exit_code == Exit.OK
    assert complete(read_config(stage.rows)).paused_venues == ("polymarket", "recorded")
    bot("venues", "unpause", "polymarket", *WHY)
    assert complete(read_config(stage.rows)).paused_venues == ("recorded",)
    assert "paused" in bot("venues", "list").stdout
    assert bot("venues", "pause", "nowhere", *WHY).exit_code == Exit.USAGE


def test_rules_are_given_back_to_the_strategy(bot: Bot, stage: Stage) -> None:
    store(stage.rows)
    bot("strategies", "set", "momentum", "--exit", "max_minutes=9", *WHY)
    shown = document(bot("strategies", "set", "momentum", "--own", "exits", *WHY, "--json"))
    assert (shown["exits_from"], shown["sizing_from"]) == ("strategy", "strategy")
    assert complete(read_config(stage.rows)).setting("momentum").exits is None
    wrong = bot("strategies", "set", "momentum", "--own", "limits", *WHY)
    assert (wrong.exit_code, "no 'limits' of its own" in wrong.stderr) == (Exit.USAGE, True)
