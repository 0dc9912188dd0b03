"""Polymarket's fees: what the market's own record states, else the row that is in force."""

from datetime import datetime
from functools import lru_cache

from chalicelib.domain.fee import ANY, FeeTerms, FeeUnknown
from chalicelib.domain.money import ONE, ZERO
from chalicelib.fees.load import published
from chalicelib.fees.stated import EVER, polymarket_terms
from chalicelib.venues.polymarket.schemas import FeeSchedule, TerseFee
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
    stated = _stated(enabled=enabled, fee_type=fee_type, schedule=schedule)
    if stated is not None:
        return stated
    return published().in_force(
        "polymarket", condition_id, "", category, at, fee_type=fee_type or ""
    )


def terse_fee(stated: TerseFee | None) -> FeeTerms | None:
    """The fee that the exchange states where the catalogue states none."""
    if stated is None:
        return None
    schedule = FeeSchedule(rate=stated.rate, exponent=stated.exponent, taker_only=stated.taker_only)
    return _stated(enabled=True, fee_type=None, schedule=schedule)


@lru_cache(maxsize=256)
def _stated(
    *, enabled: bool | None, fee_type: str | None, schedule: FeeSchedule | None
) -> FeeTerms | None:
    """The terms that these fields state: the same for all markets with the same fields."""
    return polymarket_terms(
        ANY,
        EVER,
        enabled=enabled,
        fee_type=clean_text(fee_type or "taker fee", 40),
        rate=None if schedule is None else schedule.rate,
        exponent=ONE if schedule is None else schedule.exponent,
        rebate_share=ZERO if schedule is None else schedule.rebate_rate,
        taker_only=True if schedule is None else schedule.taker_only,
    )
