"""Set what bounds trading: ``bot strategies set``, ``bot house set``, ``bot venues``."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import InputError
from chalicelib.domain.in_force import in_force, whose
from chalicelib.operations.risk import WantedRisk, change_risk, switch_venue
from chalicelib.operations.strategies import read_config
from chalicelib.venues import known_venues
from chalicelib.web.dispatch import complete

house = typer.Typer(help="What bounds all accounts together.", no_args_is_help=True)
venues = typer.Typer(help="At which venues positions are opened.", no_args_is_help=True)

OFF = ("off", "none")
VenueArgument = Annotated[str, typer.Argument(help="The venue's name")]
LimitOption = Annotated[
    list[str] | None, typer.Option("--limit", help="max_daily_loss=0.05; off for none")
]
ProtectionOption = Annotated[
    list[str] | None, typer.Option("--protection", help="losses_in_a_row=5; off for none")
]


@guarded
def set_strategy(
    name: Annotated[str, typer.Argument(help="The strategy's name")],
    reason: ReasonOption,
    limit: LimitOption = None,
    exit_: Annotated[
        list[str] | None, typer.Option("--exit", help="stop_loss=0.2; off for none")
    ] = None,
    sizing: Annotated[
        list[str] | None, typer.Option("--sizing", help="policy=kelly, kelly_cap=0.05")
    ] = None,
    protection: ProtectionOption = None,
    borrow: Annotated[
        list[str] | None, typer.Option("--borrow", help="enabled=true, annual_rate=0.10")
    ] = None,
    own: Annotated[
        list[str] | None, typer.Option("--own", help="exits or sizing: the strategy's own again")
    ] = None,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Set what bounds a strategy, one number an option; ``--borrow`` lets it sell short on spot."""
    wanted = WantedRisk(
        None, actor(), reason, name,
        limits=fields_of("--limit", limit),
        exits=fields_of("--exit", exit_),
        sizing=fields_of("--sizing", sizing),
        protections=fields_of("--protection", protection),
        borrow=fields_of("--borrow", borrow),
        patch=True,
        own=own or (),
    )  # fmt: skip
    config = complete(change_risk(find_target(stage).table(), wanted, datetime.now(UTC)))
    stored, setting = config.setting(name), in_force(config).setting(name)
    document = {
        "strategy": name,
        "limits": config.limits_of(name).model_dump(mode="json"),
        "exits": setting.exit_rules.model_dump(mode="json"),
        "sizing": setting.entry_sizing.model_dump(mode="json"),
        "exits_from": whose(stored.exits),
        "sizing_from": whose(stored.sizing),
        "protections": config.protections_of(name).model_dump(mode="json"),
        "borrow": setting.borrow.model_dump(mode="json"),
    }
    answer(document, as_json, lambda: say(f"{name}: {', '.join(wanted.parts)} stored"))


@house.command("set")
@guarded
def set_house(
    reason: ReasonOption,
    limit: LimitOption = None,
    protection: ProtectionOption = None,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Set limits of all accounts together, or the protections that hold by default."""
    wanted = WantedRisk(
        None, actor(), reason,
        house=fields_of("--limit", limit),
        protections=fields_of("--protection", protection),
        patch=True,
    )  # fmt: skip
    config = complete(change_risk(find_target(stage).table(), wanted, datetime.now(UTC)))
    document = {
        "limits": config.house.model_dump(mode="json"),
        "protections": config.protections.model_dump(mode="json"),
    }
    answer(document, as_json, lambda: say(f"house: {', '.join(wanted.parts)} stored"))


def fields_of(option: str, pairs: Sequence[str] | None) -> dict[str, str | None] | None:
    """Options such as ``--exit stop_loss=0.2`` as fields of a document; None without any."""
    if not pairs:
        return None
    fields: dict[str, str | None] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or name in fields:
            raise InputError(
                f"{option} {pair!r} is not one NAME=VALUE", f"For example {option} name=0.2."
            )
        fields[name] = None if value in OFF else value
    return fields


@venues.command("list")
@guarded
def list_venues(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show every venue and whether positions are opened there."""
    _answer(complete(read_config(find_target(stage).table())), as_json)


@venues.command()
@guarded
def pause(
    name: VenueArgument,
    reason: ReasonOption,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Open nothing new at a venue; still close and settle what is held there."""
    _switch(stage, name, True, reason, as_json)


@venues.command()
@guarded
def unpause(
    name: VenueArgument,
    reason: ReasonOption,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Let positions be opened at a venue again."""
    _switch(stage, name, False, reason, as_json)


def _switch(stage: str, name: str, paused: bool, reason: str, as_json: bool) -> None:
    table, now = find_target(stage).table(), datetime.now(UTC)
    _answer(complete(switch_venue(table, name, paused, actor(), reason, now)), as_json)


def _answer(config: Config, as_json: bool) -> None:
    document = [{"name": n, "paused": n in config.paused_venues} for n in known_venues()]
    answer(document, as_json, lambda: _show(config))


def _show(config: Config) -> None:
    table = Table("venue", "state")
    for name in known_venues():
        table.add_row(name, "paused" if name in config.paused_venues else "traded")
    out.print(table)
