"""Polymarket's fees: what the market's own record states, else the row that is in force."""

from datetime import datetime

from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.money import ZERO
from chalicelib.fees.load import published
from chalicelib.fees.stated import EVER, polymarket_terms
from chalicelib.venues.polymarket.schemas import FeeSchedule
from chalicelib.venues.text import clean_text


def fee_of(
    condition_id: str,
    category: str,
    at: datetime,
    *,
    enabled: bool | None,
    fee_type: str | None,
    schedule: FeeSchedule | None,
) -> FeeTerms | FeeUnknown:
    """What taking costs in a market at an instant.

    The record's ``takerBaseFee`` is not used: it is 1000 on markets that charge nothing.
    """
    words = clean_text(fee_type or "taker fee", 40)
    stated = polymarket_terms(
        condition_id,
        EVER,
        enabled=enabled,
        fee_type=words,
        rate=None if schedule is None else schedule.rate,
        exponent=ZERO + 1 if schedule is None else schedule.exponent,
        rebate_share=ZERO if schedule is None else schedule.rebate_rate,
        taker_only=True if schedule is None else schedule.taker_only,
    )
    if stated is not None:
        return stated
    return published().in_force(
        "polymarket", condition_id, "", category, at, fee_type=fee_type or ""
    )
