"""Quotes and order books: what a venue showed, when it showed it, and when we saw it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import MOST_CONTRACTS, ZERO


@dataclass(frozen=True, slots=True)
class Quote:
    """Top of book. A side that shows nothing is None, never 0 or 1.

    Construction refuses what no venue shows: numbers that are not finite, or not above zero.
    """

    instrument_id: InstrumentId
    bid: Decimal | None
    bid_size: Decimal | None
    ask: Decimal | None
    ask_size: Decimal | None
    occurred_at: datetime
    seen_at: datetime

    def __post_init__(self) -> None:
        """Refuse impossible numbers before anything is computed from them."""
        for name in ("bid", "bid_size", "ask", "ask_size"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value > 0):
                raise ValueError(f"{name} of {self.instrument_id} is {value}")


@dataclass(frozen=True, slots=True)
class Level:
    """One price level: the total size resting at that price."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Resting orders, best level first on both sides; construction refuses anything else."""

    instrument_id: InstrumentId
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    occurred_at: datetime
    seen_at: datetime

    def __post_init__(self) -> None:
        """Refuse unsorted, crossed or locked books, and levels that are no offer.

        A crossed book was read at two times.
        """
        _require_sorted(self.instrument_id, "bids", self.bids, descending=True)
        _require_sorted(self.instrument_id, "asks", self.asks, descending=False)
        if self.bids and self.asks and self.bids[0].price >= self.asks[0].price:
            raise ValueError(
                f"book of {self.instrument_id} is crossed: "
                f"bid {self.bids[0].price} >= ask {self.asks[0].price}"
            )


def _require_sorted(
    instrument_id: InstrumentId, side: str, levels: tuple[Level, ...], *, descending: bool
) -> None:
    previous: Decimal | None = None
    for level in levels:
        numbers = level.size.is_finite() and level.price.is_finite()
        if not (numbers and ZERO < level.size <= MOST_CONTRACTS and level.price > ZERO):
            raise ValueError(f"{side} of {instrument_id} hold {level.size} at {level.price}")
        if previous is not None and (level.price >= previous) is descending:
            raise ValueError(f"{side} of {instrument_id} are out of order at {level.price}")
        previous = level.price
