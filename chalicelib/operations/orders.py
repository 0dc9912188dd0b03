"""Orders that wait across cycles: list those of every account, and cancel one by hand."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws.table import Table
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.order import RestingOrder
from chalicelib.domain.portfolio import Account
from chalicelib.operations.account_change import Changed, change_account
from chalicelib.operations.asked import Asked
from chalicelib.operations.reading import Overview


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits, with whose it is and the version of that account."""

    strategy: str
    version: int
    order: RestingOrder


def waiting_orders(overview: Overview) -> list[Waiting]:
    """Every order that waits, by account and then as they were placed."""
    return [
        Waiting(account.strategy, account.version, order)
        for account in overview.accounts
        for order in sorted(account.orders.values(), key=lambda o: (o.placed_at, o.order_id))
    ]


def find_waiting(overview: Overview, order_id: str) -> Waiting:
    """The one order whose id begins like this, whoever's it is; NotFoundError otherwise."""
    orders = waiting_orders(overview)
    found = [w for w in orders if order_id and w.order.order_id.startswith(order_id)]
    if len(found) > 1:
        raise InputError(
            f"{len(found)} orders have an id that begins with {order_id!r}", "Give the whole id."
        )
    if not found:
        raise _not_found(order_id, orders)
    return found[0]


@dataclass(frozen=True, slots=True)
class WantedCancel:
    """An order to cancel, and who wants it. ``version`` None: whatever the account's is now."""

    strategy: str
    order_id: str
    actor: str
    reason: str
    idempotency_key: str | None = None
    version: int | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        request = f"cancel|{self.strategy}|{self.order_id}|{self.version}|{self.reason}"
        return Asked(
            "account", request, self.actor, self.reason, self.idempotency_key, self.strategy
        )


async def cancel_order(table: Table, wanted: WantedCancel, now: datetime) -> Account:
    """Take an order away at once; a cycle that runs meanwhile cannot fill it any more.

    Its strategy may ask for it again. Raises NotFoundError when no such order waits.
    """

    def change(_: Overview, account: Account) -> Changed:
        order = account.orders.get(wanted.order_id)
        if order is None:
            waiting = [Waiting(account.strategy, 0, o) for o in account.orders.values()]
            raise _not_found(wanted.order_id, waiting)
        left = {i: o for i, o in account.orders.items() if i != wanted.order_id}
        words = f"order cancelled: {order.side} {order.left.normalize():f} {order.title}"
        return Changed(replace(account, orders=left), words)

    return await change_account(table, wanted.asked, now, change, wanted.version)


def _not_found(order_id: str, waiting: list[Waiting]) -> NotFoundError:
    known = ", ".join(w.order.order_id for w in waiting[:10]) or "none"
    return NotFoundError(f"no order {order_id[:80]!r} waits", f"Those that wait: {known}.")
