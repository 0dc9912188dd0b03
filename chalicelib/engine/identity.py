"""Ids that follow from what they name, so that every delivery of an event agrees on them."""

import hashlib
from collections.abc import Iterable

from chalicelib.domain.market import InstrumentId


def trade_id(cycle_id: int, strategy: str, instrument_id: str, n: int) -> str:
    """The same trade of the same cycle always has the same id, on every delivery of the event."""
    parts = f"{cycle_id}\x1f{strategy}\x1f{instrument_id}\x1f{n}"
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def basket_id(cycle_id: int, strategy: str, legs: Iterable[InstrumentId]) -> str:
    """What the legs of one basket have in common."""
    return trade_id(cycle_id, strategy, "\x1f".join(legs), 0)[:12]


def order_id(cycle_id: int, strategy: str, instrument_id: str, side: str) -> str:
    """The order that a strategy places on one side of an instrument in one cycle."""
    return trade_id(cycle_id, strategy, f"{side}\x1f{instrument_id}", 0)
