"""The numbers that bound what one strategy may do."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class RiskLimits(BaseModel):
    """Limits of every account; the gate names the one that refused an order."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    starting_cash: Decimal = Field(Decimal(10_000), gt=0, le=10**9, description="Dollars")
    cash_per_entry: Decimal = Field(Decimal(200), gt=0, description="Dollars per entry")
    max_share_of_depth: Decimal = Field(
        Decimal("0.25"), gt=0, le=1, description="Share of the depth shown one order may take"
    )
    max_open_positions: int = Field(20, ge=1, le=500, description="Instruments held at once")
    max_exposure: Decimal = Field(
        Decimal("0.5"), gt=0, le=1, description="Share of equity at cost in open positions"
    )
    max_orders_per_cycle: int = Field(20, ge=1, le=80, description="Orders of one strategy")
    max_book_age_seconds: int = Field(30, ge=1, le=600, description="Older books are not traded")
