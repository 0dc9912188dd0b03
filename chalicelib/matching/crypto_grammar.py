"""The few shapes in which a title states a price and a direction. Anything else is not read.

The title comes with marks in place of what was read before: A asset, D days, T time, N amount,
W a length of time. What then remains must be words that change nothing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chalicelib.matching.numbers import AMOUNT, read_amount
from chalicelib.matching.text import word_set
from chalicelib.matching.unread import Unread


class Direction(StrEnum):
    """What the price must do."""

    ABOVE = "above"
    BELOW = "below"
    BETWEEN = "between"
    REACH = "reach"
    DIP = "dip"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a title says of the price; ``inclusive`` None where it does not say."""

    direction: Direction
    thresholds: tuple[Decimal, ...] = ()
    inclusive: bool | None = None
    minutes: int | None = None
    closing: bool = False


_D = Direction
_SHAPES: tuple[tuple[re.Pattern[str], Direction, bool | None], ...] = tuple(
    (re.compile(shape), direction, inclusive)
    for shape, direction, inclusive in (
        (r"\b(?:between )?N ?(?:and|to|-) ?N\b", _D.BETWEEN, None),
        (r"\bN ?(?:\+|(?:or|and) (?:above|higher|more|greater|over)\b)", _D.ABOVE, True),
        (r"\bN (?:or|and) (?:below|lower|less|fewer|under)\b", _D.BELOW, True),
        (r"(?:\bat or above|\bat least|>=) ?N\b", _D.ABOVE, True),
        (r"(?:\bat or below|\bat most|<=) ?N\b", _D.BELOW, True),
        (r"\b(?:dip|fall|drop|sink|crash)s? (?:down )?to N\b", _D.DIP, True),
        (r"\b(?:dip|fall|drop|sink|crash)s? (?:below|under) N\b", _D.DIP, False),
        (r"\bhits? \(low\) N\b", _D.DIP, True),
        (r"\b(?:reach|hit|touch)(?:es|s)? (?:\(high\) )?N\b", _D.REACH, True),
        (r"\b(?:rise|climb|get)s? to N\b", _D.REACH, True),
        (r"(?:\b(?:above|over|(?:higher|greater|more) than|exceeds?)|>) ?N\b", _D.ABOVE, False),
        (r"(?:\b(?:below|under|lower than|less than)|<) ?N\b", _D.BELOW, False),
        (r"\bup or down\b|\bprice up\b|\bup\b(?= W)", _D.UP, None),
    )
)  # fmt: skip
_LENGTH = re.compile(
    r"(?:\b(?:in )?(?:the )?next )?(?<![0-9.,$:])\b(5|15|30|60|1|4)[ -]?(minutes?|mins?|hours?)\b"
)
_REFERENCE = re.compile(r"\b(?:target price|price to beat):? N\b")
_CLOSING = re.compile(r"\b(?:close[sd]?|closing|settles?|finish(?:es)?|ends?)\b")
_HARMLESS = word_set(
    "will the price prices of is be at on in for to its s usd usdt us dollar dollars value spot "
    "range trade trades trading close closes closed closing settle settles finish finishes end "
    "ends what per binance coinbase kraken brti according cf benchmarks A D T W"
)
_NAMED_REASONS = (
    (r"all[- ]time high|\bath\b", "an all-time high is no fixed price"),
    (r"market cap|\bfdv\b", "it asks for a market value, not a price"),
    (r"\bdominance\b|%", "it asks for a percentage, not a price"),
    (r"\b(?:not|never|no|without)\b", "it is negated"),
)


def read_claim(marked: str) -> Claim | Unread:
    """What a marked title says of the price, or why it is not a price question."""
    for pattern, reason in _NAMED_REASONS:
        if re.search(pattern, marked):
            return Unread(reason)
    marked, minutes = _take_length(marked)
    amounts: list[Decimal | Unread] = []

    def take(match: re.Match[str]) -> str:
        amounts.append(read_amount(match[0]))
        return f"{match[0][0] if match[0][0] == ' ' else ''}N"

    rest = _REFERENCE.sub(" ", re.sub(AMOUNT, take, marked))
    if len(amounts) > rest.count("N"):  # the price to beat is set when the window opens
        amounts = []
    unread = next((a for a in amounts if isinstance(a, Unread)), None)
    if unread is not None:
        return unread
    prices = tuple(a for a in amounts if isinstance(a, Decimal))
    return _shaped(rest, prices, minutes)


def _take_length(marked: str) -> tuple[str, int | None]:
    found = _LENGTH.search(marked)
    if found is None:
        return marked, None
    count = int(found[1]) * (60 if found[2].startswith("hour") else 1)
    return marked.replace(found[0], " W ", 1), count


def _shaped(rest: str, prices: tuple[Decimal, ...], minutes: int | None) -> Claim | Unread:
    for pattern, direction, inclusive in _SHAPES:
        found = pattern.search(rest)
        if found is None:
            continue
        left = rest[: found.start()] + " " + rest[found.end() :]
        if len(prices) != found[0].count("N"):
            return Unread("it names more amounts than its direction takes")
        strange = [w for w in re.findall(r"[^\W_]+", left) if w not in _HARMLESS]
        if strange:
            return Unread(f"{' '.join(strange[:5])!r} is no part of a price question")
        return _claim(direction, prices, inclusive, minutes, bool(_CLOSING.search(left)))
    return Unread("it states no price and direction")


def _claim(
    direction: Direction,
    prices: tuple[Decimal, ...],
    inclusive: bool | None,
    minutes: int | None,
    closing: bool,
) -> Claim | Unread:
    if any(price <= 0 for price in prices):
        return Unread("a price of zero is no price")
    if direction is Direction.BETWEEN and prices[0] >= prices[1]:
        return Unread(f"it goes from {prices[0]} to {prices[1]}, which is no range")
    if minutes is not None and direction is not Direction.UP:
        return Unread("it names a length of time and a price")
    return Claim(direction, prices, inclusive, minutes, closing)
