"""Breakers that stop a strategy, a market, a venue or the house for a while, and say why."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.remembered import MOST_CLOSED

DATA_QUALITY = "data-quality"
"""The rule that stops a venue, or the house, whose data is mostly bad."""


class Scope(StrEnum):
    """What a tripped protection closes to new entries."""

    STRATEGY = "strategy"
    MARKET = "market"
    VENUE = "venue"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Protection:
    """A tripped breaker. ``releases_at`` None: only an operator releases it.

    ``subject`` is the strategy, market or venue that is closed; empty for the house.
    """

    rule: str
    scope: Scope
    subject: str
    reason: str
    tripped_at: datetime
    releases_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it still stops entries at this time (the market's clock)."""
        return self.releases_at is None or at < self.releases_at


class ProtectionRules(BaseModel):
    """When to stop for a while; None switches a rule off. Shares are of equity, times in minutes.

    The same rules hold in live paper trading and in a backtest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    losses_in_a_row: int | None = Field(4, ge=2, le=MOST_CLOSED, description="Losing trades")
    losses_pause_minutes: int = Field(60, ge=1, le=10_080)
    hourly_loss: Decimal | None = Field(Decimal("0.05"), gt=0, le=1, description="Share lost")
    hourly_pause_minutes: int = Field(60, ge=1, le=10_080)
    daily_drawdown: Decimal | None = Field(Decimal("0.10"), gt=0, le=1, description="Share lost")
    total_drawdown: Decimal | None = Field(
        Decimal("0.30"), gt=0, le=1, description="Share below the peak; an operator releases it"
    )
    win_rate_after: int | None = Field(20, ge=5, le=MOST_CLOSED, description="Trades judged")
    win_rate_floor: Decimal = Field(Decimal("0.25"), ge=0, le=1)
    win_rate_pause_minutes: int = Field(240, ge=1, le=10_080)
    market_pause_minutes: int | None = Field(
        15, ge=1, le=10_080, description="No entry into a market after a loss in it"
    )
    venue_faults_in_a_row: int | None = Field(3, ge=1, le=100, description="Failed cycles")
    venue_pause_minutes: int = Field(5, ge=1, le=10_080)
    bad_data_share: Decimal | None = Field(
        Decimal("0.5"), gt=0, le=1, description="Share of a venue's data that was not believed"
    )
    bad_data_at_least: int = Field(5, ge=1, le=100_000, description="Prices not believed")
    bad_data_in_a_row: int = Field(3, ge=1, le=100, description="Such cycles")
    bad_data_pause_minutes: int = Field(10, ge=1, le=10_080)


def unprotected() -> ProtectionRules:
    """No rule at all: for runs in which nothing may keep a strategy from trading."""
    return ProtectionRules(
        losses_in_a_row=None,
        hourly_loss=None,
        daily_drawdown=None,
        total_drawdown=None,
        win_rate_after=None,
        market_pause_minutes=None,
        venue_faults_in_a_row=None,
        bad_data_share=None,
    )
