"""Bearer tokens: only their SHA-256 is stored, and each has a role, an end and an owner."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Item, Key, Put, Table, Update
from chalicelib.domain.errors import InputError, NotFoundError, TransactionCancelled
from chalicelib.operations.audit import audit_writes

RoleName = Literal["viewer", "operator", "admin"]
ROLES: tuple[RoleName, ...] = ("viewer", "operator", "admin")
PARTITION = "TOKEN"
PREFIX = "mst_"
LONGEST_DAYS = 366
KEPT_AFTER_EXPIRY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as stored; ``token_id`` is the beginning of its hash."""

    token_id: str
    digest: str
    label: str
    role: RoleName
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def usable(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


def digest_of(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create_token(
    table: Table, role: str, label: str, days: int, actor: str, now: datetime
) -> tuple[str, Token]:
    """Make a token; the secret is answered here and never again."""
    if role not in ROLES:
        raise InputError(f"no role is called {role!r}", f"Roles: {', '.join(ROLES)}.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"{days} days is not between 1 and {LONGEST_DAYS}", "Choose fewer days.")
    secret = PREFIX + secrets.token_urlsafe(32)
    digest = digest_of(secret)
    expires_at = now + timedelta(days=days)
    token = Token(digest[:8], digest, label, role, now, expires_at, None)
    change = f"token {token.token_id} ({label}) created with role {role} for {days} days"
    stored = Put("token", _item(token), Absent("pk"))
    await table.transact(
        [stored, *audit_writes("token", actor, change, now, digest)], f"t-{digest[:30]}"
    )
    return secret, token


async def find_token(table: Table, secret: str) -> Token | None:
    """The token with this secret, usable or not."""
    item = await table.get(Key(PARTITION, digest_of(secret)))
    return _token(item) if item else None


async def list_tokens(table: Table) -> list[Token]:
    """All tokens, newest first."""
    page = await table.query(PARTITION)
    tokens = (_token(item) for item in page.items)
    return sorted(tokens, key=lambda token: token.created_at, reverse=True)


async def revoke_token(table: Table, token_id: str, actor: str, now: datetime) -> Token:
    """Make a token useless at once; NotFoundError when no id begins like this."""
    matching = [t for t in await list_tokens(table) if t.digest.startswith(token_id)]
    if len(matching) != 1:
        raise NotFoundError(
            f"{len(matching)} tokens have an id that begins with {token_id!r}",
            "`bot token list` shows the ids.",
        )
    token = matching[0]
    if token.revoked_at is not None:
        return token
    revoke = Update(
        "token",
        Key(PARTITION, token.digest),
        set={"revoked_at": now.isoformat()},
        condition=Absent("revoked_at"),
    )
    change = f"token {token.token_id} ({token.label}) revoked"
    writes = [revoke, *audit_writes("token", actor, change, now, token.digest)]
    unique = digest_of(f"revoke|{token.digest}|{actor}|{now.isoformat()}")
    with suppress(TransactionCancelled):  # somebody else was first: it is what was wanted
        await table.transact(writes, unique[:36])
    return replace(token, revoked_at=now)


def _item(token: Token) -> Item:
    return {
        "pk": PARTITION,
        "sk": token.digest,
        "schema": rows.SCHEMA,
        "label": token.label,
        "role": token.role,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "ttl": rows.epoch(token.expires_at + KEPT_AFTER_EXPIRY),
    }


def _token(item: Item) -> Token:
    revoked = item.get("revoked_at")
    return Token(
        item["sk"][:8],
        item["sk"],
        item["label"],
        item["role"],
        datetime.fromisoformat(item["created_at"]),
        datetime.fromisoformat(item["expires_at"]),
        datetime.fromisoformat(revoked) if revoked else None,
    )
