"""Tripped protections: what holds now, and letting one go before its time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Equals, Put, Table
from chalicelib.codec import Codec
from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.house import House
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import Protection
from chalicelib.operations.asked import Asked, Change, change_as_read
from chalicelib.operations.reading import Overview, read_overview

HOUSE = "house"
ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Tripped:
    """A protection that holds. ``strategy`` None: it belongs to the house."""

    protection_id: str
    strategy: str | None
    protection: Protection


TRIPPED = Codec[Tripped](Tripped, "released protection")


def protection_id(strategy: str | None, protection: Protection) -> str:
    """The name of one trip of one protection: another trip of the same rule has another."""
    parts = (
        strategy or "",
        protection.rule,
        protection.scope.value,
        protection.subject,
        protection.tripped_at.isoformat(),
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:ID_LENGTH]


def market_time(overview: Overview) -> datetime | None:
    """The market's clock at the last committed cycle, which releases are judged by."""
    return None if overview.last_cycle is None else cycle_time(overview.last_cycle)


def tripped(overview: Overview) -> list[Tripped]:
    """Every protection that holds at the last committed cycle, the house's first."""
    at = market_time(overview)
    return [
        *_holding(None, overview.house.protections, at),
        *(t for a in overview.accounts for t in _holding(a.strategy, a.protections, at)),
    ]


def _holding(
    strategy: str | None, protections: Sequence[Protection], at: datetime | None
) -> list[Tripped]:
    return [
        Tripped(protection_id(strategy, p), strategy, p)
        for p in protections
        if at is None or p.holds(at)
    ]


async def release_protection(
    table: Table, wanted: str, actor: str, reason: str, now: datetime, key: str | None = None
) -> Tripped:
    """Let a tripped protection go as of the last cycle. NotFoundError when none of this id holds.

    It stays in the account as one that is over, so that the rule does not trip on the same
    losses again.
    """
    asked = Asked("risk", f"release|{wanted}|{reason}", actor, reason, key)

    async def prepare() -> Change[Tripped]:
        overview = await read_overview(table)
        found = _find(overview, wanted)
        at = market_time(overview) or now
        released = replace(found, protection=replace(found.protection, releases_at=at))
        words = f"protection {found.protection.rule} released ({found.protection.reason})"
        write = _released(overview, found, released.protection)
        return Change(released, words, [write], found.strategy)

    return await change_as_read(table, asked, TRIPPED, prepare, now)


def _find(overview: Overview, wanted: str) -> Tripped:
    holding = tripped(overview)
    for candidate in holding:
        if candidate.protection_id == wanted:
            return candidate
    known = ", ".join(t.protection_id for t in holding[:10]) or "none"
    raise NotFoundError(f"no protection {wanted!r} holds", f"Those that hold: {known}.")


def _released(overview: Overview, found: Tripped, over: Protection) -> Put:
    if found.strategy is None:
        house = overview.house
        changed: House = replace(
            house,
            protections=_with(house.protections, found.protection, over),
            version=house.version + 1,
        )
        return Put("house", rows.house_item(changed), Equals("version", house.version))
    account: Account = next(a for a in overview.accounts if a.strategy == found.strategy)
    kept = _with(account.protections, found.protection, over)
    return put_account(account, replace(account, protections=kept))


def put_account(before: Account, after: Account) -> Put:
    """The write that replaces an account that was read, with the next version."""
    stored = replace(after, version=before.version + 1)
    return Put("account", rows.account_item(stored), Equals("version", before.version))


def _with(
    protections: Sequence[Protection], old: Protection, new: Protection
) -> tuple[Protection, ...]:
    return tuple(new if protection == old else protection for protection in protections)
