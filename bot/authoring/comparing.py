"""Whether two answers of a strategy say the same of a row, bit for bit, and where they do not."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from chalicelib.domain.signal import Signals
from chalicelib.domain.tape import Tape

COLUMNS = ("entry", "exit", "edge", "confidence")
"""What every answer has; the others below only some."""

MORE_COLUMNS = (
    "short", "volatility", "limit_price", "trigger_price", "exit_limit_price", "exit_trigger_price",
    "ratio",
)  # fmt: skip


def difference(tape: Tape, one: Signals, row: int, other: Signals, other_row: int) -> str | None:
    """The first value that differs between a row of one answer and a row of another, in words."""
    for name, left, right in _pairs(one, row, other, other_row):
        told = _unequal(tape, name, left, right)
        if told is not None:
            return told
    return None


def _pairs(
    one: Signals, row: int, other: Signals, other_row: int
) -> Iterator[tuple[str, Any, Any]]:
    for name in COLUMNS:
        yield name, getattr(one, name)[row], getattr(other, name)[other_row]
    for name in MORE_COLUMNS:
        left, right = getattr(one, name), getattr(other, name)
        yield name, _row(left, row), _row(right, other_row)
    if one.basket is not None and one.basket.ndim > 1:
        yield "basket", one.basket[row], _row(other.basket, other_row)
    read = one.entry[row] | one.exit[row]
    for name, facts in one.facts.items():
        left, right = facts[row], other.facts[name][other_row]
        yield name, np.where(read, left, 0), np.where(read, right, 0)


def _row(array: Any, row: int) -> Any:
    return None if array is None else array[row]


def _unequal(tape: Tape, name: str, left: Any, right: Any) -> str | None:
    if left is None or right is None:
        missing = (left is None) is not (right is None)
        return f"{name} is there once, and once it is not" if missing else None
    unequal = ~((left == right) | (np.isnan(left) & np.isnan(right)))
    if not unequal.any():
        return None
    column = int(unequal.argmax())
    return f"{name} of {tape.instruments[column]} is {left[column]} and then {right[column]}"


def arrays_of(tape: Tape) -> dict[str, Any]:
    """A copy of everything that the tape holds, by name."""
    seen = {each.name: getattr(tape, each.name) for each in fields(tape)}
    asked = seen.pop("questions")
    seen |= {f"questions.{each.name}": getattr(asked, each.name) for each in fields(asked)}
    return {name: np.copy(array) for name, array in seen.items()}
