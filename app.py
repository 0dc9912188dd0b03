"""The edge: binds the routes of the contract, the schedule and the gateway's authorizer."""

from typing import Any, cast

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    CloudWatchEvent,
    Rate,
    Request,
    Response,
)

from chalicelib import bootstrap
from chalicelib.web import edge
from chalicelib.web.contract import ENDPOINTS, Endpoint, Role

app = Chalice(app_name="market-strategy-tester")
app.api.binary_types = []


@app.schedule(Rate(1, unit=Rate.MINUTES))
def cycle(event: CloudWatchEvent) -> dict[str, Any]:
    """Run one trading cycle."""
    from chalicelib.cycle_job import run_scheduled_cycle  # noqa: PLC0415 - loads numpy and httpx

    return run_scheduled_cycle(
        event.to_dict(), str(getattr(event.context, "aws_request_id", "local"))
    )


@app.schedule(Rate(1, unit=Rate.HOURS))
def reconcile(_event: CloudWatchEvent) -> dict[str, Any]:
    """Hold every account against its trade log."""
    from chalicelib.reconcile_job import run_scheduled_reconciliation  # noqa: PLC0415 - the engine

    return run_scheduled_reconciliation()


@app.authorizer()
def token_authorizer(request: AuthRequest) -> AuthResponse:
    """Turn away callers without a usable token before they reach the API."""
    label = edge.label_of(request.token, bootstrap.office())
    return AuthResponse(routes=["*"] if label else [], principal_id=label or "nobody")


def _report(message: str, exc: BaseException) -> None:
    bootstrap.telemetry().failure(message, exc)


def _bind(endpoint: Endpoint) -> None:
    def view(**params: str) -> Response:
        request = cast("Request", app.current_request)
        return edge.serve(endpoint, params, request, bootstrap.office(), _report)

    view.__name__ = f"api_{endpoint.view}"
    options: dict[str, Any] = {"methods": [endpoint.method], "name": view.__name__}
    if endpoint.role is not Role.PUBLIC:
        options["authorizer"] = token_authorizer
    if endpoint.body is not None:
        options["content_types"] = ["application/json", "text/plain"]
    app.route(endpoint.path, **options)(view)


for _endpoint in ENDPOINTS:
    _bind(_endpoint)
