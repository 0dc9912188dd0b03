"""The views that change one account: reset, funding, waiting orders, exits of a position."""

from decimal import Decimal
from urllib.parse import unquote

from chalicelib.domain.errors import InputError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.portfolio import Account
from chalicelib.operations import accounts as account_operations
from chalicelib.operations import funding as funding_operations
from chalicelib.operations import orders as order_operations
from chalicelib.operations.protections import market_time
from chalicelib.operations.reading import read_overview
from chalicelib.operations.risk import parse_rules
from chalicelib.web import wire
from chalicelib.web.account_present import account_view, position_view
from chalicelib.web.http import Call
from chalicelib.web.risk_present import order_view


async def orders(call: Call) -> wire.Page[wire.OrderView]:
    """All orders that wait."""
    overview = await read_overview(call.office.table)
    waiting = order_operations.waiting_orders(overview)
    return wire.Page[wire.OrderView](items=[order_view(each) for each in waiting])


async def cancel_order(call: Call) -> wire.AccountView:
    """Take a waiting order away."""
    body: wire.OrderCancel = call.body
    wanted = order_operations.WantedCancel(
        call.params["strategy"],
        call.params["order_id"],
        call.actor,
        body.reason,
        call.headers.get("idempotency-key"),
        body.version,
    )
    account = await order_operations.cancel_order(call.office.table, wanted, call.office.now)
    return await _answered(call, account)


async def reset_account(call: Call) -> wire.AccountView:
    """Start an account again."""
    body: wire.AccountReset = call.body
    _require_confirmed(call, body.confirm)
    wanted = account_operations.WantedReset(
        call.params["strategy"],
        Decimal(body.starting_cash),
        call.actor,
        body.reason,
        call.headers.get("idempotency-key"),
        body.version,
    )
    account = await account_operations.reset_account(call.office.table, wanted, call.office.now)
    return await _answered(call, account)


async def fund_account(call: Call) -> wire.AccountView:
    """Pay cash in or out."""
    body: wire.AccountFunding = call.body
    _require_confirmed(call, body.confirm)
    wanted = funding_operations.WantedFunding(
        call.params["strategy"],
        Decimal(body.amount),
        call.actor,
        body.reason,
        call.headers.get("idempotency-key"),
        body.version,
    )
    account = await funding_operations.fund_account(call.office.table, wanted, call.office.now)
    return await _answered(call, account)


def _require_confirmed(call: Call, confirm: str) -> None:
    strategy = call.params["strategy"]
    if confirm != strategy:
        raise InputError(
            f"'confirm' is {confirm!r}, the account is {strategy!r}",
            "Repeat the strategy's name in 'confirm'.",
        )


async def _answered(call: Call, account: Account) -> wire.AccountView:
    overview = await read_overview(call.office.table)
    return account_view(account, overview.config, market_time(overview))


async def set_exits(call: Call) -> wire.PositionView:
    """Give one position exit rules of its own, or take them away."""
    body: wire.PositionExits = call.body
    # A gateway may hand on the colons of an instrument as they were escaped.
    instrument = InstrumentId(unquote(call.params["instrument_id"]))
    strategy = call.params["strategy"]
    account = await account_operations.set_exits(
        call.office.table,
        strategy,
        instrument,
        parse_rules(ExitRules, "exits", body.exits),
        call.actor,
        body.reason,
        call.office.now,
        call.headers.get("idempotency-key"),
    )
    at = market_time(await read_overview(call.office.table))
    return position_view(strategy, account.positions[instrument], at)
