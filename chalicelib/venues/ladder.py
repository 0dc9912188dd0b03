"""One side of an order book on the wire, read fast: a deep book is thousands of numbers. Pure."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from chalicelib.domain.book import Level
from chalicelib.venues.payload import exact_number, refused

LARGEST = Decimal(10**12)
MOST_PLACES = 18

_NUMBERS = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,18})? )+", re.ASCII)

PriceAndSize = Callable[[object], tuple[object, object]]
"""Takes one entry apart; raises TypeError, KeyError or ValueError when it is no level."""


def pair(entry: object) -> tuple[object, object]:
    """The level ``[price, size, ...]``; what follows, such as a number of orders, is not needed."""
    if not isinstance(entry, list) or len(entry) < 2:
        raise ValueError("expected a list of price and size")
    return entry[0], entry[1]


def record(entry: object) -> tuple[object, object]:
    """The level ``{"price": ..., "size": ...}``."""
    if not isinstance(entry, dict):
        raise TypeError("expected an object with price and size")
    return entry["price"], entry["size"]


def read_ladder(
    entries: Sequence[object], path: str, take_apart: PriceAndSize = pair
) -> tuple[Level, ...]:
    """The levels in the order of the wire; raise VenuePayloadError for one that is none."""
    try:
        parts = [take_apart(entry) for entry in entries]
        text = " ".join([f"{price} {size}" for price, size in parts])
    except (TypeError, KeyError, ValueError):
        return _one_by_one(entries, path, take_apart)
    # One match over all numbers: each by itself would cost more than everything else together.
    if not _NUMBERS.fullmatch(text + " ") or not all(
        isinstance(price, str) and isinstance(size, str) for price, size in parts
    ):
        return _one_by_one(entries, path, take_apart)
    levels = tuple([Level(Decimal(price), Decimal(size)) for price, size in parts])  # type: ignore[arg-type]
    if all(level.price and level.size for level in levels):
        return levels
    return _one_by_one(entries, path, take_apart)


def _one_by_one(
    entries: Sequence[object], path: str, take_apart: PriceAndSize
) -> tuple[Level, ...]:
    levels = []
    for position, entry in enumerate(entries):
        try:
            price, size = take_apart(entry)
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
