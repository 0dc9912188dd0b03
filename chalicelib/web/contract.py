"""Every endpoint, once. Routes, validation, OpenAPI and the docs all come from this table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from pydantic import BaseModel

from chalicelib.web import wire


class Role(IntEnum):
    """What a token may do; each role may do all that the ones before it may."""

    PUBLIC = 0
    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. ``path`` is below the API stage, so ``/v1/health`` is ``/api/v1/health``.

    ``success`` and ``errors`` are HTTP statuses; ``view`` is the name of a function in views.
    """

    method: str
    path: str
    view: str
    summary: str
    role: Role
    response: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    errors: tuple[int, ...] = (400, 401, 403, 503)
    idempotent: bool = False

    @property
    def parameters(self) -> list[str]:
        """Names in braces in the path, in order."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


WRITE_ERRORS = (400, 401, 403, 404, 409, 413, 415, 503)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/v1/health",
        "health",
        "Age of the last committed cycle",
        Role.PUBLIC,
        wire.Health,
        errors=(400, 503),
    ),
    Endpoint(
        "GET",
        "/v1/session",
        "session",
        "Who the bearer of this token is",
        Role.VIEWER,
        wire.Session,
    ),
    Endpoint(
        "GET",
        "/v1/state",
        "state",
        "The overview in one document, with an ETag",
        Role.VIEWER,
        wire.State,
    ),
    Endpoint(
        "GET", "/v1/control", "control", "The operator's switch", Role.VIEWER, wire.ControlView
    ),
    Endpoint(
        "PUT",
        "/v1/control",
        "change_control",
        "Run, pause or kill",
        Role.OPERATOR,
        wire.ControlView,
        body=wire.ControlChange,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/v1/accounts",
        "accounts",
        "One account per strategy",
        Role.VIEWER,
        wire.Page[wire.AccountView],
    ),
    Endpoint(
        "GET",
        "/v1/positions",
        "positions",
        "Everything held",
        Role.VIEWER,
        wire.Page[wire.PositionView],
    ),
    Endpoint(
        "GET",
        "/v1/trades",
        "trades",
        "Fills and settlements, newest first",
        Role.VIEWER,
        wire.Page[wire.TradeView],
        query=wire.TradeQuery,
    ),
    Endpoint(
        "GET",
        "/v1/activity",
        "activity",
        "What happened and why, newest first",
        Role.VIEWER,
        wire.Page[wire.ActivityView],
        query=wire.PageQuery,
    ),
    Endpoint(
        "GET",
        "/v1/equity",
        "equity",
        "Equity of every strategy, oldest first",
        Role.VIEWER,
        wire.Page[wire.EquityPoint],
        query=wire.EquityQuery,
    ),
    Endpoint(
        "GET",
        "/v1/strategies",
        "strategies",
        "Strategies with their parameter schemas",
        Role.VIEWER,
        wire.Page[wire.StrategyView],
    ),
    Endpoint(
        "PUT",
        "/v1/strategies/{name}",
        "change_strategy",
        "Enable, pause or tune",
        Role.OPERATOR,
        wire.StrategyView,
        body=wire.StrategyChange,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/v1/cycles",
        "cycles",
        "Committed cycles, newest first",
        Role.VIEWER,
        wire.Page[wire.CycleView],
        query=wire.PageQuery,
    ),
    Endpoint(
        "GET",
        "/v1/cycles/{cycle_id}",
        "cycle",
        "One cycle with its decision trace",
        Role.VIEWER,
        wire.CycleDetail,
        errors=(400, 401, 403, 404, 503),
    ),
)

BY_ROUTE: Mapping[tuple[str, str], Endpoint] = {(e.method, e.path): e for e in ENDPOINTS}
