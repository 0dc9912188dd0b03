"""What crosses the wire about risk: limits, protections, refusals, orders, accounts, exits."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from chalicelib.domain.in_force import Whose
from chalicelib.web.wire_base import Amount, Body, Wire


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


Unit = Literal["share", "dollars", "count"]


class LimitUse(Wire):
    """One limit and how much of it is used; ``limit`` null: not limited."""

    name: str
    description: str
    unit: Unit
    used: Amount
    limit: Amount | None


class ExitStatistic(Wire):
    """Newest closed trades that ended for one reason; ``profit`` in dollars, after fees."""

    reason: str
    count: int
    wins: int
    profit: Amount


class StrategyRisk(Wire):
    """What bounds one strategy: limits with their use, exits, sizing."""

    strategy: str
    limits: list[LimitUse]
    exits: dict[str, JsonValue]
    sizing: dict[str, JsonValue]
    exit_reasons: list[ExitStatistic]
    settings: dict[str, JsonValue] = Field({}, description="All limits, as PUT takes them")
    protections: dict[str, JsonValue] = Field({}, description="As PUT takes them")
    borrow: dict[str, JsonValue] = Field({}, description="Selling short on spot, as PUT takes it")
    exits_from: Whose = Field("strategy", description="Whose exit rules are in force")
    sizing_from: Whose = Field("strategy", description="Whose sizing is in force")


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
    house_settings: dict[str, JsonValue] = Field({}, description="As PUT takes them")
    quality_settings: dict[str, JsonValue] = Field({}, description="As PUT takes them")


class RiskChange(Body):
    """New limits, exits, sizing, protections or data-quality rules, for all strategies or one.

    Each part is a whole document of the settings it replaces; what is left out stays as it is.
    """

    version: int = Field(ge=0)
    strategy: str | None = Field(None, pattern=r"^[a-z][a-z0-9-]{0,40}$")
    house: dict[str, JsonValue] | None = None
    limits: dict[str, JsonValue] | None = None
    exits: dict[str, JsonValue] | None = None
    sizing: dict[str, JsonValue] | None = None
    protections: dict[str, JsonValue] | None = None
    quality: dict[str, JsonValue] | None = None
    paused_venues: list[str] | None = Field(None, max_length=20)
    borrow: dict[str, JsonValue] | None = Field(None, description="Of one strategy")
    own: list[Literal["exits", "sizing"]] = Field(
        [], max_length=2, description="Parts of which the strategies' own hold again"
    )
    reason: str = Field(min_length=3, max_length=200)


class Release(Body):
    """Let a tripped protection go before its time."""

    reason: str = Field(min_length=3, max_length=200)


class OrderView(Wire):
    """An order that waits. ``version`` is its account's, for whoever cancels it as seen.

    ``reserved`` is what the limits count for it, in dollars, as if it had filled.
    """

    order_id: str
    strategy: str
    instrument_id: str
    market_id: str
    title: str
    side: Literal["buy", "sell"]
    order_type: str
    time_in_force: str
    left: Amount
    limit: Amount | None
    trigger: Amount | None
    triggered: bool
    queue_ahead: Amount
    reserved: Amount
    placed_at: datetime
    expires_at: datetime | None
    reason: str
    version: int


class OrderCancel(Body):
    """Take a waiting order away. ``version`` is the account's; without it, whatever it is now."""

    reason: str = Field(min_length=3, max_length=200)
    version: int | None = Field(None, ge=0)


class AccountReset(Body):
    """Start an account again with this cash; ``confirm`` repeats the strategy's name."""

    starting_cash: str = Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")
    confirm: str = Field(max_length=41)
    reason: str = Field(min_length=3, max_length=200)
    version: int | None = Field(None, ge=0)


class AccountFunding(Body):
    """Pay dollars in, or out with a minus; ``confirm`` repeats the strategy's name."""

    amount: str = Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$")
    confirm: str = Field(max_length=41)
    reason: str = Field(min_length=3, max_length=200)
    version: int | None = Field(None, ge=0)


class PositionExits(Body):
    """Exit rules of one position; null gives it back to its strategy's rules."""

    exits: dict[str, JsonValue] | None
    reason: str = Field(min_length=3, max_length=200)
