"""What the operator can choose about Kalshi, from the environment."""

from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.venues.filters import MarketFilter


class KalshiSettings(MarketFilter):
    """Which markets to scan, how long one look may take, and whose fees are charged."""

    prefix: ClassVar[str] = "KALSHI"

    fee_tier: Literal["base", "direct"] = Field(
        "base", description="Whose fees: base rounds balances to the cent, direct is a member"
    )
