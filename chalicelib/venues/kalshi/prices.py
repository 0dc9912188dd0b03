"""Kalshi's numbers in all formats it has had. Pure.

Until 2025 prices were whole cents (``yes_bid: 42``) and counts whole numbers. Then the same came
twice, as cents and as text in dollars (``yes_bid_dollars: "0.4200"``). Since March 2026 there is
only the text, and counts are text too (``volume_fp: "10.00"``). The historical paths use the old
names with the new text (``close: "0.3700"``). Each name has therefore a type of its own here, and
the newer name wins: a whole number under the new name would be read a hundred times too small.
"""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import PlainValidator

from chalicelib.domain.money import ZERO
from chalicelib.venues.payload import amount, probability

CENT = Decimal("0.01")
_MOST_CENTS = 10**17
_DOLLARS = re.compile(r"0(\.[0-9]{1,6}0{0,9})?|1(\.0{1,15})?", re.ASCII)


def dollars(value: object) -> Decimal | None:
    """A price from 0 to 1, written as text with at most six places."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("expected dollars as text")
    if not _DOLLARS.fullmatch(value):
        raise ValueError("expected dollars from 0 to 1, with at most six places")
    return Decimal(value)


def stated_dollars(value: object) -> Decimal:
    """A price from 0 to 1 that must be there."""
    price = dollars(value)
    if price is None:
        raise ValueError("expected dollars as text")
    return price


def cents_or_dollars(value: object) -> Decimal | None:
    """A price from 0 to 1: text is dollars, a whole number is cents."""
    if value is None or isinstance(value, str):
        return dollars(value)
    return probability(_cents(value))


def amount_in_dollars(value: object) -> Decimal | None:
    """An amount of money, written as text. Older answers may owe more than they hold: nothing."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("expected dollars as text")
    return ZERO if value.startswith("-") else amount(value)


def amount_in_cents(value: object) -> Decimal | None:
    """An amount of money in whole cents, or as text in dollars."""
    if value is None or isinstance(value, str):
        return amount_in_dollars(value)
    return amount(_cents(value))


def count(value: object) -> Decimal | None:
    """A number of contracts, as text or as a number."""
    return None if value is None else amount(value)


def _cents(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MOST_CENTS:
        raise ValueError("expected whole cents, or dollars as text")
    return value * CENT


Dollars = Annotated[Decimal, PlainValidator(stated_dollars)]
DollarText = Annotated[Decimal | None, PlainValidator(dollars)]
CentsOrText = Annotated[Decimal | None, PlainValidator(cents_or_dollars)]
AmountText = Annotated[Decimal | None, PlainValidator(amount_in_dollars)]
AmountCents = Annotated[Decimal | None, PlainValidator(amount_in_cents)]
Count = Annotated[Decimal | None, PlainValidator(count)]


def first(newer: Decimal | None, older: Decimal | None) -> Decimal | None:
    """What the newer name says, else what the older one does."""
    return older if newer is None else newer
