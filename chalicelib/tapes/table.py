"""Rows of one kind, and the few things done with whole tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chalicelib.tapes.column import Column, IntColumn, LevelsColumn, TextColumn
from chalicelib.tapes.decimals import AnyArray, DecimalColumn, IntArray
from chalicelib.tapes.kinds import COLUMNS, DTYPES, SUBJECT, ColumnType, RowKind


@dataclass(frozen=True, slots=True, eq=False)
class TapeTable:
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

    def take(self, rows: IntArray) -> "TapeTable":
        """These rows, in this order."""
        return TapeTable(self.kind, {name: c.take(rows) for name, c in self.columns.items()})

    def between(self, start: int | None, end: int | None) -> "TapeTable":
        """The rows with ``start <= time < end``, in microseconds."""
        first = 0 if start is None else int(np.searchsorted(self.times, start))
        last = len(self) if end is None else int(np.searchsorted(self.times, end))
        return self if (first, last) == (0, len(self)) else self.take(np.arange(first, last))

    def ordered(self) -> "TapeTable":
        """In order of time, then subject; rows that are equal in both keep their order."""
        order = np.lexsort((self.subjects, self.times))
        return self if (order == np.arange(len(self))).all() else self.take(order)

    def with_numbers(self, name: str, values: IntArray) -> "TapeTable":
        """The same rows with other numbers in one column."""
        return TapeTable(self.kind, {**self.columns, name: IntColumn(values)})

    def same_as(self, other: "TapeTable") -> bool:
        """Whether both hold the same rows, digit for digit."""
        return self.kind is other.kind and len(self) == len(other) and all(
            all(map(np.array_equal, mine.arrays(), other.columns[name].arrays()))
            for name, mine in self.columns.items()
        )  # fmt: skip


def join(tables: Sequence[TapeTable]) -> TapeTable:
    """The rows of all, in order; there must be one at least."""
    first, *rest = tables
    if not rest:
        return first
    columns: dict[str, Any] = dict(first.columns)
    for name, column in columns.items():
        columns[name] = column.joined([other.columns[name] for other in rest])
    return TapeTable(first.kind, columns).ordered()


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


def empty(kind: RowKind) -> TapeTable:
    """No rows."""
    types = COLUMNS[kind]
    return TapeTable(
        kind, {name: column_of(held, _no_arrays(held)) for name, held in types.items()}
    )


def _no_arrays(held: ColumnType) -> list[AnyArray]:
    return [np.zeros(0, dtype) for dtype in DTYPES[held]]
