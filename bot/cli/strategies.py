"""Switch strategies on and off, pause them, merge their pairs: ``bot strategies``."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.bounds import set_strategy
from bot.cli.control import actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.cycle import Config
from chalicelib.operations.strategies import WantedSetting, change_strategy, read_config
from chalicelib.strategies import discover
from chalicelib.web.dispatch import complete

strategies = typer.Typer(help="Which strategies trade.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The strategy's name")]
WhyOption = Annotated[str, typer.Option("--reason", "-r", help="Why; kept in the audit trail")]


@strategies.command("list")
@guarded
def list_all(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show every strategy and whether it trades."""
    config = complete(read_config(find_target(stage).table()))
    document = [_document(name, config) for name in discover()]
    answer(document, as_json, lambda: _show(config))


@strategies.command()
@guarded
def enable(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Let a strategy trade."""
    _change(stage, WantedSetting(name, None, actor(), enabled=True, reason=reason), as_json)


@strategies.command()
@guarded
def disable(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Stop asking a strategy for signals; what it holds still settles."""
    _change(stage, WantedSetting(name, None, actor(), enabled=False, reason=reason), as_json)


@strategies.command()
@guarded
def pause(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Open nothing new for a strategy; still close and settle what it holds."""
    _change(stage, WantedSetting(name, None, actor(), paused=True, reason=reason), as_json)


@strategies.command()
@guarded
def unpause(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Let a paused strategy open positions again."""
    _change(stage, WantedSetting(name, None, actor(), paused=False, reason=reason), as_json)


@strategies.command("merge-pairs")
@guarded
def merge_pairs(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Turn both sides of a market, held together, back into a dollar each cycle."""
    _change(stage, WantedSetting(name, None, actor(), merge_pairs=True, reason=reason), as_json)


@strategies.command("keep-pairs")
@guarded
def keep_pairs(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Keep both sides of a market until it resolves."""
    _change(stage, WantedSetting(name, None, actor(), merge_pairs=False, reason=reason), as_json)


strategies.command("set")(set_strategy)


def _change(stage: str, wanted: WantedSetting, as_json: bool) -> None:
    config = complete(change_strategy(find_target(stage).table(), wanted, datetime.now(UTC)))
    document = _document(wanted.name, config)
    answer(document, as_json, lambda: say(f"{wanted.name}: {_state(wanted.name, config)}"))


def _document(name: str, config: Config) -> dict[str, object]:
    setting = config.setting(name)
    return {
        "name": name,
        "enabled": setting.enabled,
        "paused": setting.paused,
        "merge_pairs": setting.merge_pairs,
        "sizing": setting.sizing.policy.value,
        "exits": setting.exits.model_dump(mode="json", exclude_none=True),
    }


def _state(name: str, config: Config) -> str:
    setting = config.setting(name)
    if not setting.enabled:
        return "disabled"
    state = "paused" if setting.paused else "enabled"
    return f"{state}, merges pairs" if setting.merge_pairs else state


def _show(config: Config) -> None:
    table = Table("strategy", "state", "sizing", "exits")
    for name in discover():
        setting = config.setting(name)
        rules = setting.exits.model_dump(mode="json", exclude_none=True)
        exits = ", ".join(f"{rule} {value}" for rule, value in rules.items()) or "none"
        table.add_row(escape(name), _state(name, config), setting.sizing.policy.value, exits)
    out.print(table)
