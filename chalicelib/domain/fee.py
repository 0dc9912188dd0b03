"""Fees as rows of data: what a venue charges, on what, from when, and who says so.

Prices are dollars per contract (quote currency per unit on spot), sizes are contracts (base
units on spot), fees are dollars (quote currency). The arithmetic is in ``chalicelib.fees.charge``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.money import ONE, ZERO

ANY = "*"
SCOPE_KINDS = ("market", "series", "type", "category")
"""What a row can be narrowed to, narrowest first; ``type`` is the venue's own fee type."""


class Liquidity(StrEnum):
    """Whether an order took what was resting, or rested and was taken."""

    TAKER = "taker"
    MAKER = "maker"


class FeeFormula(StrEnum):
    """How the fee of one match follows from its size and price, before any rounding.

    QUADRATIC is ``size · rate · (p(1-p))^exponent``, QUADRATIC_OF_VALUE the same times ``p``,
    PERCENT is ``size · p · rate``. All are times the row's multiplier.
    """

    NONE = "none"
    QUADRATIC = "quadratic"
    QUADRATIC_OF_VALUE = "quadratic-of-value"
    PERCENT = "percent"


class RoundingMethod(StrEnum):
    """What is rounded, which way, and over what.

    EXACT leaves the formula's digits. NEAREST_PER_MATCH rounds each match to the quantum, ties
    up; a match below one quantum is free. UP_PER_ORDER rounds the order's sum up. COST_UP_PER_ORDER
    rounds the order's fee so that value and fee together fall on the quantum, against the trader.
    BALANCE rounds each match's fee up to the quantum, then charges what brings the trader's
    balance down to ``balance_step``; that excess is collected over the order and paid back in
    whole steps, as far as a match's charge covers it.
    """

    EXACT = "exact"
    NEAREST_PER_MATCH = "nearest-per-match"
    UP_PER_ORDER = "up-per-order"
    COST_UP_PER_ORDER = "cost-up-per-order"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class FeeRounding:
    """A rounding with its steps in dollars, each a power of ten."""

    method: RoundingMethod = RoundingMethod.EXACT
    quantum: Decimal = Decimal("0.000001")
    balance_step: Decimal = Decimal("0.01")

    def __post_init__(self) -> None:
        """Refuse a step that is not a power of ten: no venue of ours rounds to one."""
        for step in (self.quantum, self.balance_step):
            if not (step.is_finite() and step > 0 and step.normalize().as_tuple().digits == (1,)):
                raise ValueError(f"rounding step {step} is not a power of ten such as 0.01")


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """One row: who charges what, in which scope, from ``valid_from`` until before ``valid_until``.

    ``scope`` is ``*`` or ``<kind>:<name>|<name>`` with a kind of SCOPE_KINDS; a name may hold ``*``
    for any letters. ``tier`` names the account's fee tiers it is for, ``|`` between them. Rates
    are fractions (0.07), ``multiplier`` scales both. ``rebate_share`` is the part of the taker's
    fee that the venue pays its makers. ``verified`` says that a copy of the venue's own page or
    answer states the figure.
    """

    venue: str
    scope: str
    valid_from: datetime
    formula: FeeFormula
    name: str
    source: str
    valid_until: datetime | None = None
    taker_rate: Decimal = ZERO
    maker_rate: Decimal = ZERO
    exponent: Decimal = ONE
    multiplier: Decimal = ONE
    rounding: FeeRounding = FeeRounding()
    rebate_share: Decimal = ZERO
    tier: str = "base"
    verified: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that cannot be charged or chosen, with the row's name and the reason."""
        wrong = _wrong_text(self) or _wrong_time(self) or _wrong_figure(self)
        if wrong:
            raise ValueError(f"fee row '{self.name}' of {self.venue or 'no venue'}: {wrong}")

    def covers(self, at: datetime) -> bool:
        """Whether the row is in force at an instant; its first instant is, its last is not."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def rate(self, liquidity: Liquidity) -> Decimal:
        """The rate for one who takes or makes, with the multiplier in it."""
        return self.multiplier * (
            self.taker_rate if liquidity is Liquidity.TAKER else self.maker_rate
        )


@dataclass(frozen=True, slots=True)
class FeeUnknown:
    """Why no fee can be named: an order must be refused with it, never filled free of charge."""

    venue: str
    market_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class FeeAccumulator:
    """What an order must remember of its fees between two matches, maybe cycles apart.

    ``charged`` is what was charged so far. ``value`` and ``exact`` are the sums of value and of
    unrounded fee where they are rounded over the order, ``carried`` is the excess of balance
    rounding that has not been paid back.
    """

    value: Decimal = ZERO
    exact: Decimal = ZERO
    charged: Decimal = ZERO
    carried: Decimal = ZERO


NEW_ORDER = FeeAccumulator()


@dataclass(frozen=True, slots=True)
class FeeCharge:
    """The fees of some matches of an order, in their order, and what the next ones start from."""

    terms: str
    fees: tuple[Decimal, ...]
    total: Decimal
    accumulator: FeeAccumulator


def _wrong_text(row: FeeTerms) -> str:
    kind, _, names = row.scope.partition(":")
    if not (row.venue and row.name and row.source and all(row.tier.split("|"))):
        return "venue, name, source and tier must say something"
    if row.scope != ANY and (kind not in SCOPE_KINDS or not all(names.split("|"))):
        return f"scope '{row.scope}' is neither * nor one of {', '.join(SCOPE_KINDS)} with a name"
    return ""


def _wrong_time(row: FeeTerms) -> str:
    for instant in (row.valid_from, row.valid_until):
        if instant is not None and instant.utcoffset() != timedelta(0):
            return f"{instant} is not in UTC"
    if row.valid_until is not None and row.valid_until <= row.valid_from:
        return f"ends at {row.valid_until}, not after its start {row.valid_from}"
    return ""


def _wrong_figure(row: FeeTerms) -> str:
    fractions = (row.taker_rate, row.maker_rate, row.rebate_share)
    if not all(figure.is_finite() and ZERO <= figure <= ONE for figure in fractions):
        return "rates and the rebate share must lie between 0 and 1"
    if not (row.multiplier.is_finite() and row.multiplier >= 0):
        return f"multiplier {row.multiplier} must be a number of at least 0"
    if not (row.exponent.is_finite() and row.exponent > 0):
        return f"exponent {row.exponent} must be a number above 0"
    if row.formula is FeeFormula.NONE and (row.taker_rate or row.maker_rate):
        return "a row without a formula cannot have a rate"
    return ""
