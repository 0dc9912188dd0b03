"""Switch strategies: ``bot strategies list``, ``enable``, ``disable``, ``pause``, ``unpause``."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.control import actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import ConflictError
from chalicelib.operations.strategies import WantedSetting, change_strategy, read_config
from chalicelib.strategies import discover
from chalicelib.web.dispatch import complete

ATTEMPTS = 5

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
    _change(stage, WantedSetting(name, 0, actor(), enabled=True, reason=reason), as_json)


@strategies.command()
@guarded
def disable(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Stop asking a strategy for signals; what it holds still settles."""
    _change(stage, WantedSetting(name, 0, actor(), enabled=False, reason=reason), as_json)


@strategies.command()
@guarded
def pause(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Open nothing new for a strategy; still close and settle what it holds."""
    _change(stage, WantedSetting(name, 0, actor(), paused=True, reason=reason), as_json)


@strategies.command()
@guarded
def unpause(
    name: NameArgument, reason: WhyOption = "", stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Let a paused strategy open positions again."""
    _change(stage, WantedSetting(name, 0, actor(), paused=False, reason=reason), as_json)


def _change(stage: str, wanted: WantedSetting, as_json: bool) -> None:
    """Store it under the version of the moment: the command names what it wants, not a version."""
    table = find_target(stage).table()
    for attempt in range(ATTEMPTS):
        version = complete(read_config(table)).version
        try:
            config = complete(
                change_strategy(table, replace(wanted, version=version), datetime.now(UTC))
            )
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        break
    document = _document(wanted.name, config)
    answer(document, as_json, lambda: say(f"{wanted.name}: {_state(wanted.name, config)}"))


def _document(name: str, config: Config) -> dict[str, object]:
    setting = config.setting(name)
    return {"name": name, "enabled": setting.enabled, "paused": setting.paused}


def _state(name: str, config: Config) -> str:
    setting = config.setting(name)
    if not setting.enabled:
        return "disabled"
    return "paused" if setting.paused else "enabled"


def _show(config: Config) -> None:
    table = Table("strategy", "state")
    for name in discover():
        table.add_row(escape(name), _state(name, config))
    out.print(table)
