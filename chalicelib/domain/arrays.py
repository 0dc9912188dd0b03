"""The arrays that tapes and signals are made of."""

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Number = TypeVar("Number", np.float64, np.bool_)


def placed(values: NDArray[Number], columns: IntArray, shape: tuple[int, ...]) -> NDArray[Number]:
    """An array of ``shape`` (T, N) that holds ``values`` (R, K) in its last R rows.

    They go into the given K columns; everything else is zero. So a strategy judges the columns and
    rows that concern it alone.
    """
    whole = np.zeros(shape, values.dtype)
    whole[shape[0] - len(values) :, columns] = values
    return whole
