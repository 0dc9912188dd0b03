"""What bounds trading: ``bot risk`` and ``bot protections``."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.operations.listed import listed_markets
from chalicelib.operations.protections import Tripped, market_time, release_protection, tripped
from chalicelib.operations.reading import Overview, read_overview
from chalicelib.operations.refusals import RECENT_CYCLES, recent_refusals
from chalicelib.web import wire
from chalicelib.web.dispatch import complete
from chalicelib.web.limit_use import limit_uses
from chalicelib.web.risk_present import exit_statistics, protection_view

protections = typer.Typer(
    help="Tripped protections: what holds, and release.", no_args_is_help=True
)


@guarded
def risk(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show limits with how much is used, tripped protections, and refusals by reason."""
    target = find_target(stage)
    table, now = target.table(), datetime.now(UTC)
    overview = complete(read_overview(table))
    refused = complete(recent_refusals(table, overview.last_cycle, RECENT_CYCLES, now))
    markets = complete(listed_markets(target.archive(), overview))
    uses = _uses(overview, markets)
    exits = {account.strategy: exit_statistics(account) for account in overview.accounts}
    document = {
        "market_time": market_time(overview),
        "limits": {
            whose: [use.model_dump(mode="json") for use in of] for whose, of in uses.items()
        },
        "protections": [_document(t) for t in tripped(overview)],
        "exit_reasons": {
            whose: [each.model_dump(mode="json") for each in of] for whose, of in exits.items()
        },
        "refusals": refused,
        "paused_venues": list(overview.config.paused_venues),
    }
    answer(document, as_json, lambda: _show(uses, exits, tripped(overview), refused))


def _uses(
    overview: Overview, markets: dict[InstrumentId, Market]
) -> dict[str, list[wire.LimitUse]]:
    found = limit_uses(
        overview.accounts, overview.config, overview.house, overview.last_cycle or 0, markets
    )
    return {whose or "house": uses for whose, uses in found.items()}


def _show(
    uses: dict[str, list[wire.LimitUse]],
    exits: dict[str, list[wire.ExitStatistic]],
    holding: list[Tripped],
    refused: dict[str, int],
) -> None:
    table = Table("account", "limit", "used", "of", "")
    for whose, of in uses.items():
        for use in of:
            if use.limit is not None:
                used, limit = _amount(use, use.used), _amount(use, use.limit)
                table.add_row(escape(whose), use.name, used, limit, f"{use.used / use.limit:.0%}")
    out.print(table)
    _show_exits(exits)
    _show_protections(holding)
    counted = ", ".join(f"{code} {n}" for code, n in refused.items()) or "none"
    say(f"Refusals in the last hour of cycles: {counted}")


def _show_exits(exits: dict[str, list[wire.ExitStatistic]]) -> None:
    table = Table("account", "closed because of", "trades", "won", "profit")
    for whose, of in exits.items():
        for each in of:
            counts = str(each.count), str(each.wins), f"{each.profit:+,.2f}"
            table.add_row(escape(whose), each.reason, *counts)
    if table.row_count:
        out.print(table)


def _amount(use: wire.LimitUse, number: object) -> str:
    return f"{number:.1%}" if use.unit == "share" else f"{number:,.0f}"


def _show_protections(holding: list[Tripped]) -> None:
    for each in holding:
        protection = each.protection
        until = protection.releases_at
        release = f"until {until:%Y-%m-%d %H:%M}" if until else "until an operator releases it"
        say(f"{each.protection_id} {each.strategy or 'house'}: {protection.reason} ({release})")
    if not holding:
        say("No protection holds.")


def _document(each: Tripped) -> dict[str, object]:
    return protection_view(each).model_dump(mode="json")


@protections.command("list")
@guarded
def list_all(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show the protections that hold now, with their ids."""
    holding = tripped(complete(read_overview(find_target(stage).table())))
    answer([_document(t) for t in holding], as_json, lambda: _show_protections(holding))


@protections.command()
@guarded
def release(
    protection_id: Annotated[str, typer.Argument(help="As `bot protections list` shows it")],
    reason: ReasonOption,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Let a tripped protection go before its time."""
    released = complete(
        release_protection(
            find_target(stage).table(), protection_id, actor(), reason, datetime.now(UTC)
        )
    )
    answer(_document(released), as_json, lambda: say(f"released {protection_id}"))
