"""Between Chalice's request and ours. The only file in web that knows Chalice."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.domain.errors import AuthError
from chalicelib.web.auth import identify
from chalicelib.web.contract import Endpoint
from chalicelib.web.dispatch import answer, complete
from chalicelib.web.http import HttpRequest, Office

HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def serve(endpoint: Endpoint, params: dict[str, str], request: Request, office: Office) -> Response:
    """Answer one request of the gateway."""
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
    outgoing = answer(endpoint, incoming, office)
    return Response(outgoing.body, {**HEADERS, **outgoing.headers}, outgoing.status)


def label_of(authorization: str, office: Office) -> str | None:
    """Whose token this is, for the gateway's authorizer; None when it opens nothing."""
    try:
        token = complete(identify(office.table, {"authorization": authorization}, office.now))
    except AuthError:
        return None
    return f"{token.label} ({token.token_id})"


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else (body or b"")
