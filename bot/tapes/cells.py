"""Cells of foreign tables as exact values. ValueError says what is wrong with one."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from chalicelib.tapes.facts import EPOCH

_PLAIN = re.compile(r"[0-9]{1,38}(\.[0-9]{1,38})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_MOST_DIGITS = 38
_LEVEL_PARTS = 2


class TimeFormat(StrEnum):
    """How times are written: ISO 8601 with an offset, or a number of units since 1970 in UTC."""

    ISO = "iso"
    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"


UNITS = {
    TimeFormat.SECONDS: timedelta(seconds=1),
    TimeFormat.MILLISECONDS: timedelta(milliseconds=1),
    TimeFormat.MICROSECONDS: timedelta(microseconds=1),
}


def time_cell(cell: Any, written: TimeFormat) -> datetime:
    """A time in UTC; one without a zone is refused, for nobody knows which it is in."""
    if isinstance(cell, datetime):
        moment = cell
    elif written is TimeFormat.ISO:
        moment = _iso(cell)
    else:
        return _since_1970(number_cell(cell), written)
    if moment.tzinfo is None:
        raise ValueError("has no time zone: write an offset, e.g. Z or +02:00")
    return moment.astimezone(UTC)


def _iso(cell: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(cell))
    except ValueError as exc:
        raise ValueError("is no ISO 8601 time: for numbers choose --time s, ms or us") from exc


def _since_1970(units: Decimal, written: TimeFormat) -> datetime:
    stamp = units * (UNITS[written] // timedelta(microseconds=1))
    if stamp != stamp.to_integral_value():
        raise ValueError("is finer than a microsecond")
    try:
        return EPOCH + timedelta(microseconds=int(stamp))
    except OverflowError as exc:
        raise ValueError("lies beyond the year 9999: check --time") from exc


def number_cell(cell: Any) -> Decimal:
    """A finite number of at least 0, digit for digit; binary ones by their shortest text."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str | Decimal):
        raise ValueError("is not a number")
    text = repr(cell) if isinstance(cell, float) else str(cell).strip()
    if not _PLAIN.fullmatch(text):
        raise ValueError("is not a number of at least 0")
    number = Decimal(text)
    if len(number.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(f"has more than {_MOST_DIGITS} digits")
    return number


def seconds_cell(cell: Any) -> timedelta:
    """A length of time in seconds, above 0."""
    seconds = number_cell(cell)
    if not 0 < seconds <= 10**9 or seconds != seconds.to_integral_value():
        raise ValueError("is not a whole number of seconds above 0")
    return timedelta(seconds=int(seconds))


def levels_cell(cell: Any) -> list[tuple[Decimal, Decimal]]:
    """Levels as a list of [price, size], or as JSON text of one."""
    found = json.loads(cell, parse_float=Decimal) if isinstance(cell, str) else cell
    if not isinstance(found, list):
        raise ValueError("is not a list of [price, size]")
    return [_level(level) for level in found]


def _level(level: Any) -> tuple[Decimal, Decimal]:
    if not isinstance(level, list) or len(level) != _LEVEL_PARTS:
        raise ValueError("holds a level that is not [price, size]")
    price, size = (number_cell(part) for part in level)
    return price, size


def text_cell(cell: Any) -> str:
    """A text that is not empty and holds no control characters."""
    if not isinstance(cell, str | int) or not (text := str(cell)) or not text.isprintable():
        raise ValueError("is not a printable text")
    return text
