"""Ask a strategy about a tape, and read its wishes in a trader's terms."""

from typing import Any

from chalicelib.domain.signal import Basket, Signals
from chalicelib.domain.strategy import build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies import discover

discover()


def signals(name: str, seen: Tape, **params: Any) -> Signals:
    """What the strategy says of the tape."""
    return build_strategy(name, params).signals(seen)


def baskets(name: str, seen: Tape, **params: Any) -> list[Basket]:
    """What it wants to buy in the newest row, best first."""
    return signals(name, seen, **params).entries(seen)


def legs(name: str, seen: Tape, **params: Any) -> list[list[str]]:
    """The instruments of each basket, best first."""
    return [[leg.instrument_id for leg in b.legs] for b in baskets(name, seen, **params)]


def exits(name: str, seen: Tape, **params: Any) -> dict[str, str]:
    """What it wants to leave in the newest row, each with the reason."""
    return signals(name, seen, **params).exits(seen)
