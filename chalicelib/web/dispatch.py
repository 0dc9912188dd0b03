"""From a request to an answer: authorise, validate, view, serialise. Nothing escapes as HTML."""

import hashlib
import json
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.domain.errors import InputError, TesterError
from chalicelib.web import views, wire
from chalicelib.web.auth import authorise
from chalicelib.web.contract import Endpoint
from chalicelib.web.errors import BodyTooLarge, NotJson, answer_for, explain
from chalicelib.web.http import Call, HttpAnswer, HttpRequest, Office

LARGEST_BODY = 32 * 1024
DEEPEST_BODY = 10
LONGEST_KEY = 100
Result = TypeVar("Result")


def complete(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits: the API's ports block, so no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    coroutine.close()
    raise RuntimeError("an API view waited for something that is not there")


def answer(endpoint: Endpoint, request: HttpRequest, office: Office) -> HttpAnswer:
    """Serve one request; every known failure is answered in the one shape."""
    try:
        return complete(_serve(endpoint, request, office))
    except TesterError as exc:
        return answer_for(exc, request.request_id)


async def _serve(endpoint: Endpoint, request: HttpRequest, office: Office) -> HttpAnswer:
    token = await authorise(office.table, endpoint, request.headers, office.now)
    call = Call(
        office,
        token,
        request.path_params,
        _query(endpoint, request),
        _body(endpoint, request),
        _checked_headers(endpoint, request),
    )
    result: BaseModel = await getattr(views, endpoint.view)(call)
    if isinstance(result, wire.State):
        return _with_etag(result, request)
    return HttpAnswer(200, result.model_dump_json(by_alias=True))


def _with_etag(state: wire.State, request: HttpRequest) -> HttpAnswer:
    """A document that says nothing new is answered with 304 and no body."""
    content = state.model_dump_json(by_alias=True, exclude={"now"})
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'
    headers = {"ETag": etag}
    if _is_known(etag, request.headers.get("if-none-match", "")):
        return HttpAnswer(304, "", headers)
    return HttpAnswer(200, state.model_dump_json(by_alias=True), headers)


def _is_known(etag: str, sent: str) -> bool:
    """Whether the caller has this document; a cache that compressed it marked its tag as weak."""
    return etag in (tag.strip().removeprefix("W/") for tag in sent.split(","))


def _query(endpoint: Endpoint, request: HttpRequest) -> BaseModel | None:
    if endpoint.query is None:
        if request.query:
            raise InputError(
                f"this endpoint takes no query, {sorted(request.query)[0]!r} was sent", "Remove it."
            )
        return None
    try:
        return endpoint.query.model_validate(dict(request.query))
    except ValidationError as exc:
        raise explain(exc, "the query") from exc


def _body(endpoint: Endpoint, request: HttpRequest) -> BaseModel | None:
    if endpoint.body is None:
        return None
    if len(request.body) > LARGEST_BODY:
        raise BodyTooLarge(
            f"the body has {len(request.body)} bytes", f"At most {LARGEST_BODY} are read."
        )
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("the body is not declared as JSON", "Send Content-Type: application/json.")
    try:
        return endpoint.body.model_validate(_strict_json(request.body))
    except ValidationError as exc:
        raise explain(exc, "the body") from exc


def _strict_json(body: bytes) -> Any:
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise InputError(f"the body is not valid JSON: {exc}", "Send one JSON object.") from exc
    if _is_deeper(value, DEEPEST_BODY):
        raise InputError(
            f"the body is nested deeper than {DEEPEST_BODY} levels", "Send flat fields."
        )
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts)


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"the body contains {name}", "Every number must be finite.")


def _checked_headers(endpoint: Endpoint, request: HttpRequest) -> dict[str, str]:
    key = request.headers.get("idempotency-key")
    if (
        endpoint.idempotent
        and key is not None
        and not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable())
    ):
        raise InputError(
            "the Idempotency-Key is not 1 to 100 printable characters", "Send a random UUID."
        )
    return dict(request.headers)
