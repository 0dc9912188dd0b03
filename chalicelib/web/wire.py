"""What crosses the wire. Decimals are strings, times are ISO 8601 in UTC.

Models are built on first use (``defer_build``): a cold start answers one request, not all.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from chalicelib.domain.control import ControlState
from chalicelib.web.wire_base import Amount, Body, ErrorAnswer, ErrorDetail, Page, Wire
from chalicelib.web.wire_matching import (
    KnownResolution,
    MatchDecision,
    MatchLegView,
    MatchView,
    ResolutionView,
    Status,
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

__all__ = [
    "AccountFunding",
    "AccountReset",
    "Amount",
    "Body",
    "ErrorAnswer",
    "ErrorDetail",
    "ExitStatistic",
    "KnownResolution",
    "LimitUse",
    "MatchDecision",
    "MatchLegView",
    "MatchView",
    "OrderCancel",
    "OrderView",
    "Page",
    "PositionExits",
    "ProtectionView",
    "RefusalView",
    "Release",
    "ResolutionView",
    "Risk",
    "RiskChange",
    "StrategyRisk",
    "Unit",
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


class PositionView(Wire):
    """Contracts held by one strategy; ``mark`` is the bid when last seen, ``mid`` beside it.

    A short position has a negative size; its mark is the ask, ``loan`` what borrowing has cost.
    """

    strategy: str
    instrument_id: str
    market_id: str
    title: str
    size: Amount
    cost: Amount
    average_cost: Amount
    mark: Amount | None
    mid: Amount | None = Field(None, description="Halfway between bid and ask; for people only")
    marked_at: datetime | None
    value: Amount
    unrealised: Amount
    opened_at: datetime
    high: Amount | None = Field(None, description="The best mark so far")
    exits: dict[str, JsonValue] | None = Field(
        None, description="Exit rules of its own; null: its strategy's hold"
    )
    loan: Amount | None = Field(None, description="Interest owed for borrowed units, in dollars")
    closes_at: datetime | None = Field(None, description="When its market ends")
    locked_since: datetime | None = Field(
        None, description="When its market ended or went out of sight, while it has no result"
    )


class AccountView(Wire):
    """One strategy's account, marked at the last committed cycle."""

    strategy: str
    starting_cash: Amount
    cash: Amount
    equity: Amount
    profit: Amount
    realised: Amount
    unrealised: Amount
    fees: Amount
    trades: int
    positions: int
    drawdown: Amount
    locked: Amount = Field(description="Dollars at cost in markets that ended without a result")
    enabled: bool
    paused: bool
    version: int


class CycleView(Wire):
    """The summary of one committed cycle."""

    cycle_id: int
    scheduled_for: datetime
    committed_at: datetime | None
    outcome: str
    trigger: str
    control: str
    reason: str
    markets: int
    quotes: int
    fills: int
    settlements: int
    refusals: dict[str, int]
    faults: list[str]
    duration_ms: int


class DecisionView(Wire):
    """One thing the cycle did or refused to do, with the reason in words."""

    kind: Literal["fill", "settlement", "refusal", "fault"]
    strategy: str
    instrument_id: str
    title: str
    text: str
    code: str = ""
    size: Amount | None = None
    price: Amount | None = None
    fee: Amount | None = None


class CycleDetail(Wire):
    """One cycle with its decision trace, read back from its record."""

    cycle: CycleView
    decisions: list[DecisionView]
    record_key: str


class TradeView(Wire):
    """One fill or settlement."""

    id: str
    kind: Literal["fill", "settlement"]
    cycle_id: int
    at: datetime
    strategy: str
    instrument_id: str
    market_id: str
    title: str
    side: str
    size: Amount
    price: Amount
    value: Amount
    fee: Amount
    reason: str
    fee_rule: str


class ActivityView(Wire):
    """One thing that happened, newest first: trades, settlements, faults, control changes."""

    at: datetime
    kind: Literal[
        "trade", "settlement", "fault", "control", "strategy", "token", "risk", "account", "match"
    ]
    cycle_id: int | None
    strategy: str | None
    text: str


class MarketClock(Wire):
    """Where market data comes from: ``live``, a ``replay`` of a tape, or ``simulated`` venues."""

    mode: Literal["live", "replay", "simulated"]
    venues: list[str]
    note: str


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


class EquityPoint(Wire):
    """Equity of every strategy at one committed cycle."""

    cycle_id: int
    at: datetime
    equity: dict[str, Amount]


class StrategyView(Wire):
    """A strategy, what the operator chose for it, and the JSON schema of its parameters."""

    name: str
    summary: str
    enabled: bool
    paused: bool
    params: dict[str, JsonValue]
    schema_: dict[str, JsonValue] = Field(serialization_alias="schema", validation_alias="schema")
    lookback: int
    merge_pairs: bool = Field(description="Both sides of a market become a dollar at once")
    version: int


class StrategyChange(Body):
    """The operator's choice for one strategy; what is left out stays as it is."""

    version: int = Field(ge=0)
    enabled: bool | None = None
    paused: bool | None = None
    params: dict[str, JsonValue] | None = None
    merge_pairs: bool | None = None
    reason: str = Field("", max_length=200)


class Session(Wire):
    """Who the bearer of this token is."""

    label: str
    role: Literal["viewer", "operator", "admin"]
    expires_at: datetime
