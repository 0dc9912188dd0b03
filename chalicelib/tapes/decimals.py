"""A column of exact decimals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

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


def absent(rows: int) -> DecimalColumn:
    """As many rows without a value."""
    nothing = np.zeros(rows, np.uint64)
    return DecimalColumn(nothing, nothing.copy(), np.full(rows, _ABSENT, np.int8))
