"""The columns of a tape: whole numbers, exact decimals, texts, and ladders of price levels.

Every column knows its arrays, which is all that a file stores, and can be built from them again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]
WideArray: TypeAlias = NDArray[np.uint64]
AnyArray: TypeAlias = NDArray[np.int64] | NDArray[np.uint64] | NDArray[np.int8] | NDArray[np.uint8]

MAX_DIGITS = 38
"""What the product's parsers and its table keep of a number."""

_LIMB = 10**19
_ABSENT = 127
_EXPONENTS = range(-126, 127)
_EXACT_INTEGER = np.uint64(2**53)
_EXACT_POWER = 22


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
class DecimalColumn:
    """Decimals of at least zero, digit for digit: ``(high * 10^19 + low) * 10^exponent``.

    An exponent of 127 stands for no value. Trailing zeros are kept: 0.50 stays 0.50.
    """

    high: WideArray
    low: WideArray
    exponent: NDArray[np.int8]

    @classmethod
    def of(cls, values: Iterable[Decimal | None]) -> "DecimalColumn":
        """From decimals; ValueError for one that is negative, not finite or has over 38 digits."""
        limbs = [_limbs(value) for value in values]
        high, low, exponent = zip(*limbs, strict=True) if limbs else ((), (), ())
        return cls(np.array(high, np.uint64), np.array(low, np.uint64), np.array(exponent, np.int8))

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which rows have a value."""
        return np.not_equal(self.exponent, _ABSENT)

    def decimals(self) -> list[Decimal | None]:
        """All values, exactly."""
        parts = zip(self.high.tolist(), self.low.tolist(), self.exponent.tolist(), strict=True)
        return [_decimal(high, low, exponent) for high, low, exponent in parts]

    def known(self) -> list[Decimal]:
        """All values of a column that leaves none out; ValueError when one is missing."""
        found = [value for value in self.decimals() if value is not None]
        if len(found) != len(self):
            raise ValueError(f"{len(self) - len(found)} of {len(self)} values are missing")
        return found

    def floats(self) -> NDArray[np.float64]:
        """The nearest binary numbers, NaN for no value: what ``float`` makes of each decimal."""
        power = np.abs(self.exponent.astype(np.int64))
        exact = (self.high == 0) & (self.low <= _EXACT_INTEGER) & (power <= _EXACT_POWER)
        scale = np.float64(10) ** np.where(exact, power, 0)
        digits = self.low.astype(np.float64)
        values = np.where(self.exponent < 0, digits / scale, digits * scale)
        values[~self.present] = np.nan
        for row in np.flatnonzero(~exact & self.present):
            values[row] = float(self.take(np.array([row])).decimals()[0] or 0)
        return values

    def __len__(self) -> int:
        return len(self.exponent)

    def take(self, rows: IntArray) -> "DecimalColumn":
        """These rows, in this order."""
        return DecimalColumn(self.high[rows], self.low[rows], self.exponent[rows])

    def joined(self, others: Sequence["DecimalColumn"]) -> "DecimalColumn":
        """These rows, and then those of the others."""
        every = (self, *others)
        return DecimalColumn(
            np.concatenate([column.high for column in every]),
            np.concatenate([column.low for column in every]),
            np.concatenate([column.exponent for column in every]),
        )

    def arrays(self) -> tuple[AnyArray, ...]:
        """All that is stored of it."""
        return self.high, self.low, self.exponent


def _limbs(value: Decimal | None) -> tuple[int, int, int]:
    if value is None:
        return 0, 0, _ABSENT
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or sign:
        raise ValueError(f"{value} is not a number of at least 0")
    if len(digits) > MAX_DIGITS or exponent not in _EXPONENTS:
        raise ValueError(f"{str(value)[:60]} has more than {MAX_DIGITS} digits")
    high, low = divmod(int("".join(map(str, digits))), _LIMB)
    return high, low, exponent


def _decimal(high: int, low: int, exponent: int) -> Decimal | None:
    if exponent == _ABSENT:
        return None
    # Built from text: arithmetic would round to the context's digits.
    return Decimal(f"{high * _LIMB + low}E{exponent}")


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
        best = DecimalColumn(
            np.zeros(rows, np.uint64), np.zeros(rows, np.uint64), np.full(rows, _ABSENT, np.int8)
        )
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
