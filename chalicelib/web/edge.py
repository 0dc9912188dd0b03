"""Between Chalice's request and ours. The only file in web that knows Chalice."""

from collections.abc import Callable
from typing import Any, TypeAlias

from chalice.app import Request, Response

from chalicelib.domain.errors import AuthError
from chalicelib.web.auth import identify
from chalicelib.web.contract import Endpoint
from chalicelib.web.dispatch import answer, complete
from chalicelib.web.errors import error
from chalicelib.web.http import HttpAnswer, HttpRequest, Office

Report: TypeAlias = Callable[[str, BaseException], None]
HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def serve(
    endpoint: Endpoint, params: dict[str, str], request: Request, office: Office, report: Report
) -> Response:
    """Answer one request of the gateway; ``report`` hears of defects of ours."""
    context: dict[str, Any] = request.context
    incoming = HttpRequest(
        request.method,
        request.path,
        params,
        dict(request.query_params or {}),
        {name.lower(): value for name, value in request.headers.items()},
        _bytes(request.raw_body),
        str(context.get("requestId", "local")),
    )
    outgoing = _answered(endpoint, incoming, office, report)
    return Response(outgoing.body, {**HEADERS, **outgoing.headers}, outgoing.status)


def _answered(
    endpoint: Endpoint, request: HttpRequest, office: Office, report: Report
) -> HttpAnswer:
    """The last line: a defect of ours is logged, and told without its inside."""
    try:
        return answer(endpoint, request, office)
    except Exception as exc:  # noqa: BLE001 - nothing may reach a caller as a traceback
        report(f"{endpoint.view} failed ({request.request_id})", exc)
        return error(
            500,
            "internal-error",
            "something is wrong on our side",
            "Look for the request id in the log of the API function.",
            request.request_id,
        )


def label_of(authorization: str, office: Office) -> str | None:
    """Whose token this is, for the gateway's authorizer; None when it opens nothing."""
    try:
        token = complete(identify(office.table, {"authorization": authorization}, office.now))
    except AuthError:
        return None
    return f"{token.label} ({token.token_id})"


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else (body or b"")
