"""What crosses the wire about accounts, positions and strategies."""

from datetime import datetime

from pydantic import Field, JsonValue

from chalicelib.domain.in_force import Whose
from chalicelib.domain.market import MarketKind
from chalicelib.web.wire_base import Amount, Body, Wire


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


class EquityPoint(Wire):
    """Equity of every strategy at one committed cycle."""

    cycle_id: int
    at: datetime
    equity: dict[str, Amount]


class StrategyView(Wire):
    """A strategy, what the operator chose for it, and the JSON schema of its parameters.

    One whose file could not be read has nothing but a name and a ``fault``.
    """

    name: str
    summary: str
    enabled: bool
    paused: bool
    params: dict[str, JsonValue]
    schema_: dict[str, JsonValue] = Field(serialization_alias="schema", validation_alias="schema")
    lookback: int
    merge_pairs: bool = Field(description="Both sides of a market become a dollar at once")
    version: int
    trades: list[MarketKind] = Field([], description="Kinds of market that it trades")
    baseline: bool = Field(False, description="What the others are to be measured against")
    enters: str = ""
    leaves: str = ""
    fails_when: str = ""
    sizing: dict[str, JsonValue] = Field({}, description="The sizing in force")
    exits: dict[str, JsonValue] = Field({}, description="The exit rules in force")
    sizing_from: Whose = "strategy"
    exits_from: Whose = "strategy"
    fault: str = Field("", description="Why its file could not be read")


class StrategyChange(Body):
    """The operator's choice for one strategy; what is left out stays as it is."""

    version: int = Field(ge=0)
    enabled: bool | None = None
    paused: bool | None = None
    params: dict[str, JsonValue] | None = None
    merge_pairs: bool | None = None
    reason: str = Field("", max_length=200)
