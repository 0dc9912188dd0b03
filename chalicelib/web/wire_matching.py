"""What crosses the wire about pairs of markets: texts, how each ends, the verdict, decisions."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.web.wire_base import Amount, Body, Wire

Status = Literal["proposed", "confirmed", "rejected"]


class ResolutionView(Wire):
    """How a market ends; null: its texts do not state it."""

    source: str | None
    cutoff: datetime | None
    zone: str | None
    void_rule: str | None
    polarity: Literal["same", "inverted"] | None = Field(
        description="Whether the first outcome pays when what the pair asks is true"
    )
    bucket: str | None
    group: str | None
    filled: list[str] = Field(description="What an operator supplied")
    unknown: list[str]


class MatchLegView(Wire):
    """One market of a pair, as it was worded when it was read."""

    market_id: str
    venue: str
    title: str
    rules: str
    closes_at: datetime | None
    outcomes: list[str]
    resolution: ResolutionView


class MatchView(Wire):
    """Two markets that may ask the same. Only equivalent ones may be called arbitrage."""

    id: str
    legs: list[MatchLegView]
    score: Amount
    agrees: list[str]
    differs: list[str]
    unknown: list[str]
    verdict: Literal["equivalent", "relative_value", "different"]
    reasons: list[str]
    polarity: Literal["same", "inverted"] | None
    status: Status
    version: int
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str
    revoked: str = Field(description="Why an earlier confirmation no longer counts")


class KnownResolution(Body):
    """What an operator knows of a market that its texts do not state."""

    source: str | None = Field(None, min_length=1, max_length=200)
    cutoff: str | None = Field(None, max_length=40, description="ISO 8601 with its offset from UTC")
    zone: str | None = Field(None, min_length=1, max_length=60)
    void_rule: str | None = Field(None, min_length=1, max_length=200)
    polarity: Literal["same", "inverted"] | None = None
    bucket: str | None = Field(None, min_length=1, max_length=200)


class MatchDecision(Body):
    """Confirm a pair as what its verdict says, or reject it."""

    version: int = Field(ge=0)
    status: Literal["confirmed", "rejected"]
    reason: str = Field(min_length=3, max_length=200)
    known: dict[str, KnownResolution] | None = Field(
        None, max_length=2, description="By market id, only for what is not stated"
    )
