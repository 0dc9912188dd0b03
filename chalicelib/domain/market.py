"""Markets and the instruments that can be traded in them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from chalicelib.domain.fee import FeeTerms, FeeUnknown
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


class MarketKind(StrEnum):
    """What is traded: a contract that pays 0 to 1 dollar, or a currency against another."""

    BINARY = "binary"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class TickBand:
    """Prices from ``low`` to ``high``, both included, fall on whole multiples of ``step``."""

    low: Decimal
    high: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tradable side of a market; ``complement`` is the side that pays when this does not."""

    instrument_id: InstrumentId
    label: str
    complement: InstrumentId | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """What a venue lists, with the rules under which its outcomes trade.

    A BINARY market is a question: prices are dollars per contract paying one dollar, between 0 and
    1, and sizes are contracts. A SPOT market has one outcome and no end: prices are quote currency
    per unit, sizes are units. ``tick`` is the price step; where ``tick_bands`` are given they say
    it by price, and ``tick`` is the finest of them. ``fee`` is what the venue charged when the
    market was seen; FeeUnknown keeps every order out. ``volume_24h`` and ``liquidity`` are dollars.
    ``series`` and ``event`` are the venue's own ids of what the market belongs to.
    ``rules`` and ``resolution_source`` are the venue's own words on how it resolves.
    ``group_size`` is how many markets the venue lists in the exclusive group, of which exactly one
    pays; 0 where it does not say. Filters may have left some of them out of what is seen.
    ``resale_seconds`` is how long what was bought is on its way before it can be sold.
    ``mirrored`` says that both outcomes trade in one set of orders: a bid for one is an offer of
    the other, so that their prices cannot differ.
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
    fee: FeeTerms | FeeUnknown
    category: str = ""
    exclusive_group: str | None = None
    volume_24h: Decimal | None = None
    url: str = ""
    kind: MarketKind = MarketKind.BINARY
    tick_bands: tuple[TickBand, ...] = ()
    liquidity: Decimal | None = None
    series: str = ""
    event: str = ""
    rules: str = ""
    resolution_source: str = ""
    resale_seconds: int = 0
    mirrored: bool = False
    group_size: int = 0

    @property
    def is_tradable(self) -> bool:
        """Whether the venue would take an order now."""
        return self.status is MarketStatus.OPEN

    @property
    def highest_price(self) -> Decimal | None:
        """What no price may reach: a contract never costs the dollar it may pay."""
        return ONE if self.kind is MarketKind.BINARY else None

    def slippage(self, price: Decimal, bound: Decimal) -> Decimal:
        """A bound on slippage at this price: dollars of a contract, a share of a spot price."""
        return bound if self.kind is MarketKind.BINARY else bound * price

    def tick_at(self, price: Decimal) -> Decimal:
        """The price step at this price; where two bands meet, the finer one."""
        steps = [band.step for band in self.tick_bands if band.low <= price <= band.high]
        return min(steps, default=self.tick)


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
