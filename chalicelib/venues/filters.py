"""Which markets a scan keeps: read from the environment once, then a pure question."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from chalicelib.domain.errors import InputError
from chalicelib.domain.market import Market, MarketId
from chalicelib.domain.money import ZERO

_MOST_NAMES = 500
_Dollars = Annotated[Decimal, Field(ge=0, le=10**12)]


def _listed(value: object) -> object:
    """The names of a list that the environment writes with commas; each once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


def _lowered(value: object) -> object:
    return _listed(value.lower()) if isinstance(value, str) else value


_Words = Annotated[tuple[str, ...], BeforeValidator(_lowered), Field(max_length=_MOST_NAMES)]
_Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(max_length=_MOST_NAMES)]


class MarketFilter(BaseModel):
    """What every prediction market venue lets choose; read from ``<PREFIX>_<FIELD>``.

    ``contact`` is read from ``VENUE_CONTACT``. A venue's settings add to it, and may set other
    defaults. A figure that the venue does not state counts as nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    venue: ClassVar[str]

    max_markets: int = Field(200, ge=1, le=5000, description="Most markets in one scan")
    min_volume_24h: _Dollars = Field(Decimal(1000), description="Dollars traded in 24 hours")
    min_liquidity: _Dollars = Field(ZERO, description="Dollars resting in the books")
    categories: _Words = Field((), description="Categories to keep, with commas; none keeps all")
    keywords: _Words = Field((), description="Words of which a title must hold one, with commas")
    min_minutes_to_close: int = Field(
        0, ge=0, le=10**6, description="Minutes that must be left; 0 keeps late ones too"
    )
    max_days_to_close: int | None = Field(
        None, ge=1, le=10**4, description="Days within which it must end"
    )
    only_groups: bool = Field(
        default=False, description="Whether to keep only markets of which one of several wins"
    )
    watchlist: _Names = Field((), description="Market ids that are listed in any case, with commas")
    budget_seconds: float = Field(
        20.0, ge=1, le=300, description="Longest time of one call, with retries"
    )
    refresh_minutes: int = Field(
        10, ge=1, le=1440, description="How often the venue's full list is read"
    )
    contact: str = Field(
        "",
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address sent to the venue in the User-Agent",
    )

    @field_validator("watchlist")
    @classmethod
    def _own_ids(cls, names: tuple[str, ...]) -> tuple[MarketId, ...]:
        mark = f"{cls.venue}:"
        return tuple(name if name.startswith(mark) else mark + name for name in names)

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
        return "VENUE_CONTACT" if name == "contact" else f"{cls.venue}_{name}".upper()

    @property
    def refresh(self) -> timedelta:
        """How long a full list is good for."""
        return timedelta(minutes=self.refresh_minutes)

    def wants(self, market: Market, at: datetime) -> bool:
        """Whether a scan keeps this market; those on the watchlist in any case."""
        if market.market_id in self.watchlist:
            return True
        return (
            (market.volume_24h or ZERO) >= self.min_volume_24h
            and (market.liquidity or ZERO) >= self.min_liquidity
            and (not self.only_groups or market.exclusive_group is not None)
            and (not self.categories or market.category.lower() in self.categories)
            and self._is_named(market)
            and self._ends_in_time(market, at)
        )

    def _is_named(self, market: Market) -> bool:
        if not self.keywords:
            return True
        title = market.title.lower()
        return any(word in title for word in self.keywords)

    def _ends_in_time(self, market: Market, at: datetime) -> bool:
        if market.closes_at is None:
            return self.max_days_to_close is None
        left = market.closes_at - at
        is_late = self.min_minutes_to_close and left < timedelta(minutes=self.min_minutes_to_close)
        is_far = self.max_days_to_close and left > timedelta(days=self.max_days_to_close)
        return not is_late and not is_far
