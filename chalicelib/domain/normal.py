"""The normal distribution, for arrays: there is no scipy at run time."""

from math import erfc, sqrt

import numpy as np

from chalicelib.domain.arrays import FloatArray

_ERFC = np.frompyfunc(erfc, 1, 1)


def normal_cdf(values: FloatArray) -> FloatArray:
    """The share of a standard normal below each value, of any shape; NaN stays NaN.

    The standard library's erfc, which keeps its relative accuracy in the lower tail. It is called
    once for each known value, about 0.1 microseconds each: cut to candidates before.
    """
    shares = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    shares[known] = 0.5 * _ERFC(values[known] / -sqrt(2)).astype(np.float64)
    return shares
