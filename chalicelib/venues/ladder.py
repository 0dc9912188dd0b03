"""One side of an order book on the wire, read fast: a deep book is thousands of numbers. Pure."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from chalicelib.domain.book import Level
from chalicelib.venues.payload import exact_number, refused

LARGEST = Decimal(10**12)
MOST_PLACES = 18

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,18})?"
_NUMBERS = re.compile(f"(?:{_NUMBER}(?: {_NUMBER})*)?", re.ASCII)

Numbers = Callable[[Sequence[object]], list[object]]
"""Puts the price and size of every entry in a row; raises TypeError or KeyError for no level."""


def pairs(entries: Sequence[object]) -> list[object]:
    """Of levels ``[price, size, ...]``; a number of orders that follows is not needed."""
    return [part for entry in entries for part in _pair(entry)]


def _pair(entry: object) -> Sequence[object]:
    if not isinstance(entry, list) or len(entry) < 2:
        raise TypeError("expected a list of price and size")
    return entry if len(entry) == 2 else entry[:2]


def records(entries: Sequence[object]) -> list[object]:
    """Of levels ``{"price": ..., "size": ...}``."""
    return [part for entry in entries for part in _record(entry)]


def _record(entry: object) -> Sequence[object]:
    if not isinstance(entry, dict):
        raise TypeError("expected an object with price and size")
    return entry["price"], entry["size"]


def read_ladder(
    entries: Sequence[object], path: str, numbers_of: Numbers = pairs
) -> tuple[Level, ...]:
    """The levels in the order of the wire; raise VenuePayloadError for one that is none."""
    try:
        texts = numbers_of(entries)
        # One match over all numbers: each by itself would cost more than everything else.
        if _NUMBERS.fullmatch(" ".join(texts)):  # type: ignore[arg-type]
            numbers = [Decimal(text) for text in texts]  # type: ignore[arg-type]
            if all(numbers):
                return tuple(map(Level, numbers[::2], numbers[1::2]))
    except (TypeError, KeyError, InvalidOperation):
        return _one_by_one(entries, path, numbers_of)
    return _one_by_one(entries, path, numbers_of)


def _one_by_one(entries: Sequence[object], path: str, numbers_of: Numbers) -> tuple[Level, ...]:
    levels = []
    for position, entry in enumerate(entries):
        try:
            price, size = numbers_of([entry])
            levels.append(Level(_offered(price), _offered(size)))
        except (TypeError, KeyError, ValueError) as exc:
            raise refused(f"{path}[{position}]", entry, f"no level of a book: {exc}") from exc
    return tuple(levels)


def _offered(value: object) -> Decimal:
    number = exact_number(value)
    exponent = number.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent >= -MOST_PLACES
    if not (Decimal(0) < number <= LARGEST and fine):
        raise ValueError(f"expected a number above 0 of at most {MOST_PLACES} places")
    return number
