"""What crosses the wire. Decimals are strings, times are ISO 8601 in UTC.

Models are built on first use (``defer_build``): a cold start answers one request, not all.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.control import ControlState
from chalicelib.web.wire_account import (
    AccountView,
    EquityPoint,
    PositionView,
    StrategyChange,
    StrategyView,
)
from chalicelib.web.wire_base import Amount, Body, ErrorAnswer, ErrorDetail, Page, Wire
from chalicelib.web.wire_cycle import (
    ActivityView,
    CycleDetail,
    CycleView,
    DecisionView,
    TradeView,
)
from chalicelib.web.wire_matching import (
    KnownResolution,
    MatchDecision,
    MatchLegView,
    MatchView,
    ResolutionView,
    Status,
)
from chalicelib.web.wire_quality import (
    ConsensusView,
    OriginName,
    Quality,
    QuarantinedView,
    SightingView,
    VenueQualityView,
)
from chalicelib.web.wire_risk import (
    AccountFunding,
    AccountReset,
    ExitStatistic,
    LimitUse,
    OrderCancel,
    OrderView,
    PositionExits,
    ProtectionView,
    RefusalView,
    Release,
    Risk,
    RiskChange,
    StrategyRisk,
    Unit,
)
from chalicelib.web.wire_system import (
    BreakerView,
    CyclesView,
    DurationView,
    HostView,
    System,
    TrafficView,
    VenueFaultView,
    VenueView,
)

__all__ = [
    "AccountFunding",
    "AccountReset",
    "AccountView",
    "ActivityView",
    "Amount",
    "Body",
    "BreakerView",
    "ConsensusView",
    "CycleDetail",
    "CycleView",
    "CyclesView",
    "DecisionView",
    "DurationView",
    "EquityPoint",
    "ErrorAnswer",
    "ErrorDetail",
    "ExitStatistic",
    "HostView",
    "KnownResolution",
    "LimitUse",
    "MatchDecision",
    "MatchLegView",
    "MatchView",
    "OrderCancel",
    "OrderView",
    "Page",
    "PositionExits",
    "PositionView",
    "ProtectionView",
    "Quality",
    "QuarantinedView",
    "RefusalView",
    "Release",
    "ResolutionView",
    "Risk",
    "RiskChange",
    "SightingView",
    "StrategyChange",
    "StrategyRisk",
    "StrategyView",
    "System",
    "TradeView",
    "TrafficView",
    "Unit",
    "VenueFaultView",
    "VenueQualityView",
    "VenueView",
    "Wire",
]


class PageQuery(BaseModel):
    """Where to go on in a list, and how far (query strings are text, so not strict)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=300)


class TradeQuery(PageQuery):
    """Trades of one strategy, or of all."""

    strategy: str | None = Field(None, pattern=r"^[a-z][a-z0-9-]{0,40}$")


class MatchQuery(PageQuery):
    """Pairs of one status, or all."""

    status: Status | None = None


class EquityQuery(BaseModel):
    """How far back the equity series goes."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    points: int = Field(300, ge=2, le=1500, description="Newest committed cycles")


class Health(Wire):
    """Whether the product is alive: public, and therefore says nothing else."""

    ok: bool
    age_seconds: float | None = Field(description="Age of the last committed cycle")
    last_cycle_at: datetime | None


class ControlView(Wire):
    """The operator's switch; ``version`` 0 means missing or unreadable, which counts as KILLED."""

    state: ControlState
    version: int
    reason: str
    actor: str
    changed_at: datetime | None
    note: str = Field(
        "",
        description="What this state means right now, where that is not plain",
        exclude_if=lambda note: not note,
    )


class ControlChange(Body):
    """A wanted state. ``version`` may be left out only to kill or pause."""

    state: Literal["RUNNING", "PAUSED", "FLATTENING", "KILLED"]
    reason: str = Field(min_length=3, max_length=200)
    version: int | None = Field(None, ge=0)
    confirm: str | None = Field(None, max_length=20, description="'flatten', to flatten")


class MarketClock(Wire):
    """Where market data comes from: ``live``, a ``replay`` of a tape, or ``simulated`` venues.

    It is live only when every venue of the last cycle says that its data is. The market's time is
    ``anchor + (now - anchor) * pace``; at a pace of 1 it is the wall clock's.
    """

    mode: Literal["live", "replay", "simulated"]
    venues: list[str]
    note: str
    pace: float = Field(1, description="How fast it goes; 0: it stands at the last cycle's time")
    anchor: datetime | None = Field(None, description="When both clocks agreed, at a pace above 1")
    origins: dict[str, OriginName] = Field({}, description="By venue, as of the last cycle")


class State(Wire):
    """The whole overview in one small document, served with an ETag."""

    stage: str
    market: MarketClock
    control: ControlView
    last_cycle: CycleView | None
    accounts: list[AccountView]
    positions: list[PositionView]
    equity: Amount
    starting_cash: Amount
    profit: Amount
    open_cost: Amount
    now: datetime


class Session(Wire):
    """Who the bearer of this token is."""

    label: str
    role: Literal["viewer", "operator", "admin"]
    expires_at: datetime
