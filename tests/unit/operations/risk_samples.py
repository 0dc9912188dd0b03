"""A system with a tripped protection and an open position, for operators to work on."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table, Write
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.house import House
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import Protection, Scope
from tests.builders import CYCLE, NOW, account, control, fill
from tests.cloud_fixtures import run

TRIPPED = Protection("losses-in-a-row", Scope.STRATEGY, "test", "4 losses", NOW, None)
SHUT = Protection("venue-unhealthy", Scope.VENUE, "test", "3 failed cycles", NOW, None)
HOUSE = House(3, 20_724, Decimal(1000), Decimal(1100), (SHUT,), (), Decimal(1000))
BOUGHT = fill(Side.BUY, 10, "0.4")


def holding(cash: int = 1000) -> Account:
    """An account that bought ten contracts, and whose protection tripped."""
    bought = apply_fill(account(cash), BOUGHT)
    return replace(bought, version=5, last_cycle=CYCLE, protections=(TRIPPED,))


def flat(cash: int = 1000, equity: int = 900) -> Account:
    """An account that holds nothing, and lost a little."""
    lost = replace(account(cash), cash=Decimal(equity), realised=Decimal(equity - cash))
    return replace(lost, version=5, last_cycle=CYCLE)


def store(
    table: Table,
    *accounts: Account,
    state: ControlState = ControlState.RUNNING,
    house: House | None = HOUSE,
) -> Table:
    """A table in this state, whose last cycle is ``CYCLE``."""
    items = [
        rows.control_item(control(state, 7)),
        {"pk": rows.SHARD, "sk": "LEASE", "last_cycle": CYCLE, "committed_at": NOW.isoformat()},
        *(rows.account_item(each) for each in accounts),
        *([rows.house_item(house)] if house is not None else []),
    ]
    for item in items:
        run(table.write(Put("stored", item)))
    return table


def stored_account(table: Table) -> Account:
    """The account as it is now."""
    item = run(table.get(rows.account_key("test")))
    assert item is not None
    return rows.account_from(item)


def told(table: Table) -> list[str]:
    """What the activity feed says."""
    page = run(table.query(f"ACTIVITY#{rows.day_of(NOW)}"))
    return [entry["text"] for item in page.items for entry in item["entries"]]


def audited(table: Table) -> list[tuple[str, str]]:
    """Kind and words of every audit row."""
    page = run(table.query(f"AUDIT#{NOW:%Y%m}"))
    return [(item["kind"], item["change"]) for item in page.items]


class Overtaken(MemoryTable):
    """A table on which a running cycle books into the account just before the first change."""

    races = 1

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """Let the cycle win as often as asked for."""
        if self.races:
            self.races -= 1
            before = stored_account(self)
            after = replace(before, version=before.version + 1, trades=before.trades + 1)
            self._store(rows.account_key("test"), rows.account_item(after))
        await super().transact(writes, token)


def put(table: Table, item: dict[str, Any]) -> None:
    """Store a row by hand."""
    run(table.write(Put("stored", item)))
