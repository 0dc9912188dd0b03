"""Hold every account against its own trade log, and stop trading when they disagree."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Item, Put, Table
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import ConflictError
from chalicelib.domain.order import Fill, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import AccountEvent, Reset
from chalicelib.engine.reconcile import Drift, Entry, compare, rank
from chalicelib.operations.control import ATTEMPTS, WantedControl, change_control, read_control
from chalicelib.operations.reading import read_overview

ACTOR = "reconciliation"
ROWS_PER_READ = 500
LOOKS = 2
"""A difference counts when a second look finds it too."""
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What a reconciliation found. ``trades`` counts the entries that were added up."""

    accounts: int
    trades: int
    drifts: tuple[Drift, ...]

    @property
    def sound(self) -> bool:
        """Whether every account is what its trades say."""
        return not self.drifts


async def check_accounts(table: Table) -> Checked:
    """Recompute every account from its trades. Reads only."""
    overview = await read_overview(table)
    drifts: list[Drift] = []
    trades = 0
    for account in overview.accounts:
        found, entries = await _check(table, account)
        drifts.extend(found)
        trades += entries
    return Checked(len(overview.accounts), trades, tuple(drifts))


async def _check(table: Table, first: Account) -> tuple[list[Drift], int]:
    """One account, read again for the second look: a cycle may have booked meanwhile."""
    account: Account | None = first
    found: list[Drift] = []
    entries: list[Entry] = []
    for _ in range(LOOKS):
        if account is None:
            break
        entries = await read_entries(table, account.strategy)
        found = compare(account, entries)
        if not found:
            break
        item = await table.get(rows.account_key(first.strategy))
        account = None if item is None else rows.account_from(item)
    return found, len(entries)


async def read_entries(table: Table, strategy: str, *, whole: bool = False) -> list[Entry]:
    """A strategy's trade log, oldest first; back to its last reset, or ``whole``."""
    newest_first: list[tuple[int, int, Entry]] = []
    before: str | None = None
    while True:
        page = await table.query(
            rows.trades_partition(strategy), before=before, newest_first=True, limit=ROWS_PER_READ
        )
        for item in page.items:
            entry: Entry = rows.event_from(item) or rows.trade_from(item)
            newest_first.append((entry.cycle_id, _place(item, entry), entry))
            if isinstance(entry, Reset) and not whole:
                return _oldest_first(newest_first)
        if not page.more or not page.items:
            return _oldest_first(newest_first)
        before = page.items[-1]["sk"]


def _place(item: Item, entry: Entry) -> int:
    """The order within one cycle; rows of old tell none, and there exits went first."""
    if isinstance(entry, AccountEvent):
        return entry.version
    bought = isinstance(entry, Fill) and entry.side is Side.BUY
    return int(item.get("place", bought))


def _oldest_first(found: list[tuple[int, int, Entry]]) -> list[Entry]:
    ordered = sorted(found, key=lambda row: (row[0], rank(row[2]), row[1]))
    return [entry for _, _, entry in ordered]


async def stop_on_drift(table: Table, drifts: Sequence[Drift], now: datetime) -> bool:
    """Pause, unless nothing new is being opened anyway; say so either way. True: it paused."""
    told = "; ".join(drift.text for drift in drifts[:MOST_TOLD])
    more = f"; and {len(drifts) - MOST_TOLD} more" if len(drifts) > MOST_TOLD else ""
    reason = f"accounts differ from their trade log: {told}{more}"
    for _ in range(ATTEMPTS):
        control = await read_control(table)
        if control.state is not ControlState.RUNNING:
            break
        wanted = WantedControl(ControlState.PAUSED, reason, ACTOR, control.version)
        with suppress(ConflictError):  # an operator was faster, and may have stopped more
            await change_control(table, wanted, now)
            return True
    entry = {"kind": "fault", "strategy": None, "text": reason, "cycle_id": None}
    await table.write(Put("activity", rows.activity_item(now, "reconciliation", [entry])))
    return False
