"""What all sources together say of one asset, and how far that can be trusted."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Grade(StrEnum):
    """How good a consensus is: A from 90 points of 100, B from 80, C from 70, D from 60."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    F = "F"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One source's price of an asset. ``score`` is its modified z-score among the sources.

    ``currency`` is what it is quoted in; a stablecoin is counted as a dollar, and noted.
    """

    source: str
    price: Decimal
    currency: str
    score: Decimal | None
    believed: bool


@dataclass(frozen=True, slots=True)
class Consensus:
    """The median of the believed sources in dollars; None when none is believed.

    ``confidence`` is 0 to 100: number of sources, how close they are, how many were set aside.
    """

    asset: str
    price: Decimal | None
    confidence: int
    grade: Grade
    sightings: tuple[Sighting, ...]
    note: str = ""
