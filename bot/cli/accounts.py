"""Change an account by hand: ``bot account reset`` and ``bot account fund``."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption, YesOption
from bot.cli.output import answer, guarded, say
from bot.cli.target import find_target
from chalicelib.aws.table import Table
from chalicelib.domain.errors import InputError
from chalicelib.domain.portfolio import Account
from chalicelib.operations.accounts import WantedReset, reset_account
from chalicelib.operations.funding import WantedFunding, fund_account
from chalicelib.operations.protections import market_time
from chalicelib.operations.reading import read_overview
from chalicelib.web.account_present import account_view
from chalicelib.web.dispatch import complete

account = typer.Typer(help="One account per strategy.", no_args_is_help=True)
StrategyArgument = Annotated[str, typer.Argument(help="Whose account")]


@account.command()
@guarded
def reset(
    strategy: StrategyArgument,
    cash: Annotated[str, typer.Option(help="Dollars to start with")],
    reason: ReasonOption,
    yes: YesOption = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Start an account again with new cash. Its trades stay in the log.

    Refused while positions are open, unless the control is KILLED: then they are written off.
    """
    wanted = WantedReset(strategy, _dollars(cash, "--cash"), actor(), reason)
    if not yes:
        typer.confirm(f"Start the account of {strategy} again with {cash} dollars?", abort=True)
    table = find_target(stage).table()
    changed = complete(reset_account(table, wanted, datetime.now(UTC)))
    document = _document(table, changed)
    answer(document, as_json, lambda: say(f"{strategy} starts again with {changed.cash:,.2f}"))


@account.command()
@guarded
def fund(
    strategy: StrategyArgument,
    amount: Annotated[str, typer.Option(help="Dollars to pay in; --amount=-50 takes 50 out")],
    reason: ReasonOption,
    yes: YesOption = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Pay cash into an account or out of it. Positions stay; it is neither profit nor loss."""
    wanted = WantedFunding(strategy, _dollars(amount, "--amount"), actor(), reason)
    if not yes:
        typer.confirm(f"Move {amount} dollars into the account of {strategy}?", abort=True)
    table = find_target(stage).table()
    changed = complete(fund_account(table, wanted, datetime.now(UTC)))
    told = f"{strategy} has {changed.cash:,.2f} in cash, {changed.starting_cash:,.2f} were paid in"
    answer(_document(table, changed), as_json, lambda: say(told))


def _document(table: Table, changed: Account) -> dict[str, object]:
    overview = complete(read_overview(table))
    return account_view(changed, overview.config, market_time(overview)).model_dump(mode="json")


def _dollars(text: str, option: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as exc:
        raise InputError(
            f"{option} {text!r} is not a number", f"For example {option}=10000."
        ) from exc
