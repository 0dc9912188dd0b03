"""Chance that is a function of its name: the same seed and question give the same number."""

from functools import lru_cache
from hashlib import blake2b
from math import floor

_RANGE = float(2**64)


@lru_cache(maxsize=65_536)
def unit(*name: object) -> float:
    """A number in [0, 1)."""
    digest = blake2b(repr(name).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / _RANGE


def digits(count: int, *name: object) -> str:
    """So many decimal digits."""
    digest = blake2b(repr(name).encode(), digest_size=64).digest()
    return str(int.from_bytes(digest))[:count].rjust(count, "7")


def hexadecimal(count: int, *name: object) -> str:
    """So many hexadecimal digits, at most 128."""
    return blake2b(repr(name).encode(), digest_size=64).hexdigest()[:count]


def wander(seconds: float, period: float, *name: object) -> float:
    """A smooth path between -1 and 1 that turns about once in a period."""
    step = floor(seconds / period)
    part = seconds / period - step
    eased = part * part * (3 - 2 * part)
    before, after = (2 * unit(step + n, *name) - 1 for n in (0, 1))
    return before + (after - before) * eased
