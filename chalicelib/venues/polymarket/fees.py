"""Polymarket's taker fee. Makers pay nothing, and we only ever take."""

from decimal import Decimal

from chalicelib.domain.market import FeeRule
from chalicelib.domain.money import ZERO
from chalicelib.venues.polymarket.schemas import FeeSchedule
from chalicelib.venues.text import clean_text

QUANTUM = Decimal("0.00001")
"""What the venue rounds one match's fee to, in dollars."""

NO_FEE = FeeRule(rate=ZERO, quantum=QUANTUM, name="no fee")


def fee_rule(enabled: bool | None, fee_type: str | None, schedule: FeeSchedule | None) -> FeeRule:
    """The market's fee rule; free when fees are off or no schedule is stated.

    The record's ``takerBaseFee`` is not used: it is 1000 on markets that charge nothing.
    """
    if enabled is False or schedule is None or schedule.rate == ZERO:
        return NO_FEE
    return FeeRule(
        rate=schedule.rate,
        exponent=int(schedule.exponent),
        quantum=QUANTUM,
        name=f"{clean_text(fee_type or 'taker fee', 40)} {schedule.rate}",
    )
