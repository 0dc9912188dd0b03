"""Change an account by hand: start it again with new cash, or give a position rules of its own."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.aws import rows
from chalicelib.aws.table import Check, Equals, Table, Write
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import ConflictError, NotFoundError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import Reset
from chalicelib.operations.account_change import (
    LEAST_CASH,
    MOST_CASH,
    Changed,
    change_account,
    dollars,
    house_moved,
    logged,
)
from chalicelib.operations.asked import Asked
from chalicelib.operations.reading import Overview


@dataclass(frozen=True, slots=True)
class WantedReset:
    """An account to start again, with how much cash, and who wants it.

    ``version`` None: whatever the account's version is now.
    """

    strategy: str
    starting_cash: Decimal
    actor: str
    reason: str
    idempotency_key: str | None = None
    version: int | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        request = f"reset|{self.strategy}|{self.starting_cash}|{self.version}|{self.reason}"
        return Asked(
            "account", request, self.actor, self.reason, self.idempotency_key, self.strategy
        )


async def reset_account(table: Table, wanted: WantedReset, now: datetime) -> Account:
    """Start an account again with this cash; its trades stay in the log, its counters begin anew.

    Raises ConflictError while positions are open and the control is not KILLED, InputError for an
    amount that no account starts with, NotFoundError when there is no such account.
    """
    cash = dollars(wanted.starting_cash, LEAST_CASH, MOST_CASH)
    exact = replace(wanted, starting_cash=cash)

    def change(overview: Overview, account: Account) -> Changed:
        return _started_again(overview, account, exact, now)

    return await change_account(table, exact.asked, now, change, wanted.version)


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
    jump = opened.equity - account.equity
    paid_in = opened.starting_cash - account.starting_cash
    beside = (
        *logged(reset),
        *house_moved(overview.house, jump, paid_in),
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

    return await change_account(table, asked, now, change)


def _words(exits: ExitRules) -> str:
    chosen = exits.model_dump(mode="json", exclude_none=True)
    return ", ".join(f"{name} {value}" for name, value in chosen.items()) or "none at all"
