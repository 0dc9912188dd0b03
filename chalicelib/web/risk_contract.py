"""The endpoints of the Risk & control page: a part of the contract."""

from chalicelib.web import wire
from chalicelib.web.endpoint import WRITE_ERRORS, Endpoint, Role

RISK_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/v1/risk",
        "risk",
        "Limits and how much is used, protections, refusals by reason",
        Role.VIEWER,
        wire.Risk,
    ),
    Endpoint(
        "PUT",
        "/v1/risk",
        "change_risk",
        "Set limits, exits, sizing, protections or paused venues",
        Role.OPERATOR,
        wire.Risk,
        body=wire.RiskChange,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
    Endpoint(
        "GET",
        "/v1/refusals",
        "refusals",
        "Orders that were not made and why, newest first",
        Role.VIEWER,
        wire.Page[wire.RefusalView],
        query=wire.PageQuery,
    ),
    Endpoint(
        "PUT",
        "/v1/protections/{protection_id}",
        "release",
        "Release a tripped protection",
        Role.OPERATOR,
        wire.ProtectionView,
        body=wire.Release,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
    Endpoint(
        "PUT",
        "/v1/accounts/{strategy}",
        "reset_account",
        "Start an account again with new cash",
        Role.OPERATOR,
        wire.AccountView,
        body=wire.AccountReset,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
    Endpoint(
        "PUT",
        "/v1/positions/{strategy}/{instrument_id}",
        "set_exits",
        "Give one position exit rules of its own",
        Role.OPERATOR,
        wire.PositionView,
        body=wire.PositionExits,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
