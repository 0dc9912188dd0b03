"""What venues publish of the past and of themselves: candles, trades, and whether they are open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Side


class PriceBasis(StrEnum):
    """What the prices of a candle are: trades, half-way between bid and ask, or an index."""

    TRADE = "trade"
    MID = "mid"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Candle:
    """Prices of one interval, which it is known only after: at ``start + interval``.

    ``volume`` is contracts or units, None where the venue does not say. ``bid`` and ``ask`` are
    those at the end of the interval, where the venue keeps them.
    """

    instrument_id: InstrumentId
    start: datetime
    interval: timedelta
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None
    basis: PriceBasis
    bid: Decimal | None = None
    ask: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a candle that no series of prices can have made."""
        prices = (self.open, self.high, self.low, self.close)
        if not all(price.is_finite() and price >= ZERO for price in prices):
            raise ValueError(f"candle of {self.instrument_id} at {self.start} has prices {prices}")
        if not (self.low <= min(self.open, self.close) and self.high >= max(self.open, self.close)):
            raise ValueError(
                f"candle of {self.instrument_id} at {self.start} lies outside its low and high"
            )
        if self.volume is not None and not (self.volume.is_finite() and self.volume >= ZERO):
            raise ValueError(f"candle of {self.instrument_id} has volume {self.volume}")

    @property
    def known_at(self) -> datetime:
        """When the interval is over: nothing may use the candle before."""
        return self.start + self.interval


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """A trade between others. ``taker_side`` is None where the venue does not say who took."""

    instrument_id: InstrumentId
    trade_id: str
    price: Decimal
    size: Decimal
    taker_side: Side | None
    occurred_at: datetime

    def __post_init__(self) -> None:
        """Refuse a trade of nothing, or at no price."""
        for name, value in (("price", self.price), ("size", self.size)):
            if not (value.is_finite() and value > ZERO):
                raise ValueError(f"{name} of trade {self.trade_id} is {value}")


@dataclass(frozen=True, slots=True)
class ExchangeStatus:
    """Whether a venue takes orders now; ``resumes_at`` is its own estimate."""

    venue: str
    is_open: bool
    reason: str
    resumes_at: datetime | None = None
