"""What the operator can choose about Binance, from the environment."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from chalicelib.venues.environment import Listed
from chalicelib.venues.spot_settings import MOST_PAIRS, SpotSettings

MARKET_DATA = "data-api.binance.vision"
MAIN = "api.binance.com"
UNITED_STATES = "api.binance.us"
"""Another exchange with books of its own under the same interface."""

KNOWN_HOSTS = (
    MARKET_DATA,
    MAIN,
    "api-gcp.binance.com",
    *(f"api{number}.binance.com" for number in range(1, 5)),
    UNITED_STATES,
)

Symbol = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$")]


def _one_exchange(hosts: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [host for host in hosts if host not in KNOWN_HOSTS]
    if unknown:
        raise ValueError(f"{unknown[0]} is none of {', '.join(KNOWN_HOSTS)}")
    if UNITED_STATES in hosts and len(hosts) > 1:
        raise ValueError(f"{UNITED_STATES} is another exchange and no mirror: name it alone")
    return hosts


class BinanceSettings(SpotSettings):
    """Which symbols to look at, and where."""

    prefix: ClassVar[str] = "BINANCE"

    symbols: Annotated[tuple[Symbol, ...], Listed] = Field(
        (
            "BTCUSDT",
            "ETHUSDT",
            "SOLUSDT",
            "XRPUSDT",
            "BNBUSDT",
            "DOGEUSDT",
            "ADAUSDT",
            "LINKUSDT",
            "AVAXUSDT",
            "LTCUSDT",
        ),
        min_length=1,
        max_length=MOST_PAIRS,
        description="Symbols to look at, with commas between",
    )
    hosts: Annotated[tuple[str, ...], Listed, AfterValidator(_one_exchange)] = Field(
        (MARKET_DATA, MAIN),
        min_length=1,
        description="Hosts to ask, the first one first, with commas between",
    )
