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
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.in_force import in_force, whose
from chalicelib.domain.strategy import REGISTRY
from chalicelib.operations.strategies import WantedSetting, change_strategy, read_config
from chalicelib.strategies import broken, discover
from chalicelib.web.dispatch import complete

strategies = typer.Typer(help="Which strategies trade.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The strategy's name")]
WhyOption = Annotated[str, typer.Option("--reason", "-r", help="Why; kept in the audit trail")]


@strategies.command("list")
@guarded
def list_all(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show every strategy and whether it trades."""
    config, names = complete(read_config(find_target(stage).table())), discover()
    document = [
        *(_document(name, config) for name in names),
        *({"name": fault.strategy, "fault": fault.reason} for fault in broken()),
    ]
    answer(document, as_json, lambda: _show(names, config))


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
    stored, setting = config.setting(name), in_force(config).setting(name)
    return {
        "name": name,
        "baseline": REGISTRY[name].about.baseline,
        "enabled": setting.enabled,
        "paused": setting.paused,
        "merge_pairs": setting.merge_pairs,
        "sizing": setting.entry_sizing.policy.value,
        "sizing_from": whose(stored.sizing),
        "exits": setting.exit_rules.model_dump(mode="json", exclude_none=True),
        "exits_from": whose(stored.exits),
    }


def _state(name: str, config: Config) -> str:
    setting = config.setting(name)
    if not setting.enabled:
        return "disabled"
    state = "paused" if setting.paused else "enabled"
    return f"{state}, merges pairs" if setting.merge_pairs else state


def _show(names: list[str], config: Config) -> None:
    table = Table("strategy", "state", "sizing", "exits")
    for name in names:
        stored, setting = config.setting(name), in_force(config).setting(name)
        shown = f"{name} (baseline)" if REGISTRY[name].about.baseline else name
        table.add_row(
            escape(shown),
            _state(name, config),
            f"{setting.entry_sizing.policy.value}, {_of(stored.sizing)}",
            f"{rules_in_words(setting.exit_rules)}, {_of(stored.exits)}",
        )
    out.print(table)
    for fault in broken():
        say(f"{fault.strategy}: broken: {fault.reason}")


def rules_in_words(rules: ExitRules) -> str:
    """Exit rules that are on, with their numbers."""
    on = rules.model_dump(mode="json", exclude_none=True)
    return ", ".join(f"{rule} {value}" for rule, value in on.items()) or "none"


def _of(stored: object) -> str:
    return "its own" if whose(stored) == "strategy" else "the operator's"
