"""A pair of markets as it is kept: proposed by us, confirmed or rejected once by an operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.market import MarketId
from chalicelib.matching.equivalence import Polarity, ResolutionRecord, Verdict
from chalicelib.matching.leg import Leg


class MatchStatus(StrEnum):
    """What was decided about a pair."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class MatchedLeg:
    """One market of a pair, the fingerprint of its texts when it was read, and how it ends."""

    market_id: MarketId
    title: str
    rules: str
    closes_at: datetime | None
    outcomes: tuple[str, ...]
    fingerprint: str
    record: ResolutionRecord

    @property
    def venue(self) -> str:
        """The part of the market's id before the colon."""
        return self.market_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """Two markets that may ask the same. ``revoked``: why an earlier confirmation ended.

    ``agrees``, ``differs`` and ``unknown`` are the parts of the questions; ``apart`` are those of
    ``differs`` that make two questions of them. ``reasons`` belong to the verdict.
    """

    pair_id: str
    legs: tuple[MatchedLeg, MatchedLeg]
    score: Decimal
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: tuple[str, ...]
    apart: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    status: MatchStatus
    version: int
    proposed_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    revoked: str = ""

    @property
    def polarity(self) -> Polarity | None:
        """SAME: both first outcomes pay together. INVERTED: one pays when the other does not."""
        one, other = (leg.record.polarity for leg in self.legs)
        if one is None or other is None:
            return None
        return Polarity.SAME if one is other else Polarity.INVERTED

    @property
    def is_arbitrage(self) -> bool:
        """Whether holding both legs may be riskless at all; never for relative value."""
        return self.verdict is Verdict.EQUIVALENT and self.status is MatchStatus.CONFIRMED

    def ended(self, now: datetime) -> bool:
        """Whether both markets have closed."""
        return all(leg.closes_at is not None and leg.closes_at <= now for leg in self.legs)


def changed_leg(pair: MatchedPair, legs: Mapping[MarketId, Leg]) -> str:
    """Which leg is worded or timed otherwise now than when it was read; nothing when none is."""
    for kept in pair.legs:
        current = legs.get(kept.market_id)
        if current is not None and current.fingerprint != kept.fingerprint:
            return f"the text or the times of {kept.market_id} changed after it was read"
    return ""
