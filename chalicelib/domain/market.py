"""Markets and the instruments that can be traded in them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from chalicelib.domain.money import ONE, ZERO

InstrumentId: TypeAlias = str
"""``<venue>:<the venue's own id of the tradable outcome>``, e.g. ``polymarket:7132…``."""

MarketId: TypeAlias = str
"""``<venue>:<the venue's own id of the market>``."""


class MarketStatus(StrEnum):
    """Where a market is in its life; only OPEN can be traded."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    RESOLVING = "resolving"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class FeeRule:
    """The taker fee of a prediction market: ``size · rate · (p(1-p))^exponent`` per match.

    ``quantum`` is what one match's fee is rounded to (half up); a fee below it is zero.
    Source: docs.polymarket.com/trading/fees, read September 2026.
    """

    rate: Decimal = ZERO
    exponent: int = 1
    quantum: Decimal = Decimal("0.00001")
    name: str = "no fee"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tradable side of a market; ``complement`` is the side that pays when this does not."""

    instrument_id: InstrumentId
    label: str
    complement: InstrumentId | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """A question at a venue, with the rules under which its outcomes trade.

    Prices are dollars per contract paying one dollar; sizes are contracts.
    """

    market_id: MarketId
    venue: str
    title: str
    status: MarketStatus
    outcomes: tuple[Outcome, ...]
    closes_at: datetime | None
    tick: Decimal
    min_size: Decimal
    size_step: Decimal
    min_notional: Decimal
    fee: FeeRule
    category: str = ""
    exclusive_group: str | None = None
    volume_24h: Decimal | None = None
    url: str = ""

    @property
    def is_tradable(self) -> bool:
        """Whether the venue would take an order now."""
        return self.status is MarketStatus.OPEN


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a finished market pays per contract of each outcome, each between 0 and 1."""

    market_id: MarketId
    payouts: dict[InstrumentId, Decimal]
    known_at: datetime
    source: str

    def __post_init__(self) -> None:
        """Refuse a payout outside 0 to 1: no venue pays that, so the answer was misread."""
        for instrument_id, payout in self.payouts.items():
            if not ZERO <= payout <= ONE:
                raise ValueError(f"payout of {instrument_id} is {payout}, expected 0 to 1")
