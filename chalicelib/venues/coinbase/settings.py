"""What the operator can choose about Coinbase, from the environment."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from chalicelib.venues.environment import Listed
from chalicelib.venues.spot_settings import MOST_PAIRS, SpotSettings

Product = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}-[A-Z0-9]{1,12}$")]


class Interface(StrEnum):
    """The two interfaces to the same books."""

    EXCHANGE = "exchange"
    ADVANCED = "advanced"


class CoinbaseSettings(SpotSettings):
    """Which products to look at, and through which interface."""

    prefix: ClassVar[str] = "COINBASE"

    products: Annotated[tuple[Product, ...], Listed] = Field(
        (
            "BTC-USD",
            "ETH-USD",
            "SOL-USD",
            "XRP-USD",
            "DOGE-USD",
            "ADA-USD",
            "LINK-USD",
            "AVAX-USD",
            "LTC-USD",
            "BCH-USD",
        ),
        min_length=1,
        max_length=MOST_PAIRS,
        description="Products to look at, with commas between",
    )
    interface: Interface = Field(
        Interface.EXCHANGE, description="The interface that is asked first: exchange or advanced"
    )
