"""The normal distribution, against the standard library and printed tables."""

from math import erf, inf, nan, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from chalicelib.domain.normal import normal_cdf


def test_normal_share_below_is_that_of_the_error_function_to_a_millionth_of_a_millionth() -> None:
    values = np.linspace(-9, 9, 4001)
    expected = [(1 + erf(value / sqrt(2))) / 2 for value in values]
    assert np.abs(normal_cdf(values) - expected).max() < 1e-15


@pytest.mark.parametrize(
    ("value", "share"),
    [(0, 0.5), (1, 0.8413447460685429), (-1.959963984540054, 0.025), (-8, 6.22096057427178e-16)],
)
def test_normal_share_below_is_what_tables_print(value: float, share: float) -> None:
    assert normal_cdf(np.array([value]))[0] == pytest.approx(share, rel=1e-12)


def test_normal_share_below_undoes_the_quantile() -> None:
    shares = np.linspace(0.001, 0.999, 999)
    values = np.array([NormalDist().inv_cdf(share) for share in shares])
    np.testing.assert_allclose(normal_cdf(values), shares, rtol=0, atol=1e-12)


def test_normal_takes_any_shape_and_what_is_not_known() -> None:
    taken = normal_cdf(np.array([[-inf, inf], [nan, 0.0]]))
    np.testing.assert_array_equal(taken, [[0, 1], [nan, 0.5]])
    assert normal_cdf(np.empty((0, 3))).shape == (0, 3)
