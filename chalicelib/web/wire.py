"""What crosses the wire. Decimals are strings, times are ISO 8601 in UTC.

Models are built on first use (``defer_build``): a cold start answers one request, not all.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer

from chalicelib.domain.control import ControlState

Amount = Annotated[Decimal, PlainSerializer(lambda d: format(d, "f"), return_type=str)]
Item = TypeVar("Item")


class Wire(BaseModel):
    """Base of every answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Body(BaseModel):
    """Base of every request body and query: strict, finite, nothing unknown."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, defer_build=True
    )


class ErrorDetail(Wire):
    """What went wrong, and what to do next."""

    code: str
    message: str
    hint: str
    request_id: str


class ErrorAnswer(Wire):
    """The one shape of every error; ``current`` is the row as it is now, on a conflict."""

    error: ErrorDetail
    current: JsonValue = None


class Page(Wire, Generic[Item]):
    """A part of a list; ``next`` is the cursor of the following part, null at the end."""

    items: list[Item]
    next: str | None = None


class PageQuery(BaseModel):
    """Where to go on in a list, and how far (query strings are text, so not strict)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=300)


class TradeQuery(PageQuery):
    """Trades of one strategy, or of all."""

    strategy: str | None = Field(None, pattern=r"^[a-z][a-z0-9-]{0,40}$")


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


class ControlChange(Body):
    """A wanted state. ``version`` may be left out only to kill or pause."""

    state: Literal["RUNNING", "PAUSED", "FLATTENING", "KILLED"]
    reason: str = Field(min_length=3, max_length=200)
    version: int | None = Field(None, ge=0)
    confirm: str | None = Field(None, max_length=20, description="'flatten', to flatten")


class PositionView(Wire):
    """Contracts held by one strategy; ``mark`` is the bid when last seen."""

    strategy: str
    instrument_id: str
    market_id: str
    title: str
    size: Amount
    cost: Amount
    average_cost: Amount
    mark: Amount | None
    marked_at: datetime | None
    value: Amount
    unrealised: Amount
    opened_at: datetime


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
    enabled: bool
    paused: bool


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
    kind: Literal["trade", "settlement", "fault", "control", "strategy", "token"]
    cycle_id: int | None
    strategy: str | None
    text: str


class MarketClock(Wire):
    """Which time the markets are on: ``live``, or a ``replay`` of a recorded tape."""

    mode: Literal["live", "replay"]
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


class ProtectionView(Wire):
    """A tripped protection; ``releases_at`` null means that only an operator releases it."""

    id: str
    rule: str
    scope: Literal["strategy", "market", "venue", "house"]
    subject: str
    strategy: str | None
    reason: str
    tripped_at: datetime
    releases_at: datetime | None


class LimitUse(Wire):
    """One limit and how much of it is used; ``limit`` null: not limited."""

    name: str
    description: str
    unit: Literal["share", "dollars", "count"]
    used: Amount
    limit: Amount | None


class StrategyRisk(Wire):
    """What bounds one strategy: limits with their use, exits, sizing."""

    strategy: str
    limits: list[LimitUse]
    exits: dict[str, JsonValue]
    sizing: dict[str, JsonValue]
    exit_reasons: dict[str, int]


class RefusalView(Wire):
    """An order that was not made, and why: that is information too."""

    cycle_id: int
    at: datetime
    strategy: str
    instrument_id: str
    code: str
    reason: str


class Risk(Wire):
    """Everything on the Risk & control page but the switch itself."""

    market_time: datetime | None
    house: list[LimitUse]
    strategies: list[StrategyRisk]
    protections: list[ProtectionView]
    refusals: dict[str, int]
    paused_venues: list[str]
    version: int


class RiskChange(Body):
    """New limits, exits, sizing or protections, for the house, all strategies or one of them.

    Each part is a whole document of the settings it replaces; what is left out stays as it is.
    """

    version: int = Field(ge=0)
    strategy: str | None = Field(None, pattern=r"^[a-z][a-z0-9-]{0,40}$")
    house: dict[str, JsonValue] | None = None
    limits: dict[str, JsonValue] | None = None
    exits: dict[str, JsonValue] | None = None
    sizing: dict[str, JsonValue] | None = None
    protections: dict[str, JsonValue] | None = None
    paused_venues: list[str] | None = Field(None, max_length=20)
    reason: str = Field(min_length=3, max_length=200)


class Release(Body):
    """Let a tripped protection go before its time."""

    reason: str = Field(min_length=3, max_length=200)


class AccountReset(Body):
    """Start an account again with this cash; ``confirm`` repeats the strategy's name."""

    starting_cash: str = Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")
    confirm: str = Field(max_length=41)
    reason: str = Field(min_length=3, max_length=200)


class PositionExits(Body):
    """Exit rules of one position; null gives it back to its strategy's rules."""

    exits: dict[str, JsonValue] | None
    reason: str = Field(min_length=3, max_length=200)


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
    version: int


class StrategyChange(Body):
    """The operator's choice for one strategy; what is left out stays as it is."""

    version: int = Field(ge=0)
    enabled: bool | None = None
    paused: bool | None = None
    params: dict[str, JsonValue] | None = None
    reason: str = Field("", max_length=200)


class Session(Wire):
    """Who the bearer of this token is."""

    label: str
    role: Literal["viewer", "operator", "admin"]
    expires_at: datetime
