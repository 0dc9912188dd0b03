"""What the operator can choose about CoinGecko, from the environment; the key stays hidden."""

import re
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from chalicelib.venues.environment import Listed, SourceSettings

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


class CoinGeckoSettings(SourceSettings):
    """Which currencies to look up, with which key, and how often.

    ``ids`` are the venue's own, with commas between them: symbols are not unique.
    """

    prefix: ClassVar[str] = "COINGECKO"
    secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    plan: GeckoPlan = Field(GeckoPlan.KEYLESS, description="keyless, demo or pro")
    api_key: SecretStr = Field(SecretStr(""), description="The key of that plan")
    ids: Annotated[tuple[str, ...], Listed] = Field(
        ("bitcoin", "ethereum", "solana"),
        min_length=1,
        max_length=MOST_IDS,
        description="CoinGecko ids such as bitcoin,ethereum",
    )
    refresh_seconds: int | None = Field(
        None, ge=60, le=86_400, description="Seconds for which one answer is used"
    )

    @field_validator("ids")
    @classmethod
    def _ids_of_the_venue(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for coin_id in ids:
            if not COIN_ID.fullmatch(coin_id):
                raise ValueError(f"{coin_id!r} is not an id")
        return ids

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
