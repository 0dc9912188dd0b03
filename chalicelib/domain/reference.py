"""What a price is by a source that trades nothing: to compare with, never to trade at."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """An index price. It has no bid, no ask and no book, and therefore no market.

    ``price`` is ``quote`` currency per unit of ``base``, ``volume_24h`` is in quote currency; both
    names are the source's symbols in capitals, and two assets may share a symbol. ``attribution``
    is what the source asks to be shown beside its numbers.
    """

    instrument_id: InstrumentId
    base: str
    quote: str
    price: Decimal
    volume_24h: Decimal | None
    occurred_at: datetime
    seen_at: datetime
    title: str = ""
    attribution: str = ""

    def __post_init__(self) -> None:
        """Refuse impossible numbers before anything is compared with them."""
        if not (self.price.is_finite() and self.price > ZERO):
            raise ValueError(f"price of {self.instrument_id} is {self.price}")
        volume = self.volume_24h
        if volume is not None and not (volume.is_finite() and volume >= ZERO):
            raise ValueError(f"volume of {self.instrument_id} is {volume}")
