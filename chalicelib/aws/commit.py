"""From a decision to the writes that book it: what must hold, and what changes. Pure.

Every guard overlaps another on purpose: the fence stops an old holder of the lease, the version
stops a second writer of an account, the absence of the trade stops a second booking of it, and
the control check stops everything once an operator has said so.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.aws import rows
from chalicelib.aws.table import (
    MAX_WRITES,
    Absent,
    AllOf,
    AnyOf,
    Check,
    Equals,
    LessThan,
    Put,
    Update,
    Write,
)
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import CycleReport, Decision
from chalicelib.domain.house import House
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.ports import Lease, OutboxEntry, WorkingSet

FIXED_WRITES = 6
"""Lease, control, outbox, house, summary, activity: what a last chunk holds besides accounts."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One account's changes: complete in itself, so it may be committed apart from others."""

    account: Account
    fills: tuple[Fill, ...]
    settlements: tuple[Settlement, ...]

    @property
    def size(self) -> int:
        """Writes it takes."""
        return 1 + len(self.fills) + len(self.settlements)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One transaction of a commit, with the effects it leaves in the outbox.

    ``accounts`` are those it writes, by the sort keys of their rows.
    """

    writes: tuple[Write, ...]
    token: str
    outbox: OutboxEntry | None
    accounts: Mapping[str, Account]


def acquire_lease(cycle_id: int, owner: str, now: datetime, seconds: int) -> Update:
    """Take the lease: the cycle must be new, and the lease free, expired or already ours."""
    instant = rows.epoch(now)
    cycle_is_new = AnyOf((Absent("last_cycle"), LessThan("last_cycle", cycle_id)))
    nobody_holds_it = AnyOf((Absent("until"), LessThan("until", instant)))
    held_by_us = Equals("owner", owner)
    return Update(
        "lease",
        rows.LEASE_KEY,
        set={"owner": owner, "until": instant + seconds, "cycle": cycle_id},
        add={"fence": 1},
        condition=AllOf((cycle_is_new, AnyOf((nobody_holds_it, held_by_us)))),
    )


def bookings(working: WorkingSet, decision: Decision, cycle_id: int) -> list[Booking]:
    """The accounts that this decision changes, each with the next version."""
    changed = []
    for name, account in sorted(decision.accounts.items()):
        before = working.accounts.get(name)
        if before == account and account.version > 0:
            continue
        changed.append(
            Booking(
                replace(account, version=account.version + 1, last_cycle=cycle_id),
                tuple(f for f in decision.fills if f.strategy == name),
                tuple(s for s in decision.settlements if s.strategy == name),
            )
        )
    return changed


def commit_chunks(
    lease: Lease,
    working: WorkingSet,
    decision: Decision,
    report: CycleReport,
    activity: list[Mapping[str, Any]],
) -> Iterator[Chunk]:
    """The transactions that book a decision, in the order in which they must run.

    Nearly always one. More than one only when the writes exceed DynamoDB's 100: then each holds
    whole accounts, and only the last one marks the cycle as done. A chunk is numbered by the
    accounts that its cycle booked before it, so that a run which goes on where another one died
    never gives a number, and with it a place in the trade log, a second time.
    """
    groups = _pack(bookings(working, decision, lease.cycle_id))
    number = sum(a.last_cycle == lease.cycle_id for a in working.accounts.values())
    for group in groups:
        last = group is groups[-1]
        entry = _outbox_entry(lease.cycle_id, number, group)
        writes = [
            *_guards(lease, working.control, entry is not None, report if last else None),
            *_account_writes(group),
        ]
        if entry is not None:
            writes.append(Put("outbox", rows.outbox_item(entry), Absent("pk")))
        if last:
            writes.extend(_house_writes(working.house, decision.house))
            writes.extend(_summary_writes(lease, report, activity))
        token = _token(f"{lease.cycle_id}|{lease.fence}|{working.control.version}", writes)
        accounts = {rows.account_key(b.account.strategy).sk: b.account for b in group}
        yield Chunk(tuple(writes), token, entry, accounts)
        number += len(group)


def _pack(changed: list[Booking]) -> list[list[Booking]]:
    """Fill transactions greedily with whole accounts; there is always at least one."""
    groups: list[list[Booking]] = [[]]
    room = MAX_WRITES - FIXED_WRITES
    for booking in changed:
        if booking.size > room and groups[-1]:
            groups.append([])
            room = MAX_WRITES - FIXED_WRITES
        groups[-1].append(booking)
        room -= booking.size
    return groups


def _guards(
    lease: Lease, control: Control, trades: bool, done: CycleReport | None
) -> Iterator[Write]:
    fence_is_ours = Equals("fence", lease.fence)
    cycle_is_new = AnyOf((Absent("last_cycle"), LessThan("last_cycle", lease.cycle_id)))
    still_ours = AllOf((fence_is_ours, cycle_is_new))
    if done is None:
        yield Check("lease", rows.LEASE_KEY, still_ours)
    else:
        yield Update("lease", rows.LEASE_KEY, set=_lease_when_done(done), condition=still_ours)
    if trades:
        as_read = (
            Equals("version", control.version),
            Equals("state", control.state.value),
            Equals("schema", control.schema),
        )
        yield Check("control", rows.CONTROL_KEY, AllOf(as_read))


def _lease_when_done(report: CycleReport) -> dict[str, Any]:
    if report.committed_at is None:
        raise ValueError("a committed cycle needs the time of its commit")
    return {
        "last_cycle": report.cycle_id,
        "record_key": report.record_key or "",
        "committed_at": report.committed_at.isoformat(),
        "until": 0,
    }


def _account_writes(group: Iterable[Booking]) -> Iterator[Write]:
    for booking in group:
        account = booking.account
        read_version = account.version - 1
        unchanged = Absent("pk") if read_version == 0 else Equals("version", read_version)
        yield Put(f"account {account.strategy}", rows.account_item(account), unchanged)
        trades: tuple[Fill | Settlement, ...] = (*booking.settlements, *booking.fills)
        for place, trade in enumerate(trades):
            yield Put("trade", rows.trade_item(trade, place), Absent("pk"))


def _house_writes(before: House, after: House) -> Iterator[Write]:
    """What the house remembers, if this cycle changed it; a decision without a house keeps it."""
    changed = replace(after, version=before.version)
    if changed == before or after == House():
        return
    unchanged = Absent("pk") if before.version == 0 else Equals("version", before.version)
    stored = replace(after, version=before.version + 1)
    yield Put("house", rows.house_item(stored), unchanged)


def _summary_writes(
    lease: Lease, report: CycleReport, activity: list[Mapping[str, Any]]
) -> Iterator[Write]:
    if report.committed_at is None:
        raise ValueError("a committed cycle needs the time of its commit")
    yield Put("summary", rows.cycle_item(report, report.committed_at), Absent("pk"))
    if activity:
        identity = f"{lease.cycle_id:010d}"
        yield Put("activity", rows.activity_item(report.committed_at, identity, activity))


def _outbox_entry(cycle_id: int, number: int, group: list[Booking]) -> OutboxEntry | None:
    fills = tuple(fill for booking in group for fill in booking.fills)
    settlements = tuple(s for booking in group for s in booking.settlements)
    return OutboxEntry(cycle_id, number, fills, settlements) if fills or settlements else None


def _token(guards: str, writes: Iterable[Write]) -> str:
    """The same bytes on every retry of the same commit, and on no other commit."""
    put = (write.item for write in writes if isinstance(write, Put))
    parts = (f"\n{item['pk']} {item['sk']} {item.get('body') or item}" for item in put)
    return hashlib.sha256("".join((guards, *parts)).encode()).hexdigest()[:36]
