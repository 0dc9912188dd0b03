"""What data must be like to be believed, and how much of it was."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.origin import Origin
from chalicelib.domain.quarantine import NOT_BAD

LONGEST_AGE = 86_400

VenueName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
Seconds = Annotated[int, Field(ge=1, le=LONGEST_AGE)]
Ages = Annotated[dict[VenueName, Seconds], Field(max_length=20)]


class QualityRules(BaseModel):
    """When a venue's data is set aside; None switches a rule off. Times are in seconds.

    Prices of contracts are in dollars, and spot prices are compared by shares of the price.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    contract_age: Seconds = Field(
        600, description="Oldest quote of a contract; venues cache their catalogues"
    )
    spot_age: Seconds = Field(60, description="Oldest quote of a spot pair")
    book_age: Seconds = Field(
        120, description="Oldest order book; a strategy's max_book_age_seconds may ask for less"
    )
    quote_ages: Ages = Field({}, description="Oldest quote by venue, instead of the two above")
    book_ages: Ages = Field({}, description="Oldest order book by venue")
    reference_age: Seconds = Field(600, description="Oldest reference price that is compared with")
    clock_skew: int = Field(5, ge=0, le=60, description="How far a venue's clock may be ahead")
    jump_dollars: Decimal | None = Field(
        Decimal("0.40"), gt=0, lt=1, description="Least move of a contract that is doubted"
    )
    jump_share: Decimal | None = Field(
        Decimal("0.05"), gt=0, le=10, description="Least move of a spot price that is doubted"
    )
    jump_deviations: Decimal = Field(
        Decimal(8), ge=3, le=100, description="Usual moves (scaled median) that it must exceed too"
    )
    mirror_ticks: int | None = Field(
        1, ge=1, le=100, description="How far both sides of one book may be apart, in ticks"
    )
    mirror_drift: Decimal = Field(
        Decimal("0.01"), ge=0, le=1, description="And in dollars for each second between them"
    )
    pair_gap: Decimal | None = Field(
        Decimal("0.15"), gt=0, lt=1, description="How far the mids of two books may miss a dollar"
    )
    group_excess: Decimal | None = Field(
        Decimal("0.25"), gt=0, le=10, description="Bids for outcomes of which one wins, above 1"
    )
    outlier_score: Decimal | None = Field(
        Decimal("3.5"), ge=2, le=100, description="Modified z-score among three sources or more"
    )
    outlier_share: Decimal = Field(
        Decimal("0.01"), gt=0, lt=1, description="And this far from their median"
    )
    apart_share: Decimal | None = Field(
        Decimal("0.05"), gt=0, lt=1, description="Two sources this far apart: neither is believed"
    )
    min_volume_24h: Decimal | None = Field(
        None, ge=0, le=10**12, description="Dollars; below it a market is left out unless held"
    )
    min_liquidity: Decimal | None = Field(None, ge=0, le=10**12, description="Dollars, likewise")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse rules of which one could never decide, or would refuse everything."""
        ages = (self.contract_age, self.spot_age, self.book_age)
        least = min(*ages, *self.quote_ages.values(), *self.book_ages.values())
        if self.clock_skew >= least:
            raise ValueError(
                f"clock_skew {self.clock_skew} contradicts an age of {least}: "
                "a stamp may not be wrong by as much as data may be old"
            )
        if self.apart_share is not None and self.apart_share < self.outlier_share:
            raise ValueError(
                f"apart_share {self.apart_share} contradicts outlier_share {self.outlier_share}: "
                "two sources say less than three, so they must be further apart"
            )
        return self

    def quote_age(self, venue: str, *, spot: bool) -> int:
        """The oldest quote that is taken from a venue."""
        return self.quote_ages.get(venue, self.spot_age if spot else self.contract_age)

    def book_age_of(self, venue: str) -> int:
        """The oldest order book that is taken from a venue."""
        return self.book_ages.get(venue, self.book_age)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A price that was set aside as a jump: the next look is held against it."""

    instrument_id: InstrumentId
    mid: float
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class VenueQuality:
    """How much of what one venue said in a cycle was believed; ``counts`` are by code."""

    venue: str
    origin: Origin
    markets: int
    quotes: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def quarantined(self) -> int:
        """Everything that was set aside."""
        return sum(self.counts.values())

    @property
    def bad(self) -> int:
        """What speaks against the venue: thin markets and failed calls do not."""
        return sum(n for code, n in self.counts.items() if code not in NOT_BAD)

    @property
    def share(self) -> float:
        """The bad share of all that was seen."""
        return self.bad / max(self.bad + self.quotes, 1)
