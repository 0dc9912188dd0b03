"""How large an entry is: a policy that a strategy picks by name."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class SizingPolicy(StrEnum):
    """The ways to size an entry."""

    FIXED_CASH = "fixed-cash"
    EQUITY_SHARE = "equity-share"
    KELLY = "kelly"
    VOLATILITY_TARGET = "volatility-target"
    LIQUIDITY_SHARE = "liquidity-share"


class Sizing(BaseModel):
    """A policy with its numbers; those of other policies are not looked at.

    Every entry is also bounded by the account's limits, ``cash_per_entry`` among them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    policy: SizingPolicy = SizingPolicy.FIXED_CASH
    cash: Decimal | None = Field(
        None, gt=0, description="fixed-cash: dollars per entry; null takes the limit per entry"
    )
    share: Decimal = Field(
        Decimal("0.02"), gt=0, le=1, description="equity-share: share of equity per entry"
    )
    kelly_fraction: Decimal = Field(
        Decimal("0.25"), gt=0, le=1, description="kelly: fraction of the full Kelly stake"
    )
    kelly_cap: Decimal = Field(
        Decimal("0.05"), gt=0, le=1, description="kelly: most of equity in one entry"
    )
    target: Decimal = Field(
        Decimal("0.01"), gt=0, le=1, description="volatility-target: share lost at one sigma"
    )
    depth_share: Decimal = Field(
        Decimal("0.10"), gt=0, le=1, description="liquidity-share: share of the depth shown"
    )
