"""Who asks for a change and why, and how a change is stored together with its trail."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.table import Table, Write
from chalicelib.operations.audit import audit_writes
from chalicelib.operations.idempotency import earlier_answer, remember_answer

ATTEMPTS = 8
"""How often a change is tried again when a running cycle was faster."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a change. ``request`` is what makes two requests the same."""

    kind: str
    request: str
    actor: str
    reason: str
    idempotency_key: str | None = None
    strategy: str | None = None


async def answered_before(table: Table, asked: Asked) -> str | None:
    """What was answered to this request under its key; ConflictError if the request differs."""
    return await earlier_answer(table, asked.actor, asked.idempotency_key, asked.request)


async def store_change(
    table: Table, asked: Asked, change: str, writes: Sequence[Write], answer: str, now: datetime
) -> None:
    """Write a change, its audit row, its activity entry and its answer, all or none of them."""
    identity = asked.idempotency_key or hashlib.sha256(answer.encode()).hexdigest()[:16]
    words = f"{change}: {asked.reason}" if asked.reason else change
    trail = [
        *audit_writes(asked.kind, asked.actor, words, now, identity, asked.strategy),
        *remember_answer(asked.actor, asked.idempotency_key, asked.request, answer, now),
    ]
    unique = f"{asked.request}|{answer}|{identity}|{asked.actor}|{now.isoformat()}"
    token = hashlib.sha256(unique.encode()).hexdigest()[:36]
    await table.transact([*writes, *trail], token)
