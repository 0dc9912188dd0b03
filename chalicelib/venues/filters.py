"""Which markets a scan keeps: read from the environment once, then a pure question."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from chalicelib.domain.market import Market, MarketId
from chalicelib.domain.money import ZERO
from chalicelib.venues.environment import Listed, SourceSettings

_MOST_NAMES = 500
_Dollars = Annotated[Decimal, Field(ge=0, le=10**12)]


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


_Words = Annotated[
    tuple[str, ...], Listed, BeforeValidator(_lowered), Field(max_length=_MOST_NAMES)
]
_Names = Annotated[tuple[str, ...], Listed, Field(max_length=_MOST_NAMES)]


class MarketFilter(SourceSettings):
    """What every prediction market venue lets choose.

    A venue's settings add to it, and may set other defaults; their prefix is the venue's name. A
    figure that the venue does not state counts as nothing.
    """

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
    refresh_minutes: int = Field(
        10, ge=1, le=1440, description="How often the venue's full list is read"
    )

    @field_validator("watchlist")
    @classmethod
    def _own_ids(cls, names: tuple[str, ...]) -> tuple[MarketId, ...]:
        mark = f"{cls.prefix.lower()}:"
        return tuple(name if name.startswith(mark) else mark + name for name in names)

    @property
    def venue(self) -> str:
        """The name of the venue, with which its ids begin."""
        return self.prefix.lower()

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
