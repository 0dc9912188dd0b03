"""Values that no venue sends on a good day, and how to put them anywhere into an answer.

The same as raw JSON, for a whole chain: tests/unit/poison.py.
"""

import copy
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

POISON: tuple[object, ...] = (
    None, True, False, "", "NaN", "Infinity", "-Infinity", "abc", "0x10", "1_000", " 1", "1 2",
    "-0.0", "-1", "1e308", "1e-30", "0." + "3" * 39, "9" * 39, "9" * 37, "٣", -1, 0, 10**39,
    10**400, Decimal("-0.0"), Decimal("-0.01"), Decimal("NaN"), Decimal("sNaN"),
    Decimal("Infinity"), Decimal("1e-37"), Decimal("1e308"), [], {}, [None], [[]], ["1"],
    {"price": None}, "=cmd|'/c calc'!A0", "<script>alert(1)</script>", "\u202eevil\x1b[2J",
    "x" * 5000, "\x00", 10**38, Decimal("1e-99"), Decimal("-1e-400"),
    "2026-13-45T00:00:00Z", "9999-12-31T23:59:59-23:00", 1e308, float("nan"),
)  # fmt: skip
ANY_POISON: st.SearchStrategy[object] = st.sampled_from((*POISON, "a" * 100_000)) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(answer: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of an answer, lists and objects included."""
    if path:
        yield path
    keys = answer if isinstance(answer, dict) else range(len(answer) if _is_list(answer) else 0)
    for key in keys:
        yield from places(answer[key], (*path, key))


def _is_list(answer: Any) -> bool:
    return isinstance(answer, list)


def poisoned(answer: Any, path: tuple[Any, ...], poison: object) -> Any:
    """The answer with one value replaced."""
    changed = copy.deepcopy(answer)
    where = changed
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = poison
    return changed


def assert_sound(value: object) -> None:
    """No number of a domain value is one that would poison what is computed from it."""
    for number in _numbers(value):
        assert number.is_finite()
        assert 0 <= number < Decimal("1e16")
        assert not number.is_signed()
        assert len(number.as_tuple().digits) <= 38


def _numbers(value: object) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _numbers(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _numbers(getattr(value, part.name))
