"""The endpoints of market matching: a part of the contract."""

from chalicelib.web import wire
from chalicelib.web.endpoint import WRITE_ERRORS, Endpoint, Role

MATCHING_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/v1/matches",
        "matches",
        "Pairs of markets that may ask the same, those to decide first",
        Role.VIEWER,
        wire.Page[wire.MatchView],
        query=wire.MatchQuery,
    ),
    Endpoint(
        "PUT",
        "/v1/matches/{match_id}",
        "decide_match",
        "Confirm or reject a pair of markets",
        Role.OPERATOR,
        wire.MatchView,
        body=wire.MatchDecision,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
