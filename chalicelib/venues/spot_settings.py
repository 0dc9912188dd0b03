"""What the operator can choose about a spot exchange, from the environment."""

from typing import Annotated

from pydantic import Field

from chalicelib.venues.environment import Listed, SourceSettings

MOST_PAIRS = 100

Currency = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,12}$")]


class SpotSettings(SourceSettings):
    """What every spot exchange lets choose."""

    quote_currencies: Annotated[tuple[Currency, ...], Listed] = Field(
        ("USD", "USDT", "USDC", "FDUSD", "TUSD", "PYUSD"),
        min_length=1,
        max_length=20,
        description="Currencies that are counted as one dollar each, with commas between",
    )
    fee_tier: str = Field("base", max_length=40, description="Fee tier of the account")
