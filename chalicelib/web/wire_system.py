"""What crosses the wire about the system itself: venues, requests, cycles, what is set aside."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.web.wire_base import Amount, Wire
from chalicelib.web.wire_quality import ConsensusView, OriginName, QuarantinedView
from chalicelib.web.wire_risk import ProtectionView


class TrafficView(Wire):
    """What was asked of hosts. ``requests`` includes ``retries``; ``errors`` counts by kind."""

    requests: int
    retries: int
    cached: int = Field(description="Answers from our own cache, without a request")
    unchanged: int = Field(description="Answers that the host confirmed without a body")
    received_bytes: int
    errors: dict[str, int]


class HostView(Wire):
    """One host of a venue. ``share`` is of its documented limit a minute; null: none known."""

    host: str
    limit: float | None
    share: float | None = Field(description="Used by the newest cycle")
    most: float | None = Field(description="Most that one cycle of the last hour used")
    newest: TrafficView
    hour: TrafficView


class BreakerView(Wire):
    """Whether a venue is asked at all; closed: it is."""

    state: Literal["closed", "open", "half-open"]
    failures: int = Field(description="Failed cycles in a row")
    opened_at: datetime | None
    probe_at: datetime | None = Field(description="When it is tried again, on the market's clock")
    code: str
    reason: str


class VenueFaultView(Wire):
    """The newest failure of a venue."""

    cycle_id: int
    at: datetime
    kind: str
    call: str
    reason: str


class VenueView(Wire):
    """One venue as the newest cycle left it."""

    venue: str
    origin: OriginName
    paused: bool = Field(description="By an operator: no new entries there")
    health: Literal["healthy", "degraded", "doubted", "failing", "probing", "down", "unknown"]
    reason: str
    breaker: BreakerView
    last_fault: VenueFaultView | None
    failed_cycles: int = Field(description="In the last hour")
    newest: TrafficView
    hour: TrafficView
    hosts: list[HostView]
    markets: int
    quotes: int
    quarantined: dict[str, int] = Field(description="Set aside by the newest cycle, by code")
    quarantined_hour: dict[str, int] = Field(description="Set aside in the last hour, by code")
    bad_share: Amount | None = Field(description="Bad part of all prices seen; null: none seen")
    protections: list[ProtectionView] = Field(description="Why no position is opened there now")


class DurationView(Wire):
    """How long one cycle took."""

    cycle_id: int
    at: datetime
    duration_ms: int


class CyclesView(Wire):
    """The cycles of the last hour. ``missing`` minutes between them committed nothing."""

    last_cycle: int | None
    committed_at: datetime | None
    age_seconds: float | None
    median_ms: int | None
    longest_ms: int | None
    outcomes: dict[str, int]
    missing: int
    durations: list[DurationView] = Field(description="Newest first")


class System(Wire):
    """How venues and cycles are doing, from committed state alone. ``at``: the market's clock.

    ``version`` is that of the settings, which PUT /v1/risk asks for to pause a venue.
    """

    at: datetime
    version: int
    venues: list[VenueView]
    paused_venues: list[str]
    consensus: list[ConsensusView]
    examples: list[QuarantinedView] = Field(description="What was set aside, newest first")
    codes: dict[str, str] = Field(description="What each code of what was set aside means")
    cycles: CyclesView
    outbox: int = Field(description="Entries whose trades are not in the archive yet")
