"""Change an account by hand: start it again with new cash, or give a position rules of its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Check, Equals, Put, Table, Write
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    StoreUnavailable,
    TransactionCancelled,
)
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import MONEY_QUANTUM, ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import Reset
from chalicelib.operations.asked import ATTEMPTS, Asked, answered_before, store_change
from chalicelib.operations.protections import put_account
from chalicelib.operations.reading import Overview, read_overview

LEAST_CASH, MOST_CASH = Decimal(1), Decimal(10**9)


@dataclass(frozen=True, slots=True)
class WantedReset:
    """An account to start again, with how much cash, and who wants it."""

    strategy: str
    starting_cash: Decimal
    actor: str
    reason: str
    idempotency_key: str | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        request = f"reset|{self.strategy}|{self.starting_cash}|{self.reason}"
        return Asked(
            "account", request, self.actor, self.reason, self.idempotency_key, self.strategy
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """One way to change an account: its next state, the writes beside it, and the words for it."""

    account: Account
    change: str
    beside: tuple[Write, ...] = ()


async def reset_account(table: Table, wanted: WantedReset, now: datetime) -> Account:
    """Start an account again with this cash; its trades stay in the log, its counters begin anew.

    Raises ConflictError while positions are open and the control is not KILLED, InputError for an
    amount that no account starts with, NotFoundError when there is no such account.
    """
    if not LEAST_CASH <= wanted.starting_cash <= MOST_CASH:
        raise InputError(
            f"{wanted.starting_cash} dollars is not between {LEAST_CASH} and {MOST_CASH}",
            "Choose another starting cash.",
        )
    cash = wanted.starting_cash.quantize(MONEY_QUANTUM)
    exact = replace(wanted, starting_cash=cash)

    def change(overview: Overview, account: Account) -> Changed:
        return _started_again(overview, account, exact, now)

    return await _change_account(table, wanted.asked, now, change)


def _started_again(
    overview: Overview, account: Account, wanted: WantedReset, now: datetime
) -> Changed:
    held, control = len(account.positions), overview.control.state
    if held and control is not ControlState.KILLED:
        raise ConflictError(
            f"{account.strategy} holds {held} positions and the control is {control}",
            "Flatten first, or kill: then they are written off.",
        )
    opened = replace(
        Account.opening(account.strategy, wanted.starting_cash),
        version=account.version,
        last_cycle=account.last_cycle,
    )
    reset = _reset(account, wanted, now)
    lost = f", {held} positions that cost {reset.written_off:.2f} written off" if held else ""
    change = f"account {account.strategy} started again with {wanted.starting_cash:.2f} dollars"
    beside = (
        Put("reset", rows.reset_item(reset), Absent("pk")),
        *_house(overview.house, account),
        *_still_killed(overview, held),
    )
    return Changed(opened, f"{change} (its equity was {account.equity:.2f}{lost})", beside)


def _reset(account: Account, wanted: WantedReset, now: datetime) -> Reset:
    version = account.version + 1
    return Reset(
        f"{account.strategy}-reset-{version}",
        account.last_cycle,
        account.strategy,
        version,
        wanted.starting_cash,
        sum((p.cost for p in account.positions.values()), ZERO),
        now,
        wanted.actor,
        wanted.reason,
    )


def _still_killed(overview: Overview, held: int) -> list[Write]:
    """Positions may be written off only while nothing trades; without a row nothing does."""
    version = overview.control.version
    if not held or version == 0:
        return []
    return [Check("control", rows.CONTROL_KEY, Equals("version", version))]


def _house(house: House, account: Account) -> list[Write]:
    """Take the account's profit or loss so far out of what the house measures losses from.

    The cycle itself takes account of a change of deposits; this is the rest of the jump.
    """
    if house.version == 0:
        return []
    jump = account.starting_cash - account.equity
    moved = replace(
        house,
        version=house.version + 1,
        day_equity=house.day_equity + jump,
        peak=house.peak + jump,
        counted_from=tuple((rule, equity + jump) for rule, equity in house.counted_from),
    )
    return [Put("house", rows.house_item(moved), Equals("version", house.version))]


async def set_exits(
    table: Table,
    strategy: str,
    instrument_id: InstrumentId,
    exits: ExitRules | None,
    actor: str,
    reason: str,
    now: datetime,
    key: str | None = None,
) -> Account:
    """Give one position exit rules of its own; None gives it back to its strategy's rules."""
    rules = "its strategy's exit rules" if exits is None else f"exit rules {_words(exits)}"
    asked = Asked(
        "risk", f"exits|{strategy}|{instrument_id}|{rules}|{reason}", actor, reason, key, strategy
    )

    def change(_: Overview, account: Account) -> Changed:
        held = account.positions.get(instrument_id)
        if held is None:
            raise NotFoundError(
                f"{strategy} holds no {instrument_id}", "`GET /v1/positions` lists what is held."
            )
        positions = {**account.positions, instrument_id: replace(held, exits=exits)}
        return Changed(replace(account, positions=positions), f"{held.title} got {rules}")

    return await _change_account(table, asked, now, change)


def _words(exits: ExitRules) -> str:
    chosen = exits.model_dump(mode="json", exclude_none=True)
    return ", ".join(f"{name} {value}" for name, value in chosen.items()) or "none at all"


async def _change_account(
    table: Table, asked: Asked, now: datetime, change: Callable[[Overview, Account], Changed]
) -> Account:
    """Change an account under its version, trying again when a cycle was faster."""
    for _ in range(ATTEMPTS):
        answered = await answered_before(table, asked)
        if answered is not None:
            return rows.ACCOUNT.decode(answered)
        overview = await read_overview(table)
        before = _account(overview, asked.strategy or "")
        wanted = change(overview, before)
        after = replace(wanted.account, version=before.version + 1)
        writes = [put_account(before, after), *wanted.beside]
        try:
            await store_change(table, asked, wanted.change, writes, rows.ACCOUNT.text(after), now)
        except TransactionCancelled:
            continue  # a cycle was faster: read the account again
        return after
    raise StoreUnavailable("the account kept changing while it was being written", "Try again.")


def _account(overview: Overview, strategy: str) -> Account:
    for account in overview.accounts:
        if account.strategy == strategy:
            return account
    known = ", ".join(account.strategy for account in overview.accounts) or "none yet"
    raise NotFoundError(f"there is no account {strategy!r}", f"Accounts: {known}.")
