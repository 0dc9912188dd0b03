"""What the operator can choose about CoinGecko, from the environment; the key stays hidden."""

import re
from collections.abc import Mapping
from enum import StrEnum

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from chalicelib.venues.environment import read_settings

_PREFIX = "COINGECKO_"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
MOST_IDS = 250
"""What one request lists."""

COIN_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
"""The venue's id of a currency; it stands in addresses, so nothing else is let through."""


class GeckoPlan(StrEnum):
    """What the venue allows us. A key works on its own plan's host only."""

    KEYLESS = "keyless"
    DEMO = "demo"
    PRO = "pro"


class CoinGeckoSettings(BaseModel):
    """Which currencies to look up, with which key, and how often.

    Each field is read from ``COINGECKO_<FIELD>``, and ``contact`` from ``VENUE_CONTACT``. ``ids``
    are the venue's own, with commas between them: symbols are not unique.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    plan: GeckoPlan = Field(GeckoPlan.KEYLESS, description="keyless, demo or pro")
    api_key: SecretStr = Field(SecretStr(""), description="The key of that plan")
    ids: tuple[str, ...] = Field(
        ("bitcoin", "ethereum", "solana"),
        min_length=1,
        max_length=MOST_IDS,
        description="CoinGecko ids such as bitcoin,ethereum",
    )
    refresh_seconds: int | None = Field(
        None, ge=60, le=86_400, description="Seconds for which one answer is used"
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

    @field_validator("ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(" ", "").split(",")) if isinstance(value, str) else value

    @field_validator("ids")
    @classmethod
    def _ids_of_the_venue(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for coin_id in ids:
            if not COIN_ID.fullmatch(coin_id):
                raise ValueError(f"{coin_id!r} is not an id")
        return tuple(dict.fromkeys(ids))

    @field_validator("api_key")
    @classmethod
    def _fit_for_a_header(cls, key: SecretStr) -> SecretStr:
        if key.get_secret_value() and not _KEY.fullmatch(key.get_secret_value()):
            raise ValueError("not a key: expected letters, digits, - and _")
        return key

    @model_validator(mode="after")
    def _key_and_plan_go_together(self) -> "CoinGeckoSettings":
        if bool(self.api_key.get_secret_value()) is (self.plan is GeckoPlan.KEYLESS):
            raise ValueError("COINGECKO_API_KEY needs COINGECKO_PLAN demo or pro, and they it")
        return self

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "CoinGeckoSettings":
        """Read the settings; raise InputError naming the variable that cannot be used."""
        return read_settings(cls, _PREFIX, environment, secrets=("api_key",))
