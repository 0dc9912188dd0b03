"""Change one account by hand, under its version, with all that has to change beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Equals, Put, Table, Write
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError
from chalicelib.domain.house import House
from chalicelib.domain.money import MONEY_QUANTUM
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import AccountEvent
from chalicelib.operations.asked import Asked, Change, change_as_read
from chalicelib.operations.protections import put_account
from chalicelib.operations.reading import Overview, read_overview
from chalicelib.ports import OutboxEntry

LEAST_CASH, MOST_CASH = Decimal(1), Decimal(10**9)
"""What an account starts with, and what it may have been paid in all, in dollars."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One way to change an account: its next state, the words for it, and the writes beside it."""

    account: Account
    change: str
    beside: tuple[Write, ...] = ()


async def change_account(
    table: Table,
    asked: Asked,
    now: datetime,
    change: Callable[[Overview, Account], Changed],
    version: int | None = None,
) -> Account:
    """Change an account, trying again when a cycle was faster.

    With ``version``, only while that is its version: otherwise ConflictError shows the account.
    Raises NotFoundError when there is no such account.
    """

    async def prepare() -> Change[Account]:
        overview = await read_overview(table)
        before = find_account(overview, asked.strategy or "")
        if version is not None and version != before.version:
            raise _stale(before, version)
        wanted = change(overview, before)
        after = replace(wanted.account, version=before.version + 1)
        return Change(after, wanted.change, [put_account(before, after), *wanted.beside])

    return await change_as_read(table, asked, rows.ACCOUNT, prepare, now)


def find_account(overview: Overview, strategy: str) -> Account:
    """The account of a strategy; NotFoundError names those that there are."""
    for account in overview.accounts:
        if account.strategy == strategy:
            return account
    known = ", ".join(account.strategy for account in overview.accounts) or "none yet"
    raise NotFoundError(f"there is no account {strategy!r}", f"Accounts: {known}.")


def _stale(account: Account, sent: int) -> ConflictError:
    return ConflictError(
        f"the account of {account.strategy} is at version {account.version}, you sent {sent}",
        "Look at it again and send its version, or none to change it as it is.",
        account,
    )


def dollars(amount: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """An amount that an operator named, exact to the micro-dollar; InputError for anything else."""
    if not amount.is_finite() or not least <= amount <= most:
        raise InputError(
            f"{amount} dollars is not between {least} and {most}", "Choose another amount."
        )
    exact = amount.quantize(MONEY_QUANTUM)
    if exact != amount:
        raise InputError(
            f"{amount} dollars is finer than a micro-dollar", "Six places are the most."
        )
    return exact


def logged(event: AccountEvent) -> list[Write]:
    """The writes that put an event into the account's trade log, and on its way to the archive."""
    return [
        Put("event", rows.event_item(event), Absent("pk")),
        Put("outbox", rows.outbox_item(OutboxEntry.of_event(event)), Absent("pk")),
    ]


def house_moved(house: House, equity: Decimal, deposits: Decimal) -> list[Write]:
    """Take a jump of equity out of what the house measures losses from.

    ``deposits`` is how much of it was paid in, so that the next cycle does not move it again.
    """
    if house.version == 0:
        return []
    moved = replace(
        house,
        version=house.version + 1,
        day_equity=house.day_equity + equity,
        peak=house.peak + equity,
        deposits=house.deposits + deposits,
        counted_from=tuple((rule, start + equity) for rule, start in house.counted_from),
    )
    return [Put("house", rows.house_item(moved), Equals("version", house.version))]
