"""Who asks for a change and why, and how a change is stored together with its trail."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from chalicelib.aws.table import Table, Write
from chalicelib.codec import Codec
from chalicelib.domain.errors import StoreUnavailable, TransactionCancelled
from chalicelib.operations.audit import audit_writes
from chalicelib.operations.idempotency import earlier_answer, remember_answer

ATTEMPTS = 8
"""How often a change is tried again when a running cycle was faster."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a change. ``request`` is what makes two requests the same."""

    kind: str
    request: str
    actor: str
    reason: str
    idempotency_key: str | None = None
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Change(Generic[Result]):
    """What a request comes to, as things stand: what is answered, the writes, the words for them.

    ``strategy`` is whose business it is, where the request did not say so.
    """

    result: Result
    words: str
    writes: Sequence[Write]
    strategy: str | None = None


async def change_as_read(
    table: Table,
    asked: Asked,
    answers: Codec[Result],
    prepare: Callable[[], Awaitable[Change[Result]]],
    now: datetime,
) -> Result:
    """Make a change under the versions that ``prepare`` read, again when another was faster.

    A request that was answered before gets that answer. What ``prepare`` raises is the refusal.
    Raises StoreUnavailable when others kept being faster.
    """
    for _ in range(ATTEMPTS):
        answered = await earlier_answer(table, asked.actor, asked.idempotency_key, asked.request)
        if answered is not None:
            return answers.decode(answered)
        change = await prepare()
        try:
            await store_change(table, asked, change, answers.text(change.result), now)
        except TransactionCancelled:
            continue  # somebody else was faster: read it again
        return change.result
    raise StoreUnavailable("what is to be changed kept changing meanwhile", "Try again.")


async def store_change(
    table: Table, asked: Asked, change: Change[Result], answer: str, now: datetime
) -> None:
    """Write a change, its audit row, its activity entry and its answer, all or none of them.

    Raises TransactionCancelled when a row has moved on since it was read.
    """
    identity = asked.idempotency_key or hashlib.sha256(answer.encode()).hexdigest()[:16]
    words = f"{change.words}: {asked.reason}" if asked.reason else change.words
    whose = asked.strategy or change.strategy
    trail = [
        *audit_writes(asked.kind, asked.actor, words, now, identity, whose),
        *remember_answer(asked.actor, asked.idempotency_key, asked.request, answer, now),
    ]
    unique = f"{asked.request}|{answer}|{identity}|{asked.actor}|{now.isoformat()}"
    token = hashlib.sha256(unique.encode()).hexdigest()[:36]
    await table.transact([*change.writes, *trail], token)
