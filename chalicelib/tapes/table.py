"""Rows of one kind: what columns each kind has, and the few things done with whole tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from chalicelib.tapes.column import (
    AnyArray,
    Column,
    DecimalColumn,
    IntArray,
    IntColumn,
    LevelsColumn,
    TextColumn,
)


class RowKind(StrEnum):
    """What a row is.

    MOMENTS are the times at which the venues were looked at, LISTINGS the markets listed then.
    QUOTES are tops of book, BOOKS whole ones. CANDLES and TRADES are what venues publish.
    """

    MOMENTS = "moments"
    LISTINGS = "listings"
    QUOTES = "quotes"
    BOOKS = "books"
    CANDLES = "candles"
    TRADES = "trades"


class ColumnType(StrEnum):
    """What a column holds; TIME is microseconds since 1970 in UTC."""

    TIME = "time"
    NUMBER = "number"
    DECIMAL = "decimal"
    TEXT = "text"
    LEVELS = "levels"


_TIME, _NUMBER, _DECIMAL = ColumnType.TIME, ColumnType.NUMBER, ColumnType.DECIMAL
_SEEN = {"occurred_at": _TIME, "seen_at": _TIME}

DTYPES: Mapping[ColumnType, tuple[str, ...]] = {
    ColumnType.TIME: ("<i8",),
    ColumnType.NUMBER: ("<i8",),
    ColumnType.DECIMAL: ("<u8", "<u8", "i1"),
    ColumnType.TEXT: ("<i8", "u1"),
    ColumnType.LEVELS: ("<i8", "<u8", "<u8", "i1", "<u8", "<u8", "i1"),
}
"""The arrays of a column: what ``Column.arrays`` gives and ``column_of`` takes."""

COLUMNS: Mapping[RowKind, Mapping[str, ColumnType]] = {
    RowKind.MOMENTS: {"time": _TIME},
    RowKind.LISTINGS: {
        "time": _TIME,
        "market": _NUMBER,
        "version": _NUMBER,
        "volume_24h": _DECIMAL,
        "liquidity": _DECIMAL,
    },
    RowKind.QUOTES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "bid": _DECIMAL,
        "ask": _DECIMAL,
        "bid_size": _DECIMAL,
        "ask_size": _DECIMAL,
        **_SEEN,
    },
    RowKind.BOOKS: {
        "time": _TIME,
        "instrument": _NUMBER,
        "bids": ColumnType.LEVELS,
        "asks": ColumnType.LEVELS,
        **_SEEN,
    },
    RowKind.CANDLES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "interval": _NUMBER,
        "open": _DECIMAL,
        "high": _DECIMAL,
        "low": _DECIMAL,
        "close": _DECIMAL,
        "volume": _DECIMAL,
        "bid": _DECIMAL,
        "ask": _DECIMAL,
        "basis": ColumnType.TEXT,
    },
    RowKind.TRADES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "trade_id": ColumnType.TEXT,
        "price": _DECIMAL,
        "size": _DECIMAL,
        "taker_side": ColumnType.TEXT,
    },
}
"""The columns of each kind, in the order in which they are stored.

``time`` is what a range of time is about: the look at the venues for MOMENTS, LISTINGS, QUOTES and
BOOKS, the start of a candle, the instant of a trade. ``interval`` is microseconds.
"""

SUBJECT = {RowKind.MOMENTS: None, RowKind.LISTINGS: "market"}
"""What a row is about besides its time; ``instrument`` for all kinds that are not named here."""

IDENTITY = {RowKind.CANDLES: ("interval", "basis"), RowKind.TRADES: ("trade_id",)}
"""What else tells two rows of one kind, time and subject apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one length, rows in order of time and then subject."""

    kind: RowKind
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.columns["time"])

    @property
    def times(self) -> IntArray:
        """Microseconds since 1970 of every row."""
        return self.numbers("time")

    @property
    def subjects(self) -> IntArray:
        """The instrument or market of every row."""
        name = SUBJECT.get(self.kind, "instrument")
        return np.zeros(len(self), np.int64) if name is None else self.numbers(name)

    def numbers(self, name: str) -> IntArray:
        """The whole numbers of a column."""
        column: Any = self.columns[name]
        values: IntArray = column.values
        return values

    def decimals(self, name: str) -> DecimalColumn:
        """A column of decimals."""
        column: Any = self.columns[name]
        found: DecimalColumn = column
        return found

    def levels(self, name: str) -> LevelsColumn:
        """A side of books."""
        column: Any = self.columns[name]
        found: LevelsColumn = column
        return found

    def texts(self, name: str) -> list[str]:
        """A column of texts."""
        column: Any = self.columns[name]
        found: list[str] = column.values.tolist()
        return found

    def take(self, rows: IntArray) -> "Table":
        """These rows, in this order."""
        return Table(self.kind, {name: c.take(rows) for name, c in self.columns.items()})

    def between(self, start: int | None, end: int | None) -> "Table":
        """The rows with ``start <= time < end``, in microseconds."""
        first = 0 if start is None else int(np.searchsorted(self.times, start))
        last = len(self) if end is None else int(np.searchsorted(self.times, end))
        return self if (first, last) == (0, len(self)) else self.take(np.arange(first, last))

    def ordered(self) -> "Table":
        """In order of time, then subject; rows that are equal in both keep their order."""
        order = np.lexsort((self.subjects, self.times))
        return self if (order == np.arange(len(self))).all() else self.take(order)

    def with_numbers(self, name: str, values: IntArray) -> "Table":
        """The same rows with other numbers in one column."""
        return Table(self.kind, {**self.columns, name: IntColumn(values)})

    def same_as(self, other: "Table") -> bool:
        """Whether both hold the same rows, digit for digit."""
        return self.kind is other.kind and len(self) == len(other) and all(
            all(map(np.array_equal, mine.arrays(), other.columns[name].arrays()))
            for name, mine in self.columns.items()
        )  # fmt: skip


def join(tables: Sequence[Table]) -> Table:
    """The rows of all, in order; there must be one at least."""
    first, *rest = tables
    if not rest:
        return first
    columns: dict[str, Any] = dict(first.columns)
    for name, column in columns.items():
        columns[name] = column.joined([other.columns[name] for other in rest])
    return Table(first.kind, columns).ordered()


def column_of(held: ColumnType, arrays: Sequence[AnyArray]) -> Column:
    """Build a column from the arrays that are stored of it."""
    parts: Any = arrays
    if held is ColumnType.DECIMAL:
        return DecimalColumn(*parts)
    if held is ColumnType.TEXT:
        return TextColumn.from_arrays(*parts)
    if held is ColumnType.LEVELS:
        return LevelsColumn(parts[0], DecimalColumn(*parts[1:4]), DecimalColumn(*parts[4:7]))
    return IntColumn(*parts)


def empty(kind: RowKind) -> Table:
    """No rows."""
    types = COLUMNS[kind]
    return Table(kind, {name: column_of(held, _no_arrays(held)) for name, held in types.items()})


def _no_arrays(held: ColumnType) -> list[AnyArray]:
    return [np.zeros(0, dtype) for dtype in DTYPES[held]]
