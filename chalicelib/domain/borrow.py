"""Selling what is not held: whether an account may borrow it, and what that costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.money import MONEY_QUANTUM, ZERO

YEAR = timedelta(days=365)


class BorrowModel(BaseModel):
    """The terms on which an account may sell short on a spot market; off until switched on.

    The rate is an assumption of whoever sets it: no venue of ours publishes one. It is simple
    interest on what the borrowed units are worth, charged when they are given back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    enabled: bool = False
    annual_rate: Decimal = Field(
        Decimal("0.10"), ge=0, le=10, description="Share of the borrowed value a year"
    )
    margin: Decimal = Field(
        Decimal(1), ge=Decimal("0.5"), le=10, description="Own dollars for each dollar sold short"
    )
    maintenance: Decimal = Field(
        Decimal("0.25"),
        ge=Decimal("0.05"),
        le=Decimal("0.5"),
        description="Own dollars left for each dollar owed at which all is bought back",
    )


@dataclass(frozen=True, slots=True)
class Loan:
    """What borrowing the units of a short position has cost so far, in dollars, unpaid."""

    accrued: Decimal
    accrued_at: datetime

    def grown(self, borrowed: Decimal, rate: Decimal, at: datetime) -> "Loan":
        """The loan at a later time; ``borrowed`` is what the units are worth. Rounds against us."""
        if at <= self.accrued_at:
            return self
        share = Decimal((at - self.accrued_at) // timedelta(seconds=1)) / Decimal(
            YEAR // timedelta(seconds=1)
        )
        interest = (borrowed * rate * share).quantize(MONEY_QUANTUM, ROUND_CEILING)
        return Loan(self.accrued + interest, at)

    def due(self, size: Decimal, borrowed_size: Decimal) -> Decimal:
        """What is paid with so many of the units that are given back; all of it with the last."""
        if size >= borrowed_size:
            return self.accrued
        return (self.accrued * size / borrowed_size).quantize(MONEY_QUANTUM, ROUND_CEILING)

    def less(self, paid: Decimal) -> "Loan":
        """The loan after a payment."""
        return Loan(max(self.accrued - paid, ZERO), self.accrued_at)
