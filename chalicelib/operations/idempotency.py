"""Answers to repeated writes: the same key and the same request get the first answer again."""

import hashlib
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Key, Put, Table
from chalicelib.domain.errors import ConflictError

KEPT_SECONDS = 86_400


def _key(actor: str, key: str) -> Key:
    return Key("IDEMPOTENCY", f"{actor}#{key}")


def _digest(request: str) -> str:
    return hashlib.sha256(request.encode()).hexdigest()


async def earlier_answer(table: Table, actor: str, key: str | None, request: str) -> str | None:
    """What was answered to this request under this key; ConflictError if the request differs."""
    if key is None:
        return None
    item = await table.get(_key(actor, key))
    if item is None:
        return None
    if item["request"] != _digest(request):
        raise ConflictError(
            "this Idempotency-Key was used for another request", "Use a new key for a new request."
        )
    return str(item["answer"])


def remember_answer(
    actor: str, key: str | None, request: str, answer: str, now: datetime
) -> list[Put]:
    """The write that remembers the answer; goes into the same transaction as the change."""
    if key is None:
        return []
    where = _key(actor, key)
    item = {
        "pk": where.pk,
        "sk": where.sk,
        "schema": rows.SCHEMA,
        "request": _digest(request),
        "answer": answer,
        "ttl": rows.epoch(now) + KEPT_SECONDS,
    }
    return [Put("idempotency", item, Absent("pk"))]
