"""What the operator can choose about Polymarket, from the environment."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.domain.errors import InputError

_PREFIX = "POLYMARKET_"


class PolymarketSettings(BaseModel):
    """Which markets to scan, and how long one look may take.

    Each field is read from ``POLYMARKET_<FIELD>``, and ``contact`` from ``VENUE_CONTACT``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    max_markets: int = Field(200, ge=1, le=5000, description="Most markets in one scan")
    min_volume_24h: Decimal = Field(
        Decimal(1000), ge=0, le=10**12, description="Dollars traded in 24 hours"
    )
    min_liquidity: Decimal = Field(
        Decimal(1000), ge=0, le=10**12, description="Dollars resting in the books"
    )
    budget_seconds: float = Field(
        20.0, ge=1, le=300, description="Longest time of one call, with retries"
    )
    contact: str = Field(
        "",
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address sent to the venue in the User-Agent",
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "PolymarketSettings":
        """Read the settings; raise InputError naming the variable that cannot be used."""
        given = {
            name: environment[variable]
            for name in cls.model_fields
            if (variable := _variable(name)) in environment
        }
        try:
            return cls.model_validate(given)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_context=False)[0]
            name = str(first["loc"][0])
            raise InputError(
                f"{_variable(name)} is {first['input']!r}: {first['msg']}",
                f"{cls.model_fields[name].description}. Correct it or leave it unset.",
            ) from exc


def _variable(name: str) -> str:
    return "VENUE_CONTACT" if name == "contact" else _PREFIX + name.upper()
