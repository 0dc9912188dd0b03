"""Exact money. Every amount in the ledger is a multiple of one micro-dollar."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, Decimal

MONEY_QUANTUM = Decimal("0.000001")
ZERO = Decimal(0)
ONE = Decimal(1)
MOST_CONTRACTS = Decimal(10**12)
"""No market holds more: a size beyond it is a mistake."""


def round_money(amount: Decimal) -> Decimal:
    """Round to the micro-dollar, ties to even: for amounts that favour neither side."""
    return amount.quantize(MONEY_QUANTUM, ROUND_HALF_EVEN)


def round_against_us(amount: Decimal) -> Decimal:
    """Round a cost up to the micro-dollar: for what we pay."""
    return amount.quantize(MONEY_QUANTUM, ROUND_CEILING)


def floor_to_step(amount: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of ``step`` that does not exceed ``amount`` (zero if negative)."""
    if amount <= 0:
        return ZERO
    return (amount / step).to_integral_value(ROUND_DOWN) * step
