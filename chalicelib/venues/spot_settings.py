"""What the operator can choose about a spot exchange, from the environment."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chalicelib.domain.errors import InputError

MOST_PAIRS = 100


def _listed(value: object) -> object:
    """The names of a list that is written with commas; each once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


Listed = BeforeValidator(_listed)
"""Marks a tuple that the environment writes with commas."""

Currency = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,12}$")]


class SpotSettings(BaseModel):
    """What every spot exchange lets choose; each field is read from ``<PREFIX>_<FIELD>``.

    ``contact`` is read from ``VENUE_CONTACT``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    prefix: ClassVar[str]

    quote_currencies: Annotated[tuple[Currency, ...], Listed] = Field(
        ("USD", "USDT", "USDC", "FDUSD", "TUSD", "PYUSD"),
        min_length=1,
        max_length=20,
        description="Currencies that are counted as one dollar each, with commas between",
    )
    fee_tier: str = Field("base", max_length=40, description="Fee tier of the account")
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
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raise InputError naming the variable that cannot be used."""
        given = {
            name: environment[variable]
            for name in cls.model_fields
            if (variable := cls.variable(name)) in environment
        }
        try:
            return cls.model_validate(given)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_context=False)[0]
            name = str(first["loc"][0])
            raise InputError(
                f"{cls.variable(name)} is {given[name]!r}: {first['msg']}",
                f"{cls.model_fields[name].description}. Correct it or leave it unset.",
            ) from exc

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment's name of a field."""
        return "VENUE_CONTACT" if name == "contact" else f"{cls.prefix}_{name.upper()}"
