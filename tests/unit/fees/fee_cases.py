"""Short ways to write fee terms, matches and instants, and an oracle in fractions."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chalicelib.domain.book import Level
from chalicelib.domain.fee import FeeFormula, FeeRounding, FeeTerms, FeeUnknown, RoundingMethod
from chalicelib.fees.load import published

CENT = FeeRounding(RoundingMethod.UP_PER_ORDER, Decimal("0.01"))
COST = FeeRounding(RoundingMethod.COST_UP_PER_ORDER, Decimal("0.0001"))
PLACES = FeeRounding(RoundingMethod.NEAREST_PER_MATCH, Decimal("0.00001"))
BALANCE = FeeRounding(RoundingMethod.BALANCE, Decimal("0.000001"), Decimal("0.01"))
DIRECT = FeeRounding(RoundingMethod.BALANCE, Decimal("0.000001"), Decimal("0.0001"))
EXACT = FeeRounding()


def day(text: str) -> datetime:
    """Midnight UTC of a date, or an instant if the text has a time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def terms(rate: str = "0.07", rounding: FeeRounding = EXACT, **changes: Any) -> FeeTerms:
    """A quadratic row of a venue of the tests, in force since 2026."""
    row: dict[str, Any] = {
        "venue": "kalshi",
        "scope": "*",
        "valid_from": day("2026-01-01"),
        "formula": FeeFormula.QUADRATIC,
        "name": "test row",
        "source": "the test",
        "taker_rate": Decimal(rate),
        "rounding": rounding,
    }
    return FeeTerms(**(row | changes))


def at(price: str | Decimal, size: str | int | Decimal) -> Level:
    """A match of ``size`` at ``price``."""
    return Level(Decimal(price), Decimal(size))


def in_force(venue: str, when: str, **names: str) -> FeeTerms:
    """The published row for a market, which must exist."""
    market = {"market_id": "m", "series": "", "category": ""} | names
    row = published().in_force(venue, at=day(when), **market)  # type: ignore[arg-type]
    assert not isinstance(row, FeeUnknown), row.reason
    return row


def quadratic(rate: str, size: Decimal, price: Decimal, exponent: int = 1) -> Fraction:
    """The formula in fractions, so that the test shares no arithmetic with the code."""
    p = Fraction(price)
    return Fraction(rate) * Fraction(size) * (p * (1 - p)) ** exponent


def up(amount: Fraction, step: str) -> Fraction:
    """Round up to a step."""
    return math.ceil(amount / Fraction(step)) * Fraction(step)


def half_up(amount: Fraction, step: str) -> Fraction:
    """Round to the nearest step, ties up."""
    return math.floor(amount / Fraction(step) + Fraction(1, 2)) * Fraction(step)
