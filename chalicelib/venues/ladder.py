"""One side of an order book on the wire, read fast: a deep book is thousands of numbers. Pure."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import cast

from chalicelib.domain.book import Level
from chalicelib.venues.payload import exact_number, refused

LARGEST = Decimal(10**12)
MOST_PLACES = 18

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,18})?"
_NUMBERS = re.compile(f"(?:{_NUMBER}(?: {_NUMBER})*)?", re.ASCII)

Sides = tuple[list[object], list[object]]
"""Prices, and the size at each of them."""

TakeApart = Callable[[Sequence[object]], Sides]
"""Takes entries apart; raises TypeError or LookupError for one that is no level."""


def pairs(entries: Sequence[object]) -> Sides:
    """Of levels ``[price, size, ...]``; a number of orders that follows is not needed."""
    levels = cast("Sequence[list[object]]", _all_of(list, entries))
    return [level[0] for level in levels], [level[1] for level in levels]


def records(entries: Sequence[object]) -> Sides:
    """Of levels ``{"price": ..., "size": ...}``."""
    levels = cast("Sequence[dict[str, object]]", _all_of(dict, entries))
    return [level["price"] for level in levels], [level["size"] for level in levels]


def _all_of(kind: type, entries: Sequence[object]) -> Sequence[object]:
    if not {kind}.issuperset(map(type, entries)):
        raise TypeError(f"expected a {kind.__name__} with price and size")
    return entries


def read_ladder(
    entries: Sequence[object], path: str, take_apart: TakeApart = pairs
) -> tuple[Level, ...]:
    """The levels in the order of the wire; raise VenuePayloadError for one that is none."""
    try:
        prices, sizes = take_apart(entries)
        texts = cast("list[str]", [*prices, *sizes])
        # One match over all numbers: each by itself would cost more than everything else.
        if _NUMBERS.fullmatch(" ".join(texts)):
            numbers = list(map(Decimal, texts))
            if all(numbers):
                return tuple(map(Level, numbers, numbers[len(prices) :]))
    except (TypeError, LookupError, InvalidOperation):
        return _one_by_one(entries, path, take_apart)
    return _one_by_one(entries, path, take_apart)


def _one_by_one(entries: Sequence[object], path: str, take_apart: TakeApart) -> tuple[Level, ...]:
    levels = []
    for position, entry in enumerate(entries):
        try:
            (price,), (size,) = take_apart([entry])
            levels.append(Level(_offered(price), _offered(size)))
        except (TypeError, LookupError, ValueError) as exc:
            raise refused(f"{path}[{position}]", entry, f"no level of a book: {exc}") from exc
    return tuple(levels)


def _offered(value: object) -> Decimal:
    number = exact_number(value)
    exponent = number.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent >= -MOST_PLACES
    if not (Decimal(0) < number <= LARGEST and fine):
        raise ValueError(f"expected a number above 0 of at most {MOST_PLACES} places")
    return number
