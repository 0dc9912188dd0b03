"""What crosses the wire about cycles, trades and what happened."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.web.wire_base import Amount, Wire
from chalicelib.web.wire_quality import OriginName

INPUTS = "The numbers that the decision looked at, to six digits"


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
    quarantined: int = Field(0, description="Data that was not believed")
    origins: dict[str, OriginName] = Field({}, description="Where each venue's data comes from")


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
    inputs: dict[str, float] = Field({}, description=INPUTS)


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
    inputs: dict[str, float] = Field({}, description=INPUTS)


class ActivityView(Wire):
    """One thing that happened, newest first: trades, settlements, faults, control changes."""

    at: datetime
    kind: Literal[
        "trade", "settlement", "fault", "control", "strategy", "token", "risk", "account", "match"
    ]
    cycle_id: int | None
    strategy: str | None
    text: str
    inputs: dict[str, float] = Field({}, description=INPUTS)
