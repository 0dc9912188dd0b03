"""The numbers that bound what one strategy, and the house, may do."""

from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PARTS = (
    ("max_market_exposure", "max_exposure"),
    ("max_group_exposure", "max_exposure"),
    ("max_venue_exposure", "max_exposure"),
    ("max_market_exposure", "max_group_exposure"),
    ("max_market_exposure", "max_venue_exposure"),
)
"""Limits on a part with the limit on what it is a part of."""


class Limits(BaseModel):
    """Limits that one account has, and the house has over all accounts. None: no such limit.

    Shares are of equity; losses are shares of the equity at the start of the day, or of deposits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    max_exposure: Decimal = Field(
        Decimal("0.5"), gt=0, le=1, description="Share of equity at cost in open positions"
    )
    max_market_exposure: Decimal | None = Field(None, gt=0, le=1, description="In one market")
    max_group_exposure: Decimal | None = Field(
        None, gt=0, le=1, description="In one group of which one outcome wins"
    )
    max_venue_exposure: Decimal | None = Field(None, gt=0, le=1, description="At one venue")
    max_open_positions: int = Field(20, ge=1, le=500, description="Instruments held at once")
    max_trades_per_hour: int | None = Field(None, ge=1, le=5_000)
    max_trades_per_day: int | None = Field(None, ge=1, le=20_000)
    max_daily_loss: Decimal | None = Field(None, gt=0, le=1, description="Share of the day's start")
    max_total_loss: Decimal | None = Field(None, gt=0, le=1, description="Share of deposits")
    max_drawdown: Decimal | None = Field(None, gt=0, le=1, description="Share below the peak")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """A part may not be allowed more than the whole: one of the two would never decide."""
        for name, whole in PARTS:
            part, most = getattr(self, name), getattr(self, whole)
            if part is not None and most is not None and part > most:
                raise ValueError(
                    f"{name} {part} contradicts {whole} {most}: "
                    "a part cannot be larger than the whole"
                )
        per_hour, per_day = self.max_trades_per_hour, self.max_trades_per_day
        if per_hour is not None and per_day is not None and per_hour > per_day:
            raise ValueError(
                f"max_trades_per_hour {per_hour} contradicts max_trades_per_day {per_day}"
            )
        return self


class HouseLimits(Limits):
    """Limits over all accounts, and how late the house's orders reach their books."""

    max_open_positions: int = Field(500, ge=1, le=500, description="Instruments held at once")
    extra_latency_seconds: int = Field(
        0, ge=0, le=20, description="Waited between the decisions and the books they meet"
    )


class RiskLimits(Limits):
    """Limits of every account; the gate names the one that refused an order."""

    starting_cash: Decimal = Field(Decimal(10_000), gt=0, le=10**9, description="Dollars")
    cash_per_entry: Decimal = Field(Decimal(200), gt=0, description="Most dollars per entry")
    max_position: Decimal | None = Field(
        None, gt=0, description="Dollars at cost in one instrument"
    )
    max_share_of_depth: Decimal = Field(
        Decimal("0.25"), gt=0, le=1, description="Share of the depth shown one order may take"
    )
    max_orders_per_cycle: int = Field(20, ge=1, le=80, description="Orders of one strategy")
    max_book_age_seconds: int = Field(30, ge=1, le=600, description="Older books are not traded")
    max_slippage: Decimal = Field(
        Decimal("0.05"),
        gt=0,
        le=1,
        description="Below the bid at which a forced exit stops selling: dollars per contract, "
        "on spot a share of the price",
    )
    trust_queue: bool = Field(
        False, description="Fill a resting order as soon as the book touches its price"
    )
    extra_slippage: Decimal = Field(
        Decimal(0), ge=0, lt=1, description="Worse than the price shown: dollars, on spot a share"
    )
    credit_rebates: bool = Field(
        False, description="Count the venue's rebate on fills that rested, apart from the cash"
    )
    unresolved_after_hours: int = Field(
        24, ge=1, le=8_760, description="Hours past its end at which a held market is pointed out"
    )
