"""The columns of a tape: whole numbers, exact decimals, texts, and ladders of price levels.

Every column knows its arrays, which is all that a file stores, and can be built from them again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.tapes.decimals import AnyArray, DecimalColumn, IntArray, absent


class Column(Protocol):
    """A column of rows."""

    def __len__(self) -> int: ...

    def take(self, rows: IntArray) -> Self:
        """These rows, in this order."""
        ...

    def joined(self, others: Sequence[Self]) -> Self:
        """These rows, and then those of the others."""
        ...

    def arrays(self) -> tuple[AnyArray, ...]:
        """All that is stored of it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class IntColumn:
    """Whole numbers: times in microseconds since 1970, numbers of instruments, codes."""

    values: IntArray

    @classmethod
    def of(cls, values: Iterable[int]) -> "IntColumn":
        """From Python's integers."""
        return cls(np.fromiter(values, np.int64))

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: IntArray) -> "IntColumn":
        """These rows, in this order."""
        return IntColumn(self.values[rows])

    def joined(self, others: Sequence["IntColumn"]) -> "IntColumn":
        """These rows, and then those of the others."""
        return IntColumn(np.concatenate([self.values, *(other.values for other in others)]))

    def arrays(self) -> tuple[AnyArray, ...]:
        """All that is stored of it."""
        return (self.values,)


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Texts in UTF-8."""

    values: NDArray[np.object_]

    @classmethod
    def of(cls, values: Iterable[str]) -> "TextColumn":
        """From Python's texts."""
        return cls(np.array(list(values), np.object_))

    @classmethod
    def from_arrays(cls, lengths: IntArray, letters: NDArray[np.uint8]) -> "TextColumn":
        """Read back what ``arrays`` gave."""
        ends = np.cumsum(lengths)
        body = letters.tobytes()
        bounds = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
        return cls.of(body[start:end].decode() for start, end in bounds)

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: IntArray) -> "TextColumn":
        """These rows, in this order."""
        return TextColumn(self.values[rows])

    def joined(self, others: Sequence["TextColumn"]) -> "TextColumn":
        """These rows, and then those of the others."""
        return TextColumn(np.concatenate([self.values, *(other.values for other in others)]))

    def arrays(self) -> tuple[AnyArray, ...]:
        """All that is stored of it."""
        encoded = [text.encode() for text in self.values.tolist()]
        lengths = np.fromiter(map(len, encoded), np.int64)
        return lengths, np.frombuffer(b"".join(encoded), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class LevelsColumn:
    """One side of order books: row i has ``counts[i]`` levels, best first."""

    counts: IntArray
    price: DecimalColumn
    size: DecimalColumn

    @property
    def starts(self) -> IntArray:
        """Where each row's levels begin."""
        return np.asarray(np.cumsum(self.counts) - self.counts, np.int64)

    def best(self) -> DecimalColumn:
        """The best price of each row, nothing where the side is empty."""
        filled = np.flatnonzero(self.counts)
        found = self.price.take(self.starts[filled])
        rows = len(self.counts)
        best = absent(rows)
        for target, source in zip(best.arrays(), found.arrays(), strict=True):
            target[filled] = source
        return best

    def ladders(self) -> list[list[tuple[Decimal, Decimal]]]:
        """Price and size of every level of every row."""
        prices, sizes = self.price.known(), self.size.known()
        pairs = list(zip(prices, sizes, strict=True))
        ends = np.cumsum(self.counts).tolist()
        return [pairs[start:end] for start, end in zip(self.starts.tolist(), ends, strict=True)]

    def __len__(self) -> int:
        return len(self.counts)

    def take(self, rows: IntArray) -> "LevelsColumn":
        """These rows, in this order."""
        counts = self.counts[rows]
        ends = np.cumsum(counts)
        within = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        flat = np.repeat(self.starts[rows], counts) + within
        return LevelsColumn(counts, self.price.take(flat), self.size.take(flat))

    def joined(self, others: Sequence["LevelsColumn"]) -> "LevelsColumn":
        """These rows, and then those of the others."""
        return LevelsColumn(
            np.concatenate([self.counts, *(other.counts for other in others)]),
            self.price.joined([other.price for other in others]),
            self.size.joined([other.size for other in others]),
        )

    def arrays(self) -> tuple[AnyArray, ...]:
        """All that is stored of it."""
        return self.counts, *self.price.arrays(), *self.size.arrays()

    @classmethod
    def of(cls, ladders: Sequence[Sequence[tuple[Decimal, Decimal]]]) -> "LevelsColumn":
        """From price and size of every level of every row; ValueError for an impossible one."""
        levels = [level for ladder in ladders for level in ladder]
        return cls(
            np.fromiter(map(len, ladders), np.int64),
            DecimalColumn.of(price for price, _ in levels),
            DecimalColumn.of(size for _, size in levels),
        )
