"""A number that may be undefined: then it is None and says why, never infinite and never NaN."""

import math
from collections.abc import Sized
from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError

FEWEST_DAYS = 30
"""Less of a past is not scaled to a year: freqtrade once showed 5 x 10^39 % out of 18 days."""
NEGLIGIBLE = 1e-12
"""What varies by less than this share of its size varies by rounding only."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure, or None with the ``reason`` for which there is none."""

    value: float | None
    reason: str = ""


def known(value: float) -> Figure:
    """A measure that was computed; one that has left the range of floats is undefined."""
    if not math.isfinite(value):
        return Figure(None, "outside the range of numbers")
    return Figure(float(value))


def ratio(above: float, below: float, reason: str) -> Figure:
    """A quotient, or the reason where the divisor is not above zero."""
    return known(above / below) if below > 0 else Figure(None, reason)


def checked(values: FloatArray, what: str) -> FloatArray:
    """The same numbers as floats; InputError names the first that is none, or a second axis."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise InputError(f"{what}: {numbers.ndim} axes, one is needed", "Pass one series.")
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        raise InputError(
            f"{what}: row {bad[0]} is {numbers[bad[0]]}, not a number",
            "Leave the row out, or fill it with what was known then.",
        )
    return numbers


def as_long(first: Sized, second: Sized, what: str) -> None:
    """InputError where two columns do not belong together."""
    if len(first) != len(second):
        raise InputError(
            f"{what}: {len(first)} and {len(second)} rows", "Pass one value of each for every row."
        )
