"""What limits and protections that look back in time are judged by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from chalicelib.domain.money import ZERO
from chalicelib.domain.remembered import ClosedTrade, ClosedTrades, Entries, Remembered

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def _closed(stored: object) -> object:
    """Accounts of schema 1 hold each closed trade as an object with its full ids."""
    if not isinstance(stored, list | tuple):
        return stored
    trades: list[ClosedTrade] = _adapter(list[ClosedTrade]).validate_python(stored)
    return ClosedTrades.of(map(Remembered.of, trades))


def _entries(stored: object) -> object:
    """Accounts of schema 1 hold entries as pairs of a cycle and their number."""
    if not isinstance(stored, list | tuple):
        return stored
    return Entries.of(_adapter(list[tuple[int, int]]).validate_python(stored))


@dataclass(frozen=True, slots=True)
class Pulse:
    """What an account remembers of its recent past.

    ``day`` and ``hour`` count from 1970 on the market's clock; ``day_equity`` and ``hour_equity``
    are the equity with which the account entered them. ``opened`` counts the entries of the last
    day. ``counted_from`` pairs a rule that judges lost equity with the equity at which it last
    tripped: once released, it counts from there.
    """

    day: int = -1
    day_equity: Decimal = ZERO
    hour: int = -1
    hour_equity: Decimal = ZERO
    opened: Annotated[Entries, BeforeValidator(_entries)] = field(default_factory=Entries)
    closed: Annotated[ClosedTrades, BeforeValidator(_closed)] = field(default_factory=ClosedTrades)
    counted_from: tuple[tuple[str, Decimal], ...] = ()
