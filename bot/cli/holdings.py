"""What accounts hold and wait for: ``bot positions`` and ``bot orders``."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.errors import InputError
from chalicelib.operations.orders import (
    WantedCancel,
    cancel_order,
    find_waiting,
    waiting_orders,
)
from chalicelib.operations.protections import market_time
from chalicelib.operations.reading import read_overview
from chalicelib.web import wire
from chalicelib.web.account_present import position_view
from chalicelib.web.dispatch import complete
from chalicelib.web.risk_present import order_view

orders = typer.Typer(
    help="Orders that wait across cycles: list them, or cancel one.", invoke_without_command=True
)


@guarded
def positions(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show everything held, at the bid and the mid, and what waits for a result."""
    overview = complete(read_overview(find_target(stage).table()))
    views = [
        position_view(account.strategy, position, market_time(overview))
        for account in overview.accounts
        for position in account.positions.values()
    ]
    document = [view.model_dump(mode="json") for view in views]
    answer(document, as_json, lambda: _show_positions(views))


def _show_positions(views: list[wire.PositionView]) -> None:
    table = Table("account", "market", "size", "cost", "bid", "mid", "unrealised", "ends")
    for view in views:
        table.add_row(
            escape(view.strategy),
            escape(view.title),
            f"{view.size.normalize():f}",
            f"{view.cost:,.2f}",
            _price(view.mark),
            _price(view.mid),
            f"{view.unrealised:+,.2f}",
            _end(view),
        )
    out.print(table)
    waiting = [view.cost for view in views if view.locked_since is not None]
    if waiting:
        say(f"{sum(waiting):,.2f} dollars are locked in markets that have no result yet")


def _end(view: wire.PositionView) -> str:
    if view.locked_since is not None:
        return f"no result since {view.locked_since:%Y-%m-%d %H:%M}"
    return "not known" if view.closes_at is None else f"{view.closes_at:%Y-%m-%d %H:%M}"


def _price(price: Decimal | None) -> str:
    return "-" if price is None else f"{price:.4f}"


@orders.callback()
@guarded
def list_orders(
    context: typer.Context, stage: StageOption = "local", as_json: JsonOption = False
) -> None:
    """Show the orders that wait, of every account."""
    if context.invoked_subcommand is not None:
        _require_no_stage(context)
        return
    overview = complete(read_overview(find_target(stage).table()))
    views = [order_view(waiting) for waiting in waiting_orders(overview)]
    document = [view.model_dump(mode="json") for view in views]
    answer(document, as_json, lambda: _show_orders(views))


def _require_no_stage(context: typer.Context) -> None:
    """A stage named too early would go unheard, and the wrong one be written to."""
    source = context.get_parameter_source("stage")
    if source is not None and source.name == "COMMANDLINE":
        command = context.invoked_subcommand
        raise InputError(f"--stage stands before {command}", f"bot orders {command} --stage ...")


def _show_orders(views: list[wire.OrderView]) -> None:
    if not views:
        say("No order waits.")
        return
    table = Table(
        Column("id", no_wrap=True),
        "account",
        "order",
        "market",
        "limit",
        "stop",
        "reserved",
        "until",
    )
    for view in views:
        until = "cancelled" if view.expires_at is None else f"{view.expires_at:%Y-%m-%d %H:%M}"
        table.add_row(
            view.order_id,
            escape(view.strategy),
            f"{view.side} {view.left.normalize():f} {view.order_type}",
            escape(view.title),
            _price(view.limit),
            _price(view.trigger),
            f"{view.reserved:,.2f}",
            until,
        )
    out.print(table)


@orders.command()
@guarded
def cancel(
    order_id: Annotated[str, typer.Argument(help="As `bot orders` shows it, or its beginning")],
    reason: ReasonOption,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Cancel a waiting order at once. Its strategy may ask for it again: pause it first."""
    table = find_target(stage).table()
    found = find_waiting(complete(read_overview(table)), order_id)
    wanted = WantedCancel(found.strategy, found.order.order_id, actor(), reason)
    complete(cancel_order(table, wanted, datetime.now(UTC)))
    document = order_view(found).model_dump(mode="json")
    order = f"{found.order.side} {found.order.left.normalize():f} {found.order.title}"
    answer(document, as_json, lambda: say(f"{found.strategy}: cancelled {order}"))
