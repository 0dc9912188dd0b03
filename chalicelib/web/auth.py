"""Who is calling, and may they? Checked in our own code on every route."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.aws.table import Table
from chalicelib.domain.errors import AuthError
from chalicelib.operations.tokens import Token, find_token
from chalicelib.web.contract import Endpoint, Role

LONGEST_TOKEN = 200
ROLES = {"viewer": Role.VIEWER, "operator": Role.OPERATOR, "admin": Role.ADMIN}


def bearer(headers: Mapping[str, str]) -> str:
    """The token in the Authorization header, or AuthError."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST_TOKEN or not secret.isascii():
        raise AuthError(
            "a bearer token is needed",
            "Send 'Authorization: Bearer <token>'; `bot token create` makes one.",
            401,
        )
    return secret


async def identify(table: Table, headers: Mapping[str, str], now: datetime) -> Token:
    """The token of this request, if it still opens anything."""
    token = await find_token(table, bearer(headers))
    if token is None or not token.usable(now):
        raise AuthError(
            "the token is unknown, expired or revoked", "`bot token create` makes a new one.", 401
        )
    return token


async def authorise(
    table: Table, endpoint: Endpoint, headers: Mapping[str, str], now: datetime
) -> Token | None:
    """The token of this request; None on a public route; AuthError if it may not do this."""
    if endpoint.role is Role.PUBLIC:
        return None
    token = await identify(table, headers, now)
    if ROLES[token.role] < endpoint.role:
        raise AuthError(
            f"a {token.role} may not do this",
            f"It takes the role {endpoint.role.name.lower()}.",
            403,
        )
    return token
