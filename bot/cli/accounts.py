"""Start an account again: ``bot account reset``."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption, YesOption
from bot.cli.output import answer, guarded, say
from bot.cli.target import find_target
from chalicelib.domain.errors import InputError
from chalicelib.operations.accounts import WantedReset, reset_account
from chalicelib.operations.strategies import read_config
from chalicelib.web.dispatch import complete
from chalicelib.web.present import account_view

account = typer.Typer(help="One account per strategy.", no_args_is_help=True)


@account.callback()
def _group() -> None:
    """Keep ``reset`` a command of its own, even while it is the only one."""


@account.command()
@guarded
def reset(
    strategy: Annotated[str, typer.Argument(help="Whose account")],
    cash: Annotated[str, typer.Option(help="Dollars to start with")],
    reason: ReasonOption,
    yes: YesOption = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Start an account again with new cash. Its trades stay in the log.

    Refused while positions are open, unless the control is KILLED: then they are written off.
    """
    wanted = WantedReset(strategy, _dollars(cash), actor(), reason)
    if not yes:
        typer.confirm(f"Start the account of {strategy} again with {cash} dollars?", abort=True)
    table = find_target(stage).table()
    changed = complete(reset_account(table, wanted, datetime.now(UTC)))
    document = account_view(changed, complete(read_config(table))).model_dump(mode="json")
    answer(document, as_json, lambda: say(f"{strategy} starts again with {changed.cash:,.2f}"))


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as exc:
        raise InputError(f"--cash {text!r} is not a number", "For example --cash 10000.") from exc
    if not amount.is_finite():
        raise InputError(f"--cash {text!r} is not an amount", "For example --cash 10000.")
    return amount
