"""What the operator can choose about Polymarket, from the environment."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from chalicelib.venues.filters import MarketFilter


class PolymarketSettings(MarketFilter):
    """Which markets to scan, and how long one look may take."""

    prefix: ClassVar[str] = "POLYMARKET"

    min_liquidity: Decimal = Field(
        Decimal(1000), ge=0, le=10**12, description="Dollars resting in the books"
    )
