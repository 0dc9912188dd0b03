"""What crosses the wire about the quality of data: counts, examples, consensus, pauses."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from chalicelib.web.wire_base import Amount, Wire
from chalicelib.web.wire_risk import ProtectionView

OriginName = Literal["live", "recorded", "simulated", "unknown"]


class VenueQualityView(Wire):
    """One venue in the last cycle; ``quotes`` counts believed quotes, books and references.

    ``share`` is the bad part of all prices seen: thin markets and failed calls are not bad data.
    """

    venue: str
    origin: OriginName
    markets: int
    quotes: int
    quarantined: int
    share: Amount
    counts: dict[str, int] = Field(description="Set aside in the last cycle, by code")
    hour: dict[str, int] = Field(description="Set aside in the last hour of cycles, by code")
    bad_cycles: int = Field(description="Cycles in a row with too much bad data")
    pause: ProtectionView | None = Field(description="Why no position is opened here now")


class QuarantinedView(Wire):
    """One thing that was not believed; ``subject`` is the venue's name for it."""

    cycle_id: int
    at: datetime
    venue: str
    subject: str
    code: str
    reason: str


class SightingView(Wire):
    """One source's price of an asset; ``score`` is its modified z-score among the sources."""

    source: str
    price: Amount
    currency: str
    score: Amount | None
    believed: bool


class ConsensusView(Wire):
    """What all sources say of one asset; ``deviating`` are those that are not believed."""

    asset: str
    price: Amount | None
    confidence: int
    grade: Literal["A", "B", "C", "D", "F"]
    deviating: list[str]
    sightings: list[SightingView]
    note: str


class Quality(Wire):
    """How far the venues' data is believed. ``rules`` are changed by PUT /v1/risk, ``quality``."""

    cycle_id: int | None
    at: datetime | None
    venues: list[VenueQualityView]
    house_pause: ProtectionView | None = Field(
        description="Why no position is opened anywhere: all that was seen was bad"
    )
    examples: list[QuarantinedView] = Field(description="Newest first, a few of each code")
    consensus: list[ConsensusView]
    codes: dict[str, str] = Field(description="What each code means")
    rules: dict[str, JsonValue]
    version: int
