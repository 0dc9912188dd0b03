"""One market of a pair, as its venue words it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.market import Market, MarketId


@dataclass(frozen=True, slots=True)
class Leg:
    """A market's own texts and times. ``outcomes`` are the labels in the venue's order.

    ``group`` is the venue's set of markets of which exactly one pays, None outside of one.
    """

    market_id: MarketId
    title: str
    rules: str = ""
    source: str = ""
    closes_at: datetime | None = None
    outcomes: tuple[str, ...] = ("Yes", "No")
    group: str | None = None

    @classmethod
    def of(cls, market: Market) -> "Leg":
        """The leg that a market would be."""
        return cls(
            market.market_id,
            market.title,
            market.rules,
            market.resolution_source,
            market.closes_at,
            tuple(outcome.label for outcome in market.outcomes),
            market.exclusive_group,
        )

    @property
    def venue(self) -> str:
        """The part of the market's id before the colon."""
        return self.market_id.partition(":")[0]

    @property
    def fingerprint(self) -> str:
        """Changes when anything changes that says how the market ends."""
        closes = self.closes_at.isoformat() if self.closes_at else ""
        parts = (self.title, self.rules, self.source, closes, *self.outcomes, self.group or "")
        return _digest(parts)[:16]


def pair_id(a: MarketId, b: MarketId) -> str:
    """The name of the pair of two markets, whichever comes first."""
    return _digest(sorted((a, b)))[:16]


def _digest(parts: Iterable[str]) -> str:
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode(errors="surrogatepass")).hexdigest()
