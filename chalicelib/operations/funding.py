"""Pay cash into an account that goes on, or out of it: neither is a profit or a loss."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.aws.table import Table
from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.errors import ConflictError, InputError
from chalicelib.domain.portfolio import Account
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.reset import Funding
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
class WantedFunding:
    """Dollars to pay in, or out where ``amount`` is negative, and who wants it.

    ``version`` None: whatever the account's version is now.
    """

    strategy: str
    amount: Decimal
    actor: str
    reason: str
    idempotency_key: str | None = None
    version: int | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        request = f"funding|{self.strategy}|{self.amount}|{self.version}|{self.reason}"
        return Asked(
            "account", request, self.actor, self.reason, self.idempotency_key, self.strategy
        )


async def fund_account(table: Table, wanted: WantedFunding, now: datetime) -> Account:
    """Move cash; positions, orders and counters stay, and all that losses are measured from moves.

    Raises InputError for an amount that is none, ConflictError for one that the account does not
    bear, NotFoundError when there is no such account.
    """
    amount = dollars(wanted.amount, -MOST_CASH, MOST_CASH)
    if amount == 0:
        raise InputError("an amount of 0 changes nothing", "Name the dollars to pay in or out.")
    exact = replace(wanted, amount=amount)

    def change(overview: Overview, account: Account) -> Changed:
        return _funded(overview, account, exact, now)

    return await change_account(table, exact.asked, now, change, wanted.version)


def _funded(overview: Overview, account: Account, wanted: WantedFunding, now: datetime) -> Changed:
    amount = wanted.amount
    _require_bearable(account, amount, overview.config.setting(account.strategy).borrow)
    version = account.version + 1
    event = Funding(
        f"{account.strategy}-funding-{version}",
        account.last_cycle,
        account.strategy,
        version,
        amount,
        now,
        wanted.actor,
        wanted.reason,
    )
    after = replace(
        account,
        starting_cash=account.starting_cash + amount,
        cash=account.cash + amount,
        peak=account.peak + amount,
        funded=account.funded + amount,
        pulse=_moved(account.pulse, amount),
    )
    way = "paid into" if amount > 0 else "taken out of"
    change = f"{abs(amount):.2f} dollars {way} account {account.strategy}"
    beside = (*logged(event), *house_moved(overview.house, amount, amount))
    return Changed(after, f"{change} ({after.starting_cash:.2f} in all)", beside)


def _moved(pulse: Pulse, amount: Decimal) -> Pulse:
    """What losses by time are measured from, moved with the money."""
    return replace(
        pulse,
        day_equity=pulse.day_equity + amount,
        hour_equity=pulse.hour_equity + amount,
        counted_from=tuple((rule, start + amount) for rule, start in pulse.counted_from),
    )


def _require_bearable(account: Account, amount: Decimal, borrow: BorrowModel) -> None:
    if account.starting_cash + amount > MOST_CASH:
        raise ConflictError(
            f"{account.strategy} would have been paid more than {MOST_CASH} dollars",
            "Pay in less.",
        )
    most, why = _withdrawable(account, borrow)
    if -amount > most:
        raise ConflictError(
            f"{-amount:.2f} dollars are more than can be taken out of {account.strategy}: "
            f"{max(most, Decimal(0)):.2f}, {why}",
            "Take out less, cancel waiting orders, or reset the account.",
        )


def _withdrawable(account: Account, borrow: BorrowModel) -> tuple[Decimal, str]:
    """The most dollars that can be taken out, and what bounds them.

    A limit on a share of equity needs an equity to measure from: a dollar of each stays.
    """
    from chalicelib.engine.cash import free_cash  # noqa: PLC0415 - only when asked

    pulse = account.pulse
    bounds = [
        (free_cash(account, borrow), "the cash that no waiting order or short needs"),
        (account.starting_cash - LEAST_CASH, "a dollar less than was paid in"),
        (account.peak - LEAST_CASH, "a dollar less than its highest equity"),
    ]
    if pulse.day >= 0:
        bounds.append((pulse.day_equity - LEAST_CASH, "a dollar less than its day began with"))
        bounds.append((pulse.hour_equity - LEAST_CASH, "a dollar less than its hour began with"))
    return min(bounds)
