"""Every endpoint, once. Routes, validation, OpenAPI and the docs all come from this table."""

from collections.abc import Mapping

from chalicelib.web import wire
from chalicelib.web.endpoint import WRITE_ERRORS, Endpoint, Role
from chalicelib.web.matching_contract import MATCHING_ENDPOINTS
from chalicelib.web.risk_contract import RISK_ENDPOINTS

__all__ = ["BY_ROUTE", "ENDPOINTS", "Endpoint", "Role"]

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
        "Run, pause, flatten or kill",
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
    Endpoint(
        "GET",
        "/v1/system",
        "system",
        "How venues and cycles are doing: health, breakers, requests, quarantine",
        Role.VIEWER,
        wire.System,
    ),
    *RISK_ENDPOINTS,
    *MATCHING_ENDPOINTS,
)

BY_ROUTE: Mapping[tuple[str, str], Endpoint] = {(e.method, e.path): e for e in ENDPOINTS}
