"""The one table from exceptions to statuses, and the one shape of an error."""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.errors import (
    AuthError,
    ConflictError,
    InputError,
    NotFoundError,
    StoreError,
    StoreUnavailable,
    TesterError,
)
from chalicelib.web.http import HttpAnswer

STATUSES: tuple[tuple[type[TesterError], int, str], ...] = (
    (InputError, 400, "bad-request"),
    (NotFoundError, 404, "not-found"),
    (ConflictError, 409, "stale-version"),
    (StoreUnavailable, 503, "store-unavailable"),
    (StoreError, 503, "store-error"),
)
AUTH_CODES = {401: "unauthenticated", 403: "forbidden"}


class BodyTooLarge(InputError):
    """The request body is larger than any real one."""


class NotJson(InputError):
    """The request body is not declared as JSON."""


def answer_for(exc: TesterError, request_id: str) -> HttpAnswer:
    """The answer to a request that failed in a way we know."""
    status, code = _status(exc)
    current = None
    if isinstance(exc, ConflictError) and exc.current is not None:
        current = json.loads(TypeAdapter(Any).dump_json(exc.current))
    return error(status, code, exc.message, exc.hint, request_id, current)


def _status(exc: TesterError) -> tuple[int, str]:
    if isinstance(exc, AuthError):
        return exc.status, AUTH_CODES[exc.status]
    if isinstance(exc, BodyTooLarge):
        return 413, "body-too-large"
    if isinstance(exc, NotJson):
        return 415, "not-json"
    for kind, status, code in STATUSES:
        if isinstance(exc, kind):
            return status, code
    return 500, "internal-error"


def error(
    status: int, code: str, message: str, hint: str, request_id: str, current: Any = None
) -> HttpAnswer:
    """An error in the one shape; ``current`` is there only on a conflict."""
    detail = {"code": code, "message": message, "hint": hint, "request_id": request_id}
    body: dict[str, Any] = {"error": detail}
    if current is not None:
        body["current"] = current
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return HttpAnswer(status, json.dumps(body, allow_nan=False), headers)


def explain(exc: ValidationError, where: str) -> InputError:
    """The first thing wrong with a body or a query, by field, with the value that was sent."""
    first = exc.errors()[0]
    field = ".".join(str(part) for part in first["loc"])[:80] or where
    if first["type"] == "extra_forbidden":
        return InputError(f"{where} has no field {field!r}", "Remove it, or correct its name.")
    if first["type"] == "missing":
        return InputError(f"{where} lacks the field {field!r}", "See docs/openapi.json.")
    sent = repr(first["input"])[:80]
    return InputError(f"{where} field {field!r} is {sent}: {first['msg']}", "Change the value.")
