"""Read the committed state for people: the overview, and lists newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.aws import rows
from chalicelib.aws.table import Item, Table
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import Config, CycleReport
from chalicelib.domain.errors import StoreError
from chalicelib.domain.house import House
from chalicelib.domain.portfolio import Account

LONGEST_GAP = 14
"""Days in a row without an entry after which a list has come to its end."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole current state, read in one consistent query.

    ``outbox`` counts the entries whose trades are not in the archive yet.
    """

    control: Control
    config: Config
    accounts: tuple[Account, ...]
    last_cycle: int | None
    committed_at: datetime | None
    record_key: str | None
    house: House = field(default_factory=House)
    outbox: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows newest first; ``cursor`` is where the next page starts, None at the end."""

    items: Sequence[Any]
    cursor: str | None


async def read_overview(table: Table) -> Overview:
    """Control, settings, accounts and the last committed cycle."""
    page = await table.query(rows.SHARD)
    found = {item["sk"]: item for item in page.items}
    lease = found.get("LEASE", {})
    return Overview(
        rows.control_from(found.get("CONTROL")),
        rows.config_from(found.get("CONFIG")),
        tuple(rows.account_from(i) for key, i in found.items() if key.startswith("ACCOUNT#")),
        lease.get("last_cycle"),
        _committed_at(lease),
        lease.get("record_key") or None,
        rows.house_from(found.get("HOUSE")),
        sum(key.startswith("OUTBOX#") for key in found),
    )


async def last_commit(table: Table) -> datetime | None:
    """When the last cycle was committed, on the wall clock."""
    return _committed_at(await table.get(rows.LEASE_KEY) or {})


async def last_record(table: Table) -> str | None:
    """The archive key of the newest committed record, None before the first cycle."""
    return (await table.get(rows.LEASE_KEY) or {}).get("record_key") or None


def _committed_at(lease: Item) -> datetime | None:
    committed = lease.get("committed_at")
    try:
        return datetime.fromisoformat(committed) if committed else None
    except (TypeError, ValueError) as exc:
        raise StoreError(
            f"the lease row cannot be read: committed_at is {committed!r}", "Run `bot doctor`."
        ) from exc


async def read_cycle(
    table: Table, cycle_id: int, now: datetime | None = None
) -> CycleReport | None:
    """One cycle's summary; with ``now``, only while it has not expired."""
    item = await table.get(rows.cycle_key(cycle_id))
    if item is None or (now is not None and rows.expired(item, now)):
        return None
    return rows.report_from(item)


async def list_cycles(
    table: Table, newest: int | None, limit: int, cursor: str | None, now: datetime
) -> Listing:
    """Summaries of committed cycles, newest first; ``newest`` is the last committed one."""
    if newest is None:
        return Listing((), None)
    before = int(cursor) if cursor else newest + 1
    items, left = await _walk(
        table, "CYCLE", (before - 1) // rows.CYCLES_PER_DAY, f"{before:010d}", limit
    )
    reports = [rows.report_from(item) for item in items if not rows.expired(item, now)]
    return Listing(reports, f"{reports[-1].cycle_id}" if left and reports else None)


async def list_activity(table: Table, limit: int, cursor: str | None, now: datetime) -> Listing:
    """What happened, newest first: one moment may hold several entries."""
    before = cursor or f"{int(now.timestamp() * 1000) + 60_000:014d}"
    day = int(before[:14]) // 86_400_000
    items, left = await _walk(table, "ACTIVITY", day, before, limit)
    entries: list[dict[str, Any]] = []
    last = None
    for item in items:
        if rows.expired(item, now):
            continue
        if len(entries) >= limit:
            left = True
            break
        at = _moment(item)
        entries.extend({**entry, "at": at} for entry in reversed(item["entries"]))
        last = item["sk"]
    return Listing(entries, last if left else None)


def _moment(item: Item) -> datetime:
    milliseconds = int(item["sk"][:14])
    moment = rows.utc(milliseconds // 1000)
    return moment.replace(microsecond=milliseconds % 1000 * 1000)


async def list_trades(
    table: Table, strategies: Sequence[str], limit: int, cursor: str | None
) -> Listing:
    """Fills and settlements of these strategies, newest first."""
    merged: list[tuple[str, Item]] = []
    more = False
    for strategy in strategies:
        page = await table.query(
            rows.trades_partition(strategy), before=cursor, newest_first=True, limit=limit
        )
        merged.extend((item["sk"], item) for item in page.items)
        more = more or page.more
    merged.sort(key=lambda pair: pair[0], reverse=True)
    cut = merged[:limit]
    left = more or len(merged) > limit
    trades = [rows.trade_from(item) for _, item in cut if rows.event_from(item) is None]
    return Listing(trades, cut[-1][0] if left and cut else None)


async def _walk(
    table: Table, prefix: str, bucket: int, before: str, limit: int
) -> tuple[list[Item], bool]:
    """Rows of daily buckets, newest first, and whether there may be more."""
    items: list[Item] = []
    quiet = 0
    while quiet < LONGEST_GAP:
        page = await table.query(
            f"{prefix}#{bucket}", before=before, newest_first=True, limit=limit - len(items)
        )
        items.extend(page.items)
        if len(items) >= limit:
            return items, True
        quiet = 0 if page.items else quiet + 1
        bucket -= 1
    return items, False
