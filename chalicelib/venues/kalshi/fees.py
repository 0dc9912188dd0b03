"""Kalshi's fees: the series' fee type and multiplier, unless the event states its own."""

from datetime import datetime

from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.fees.load import published
from chalicelib.fees.stated import kalshi_terms
from chalicelib.venues.kalshi.schemas import KalshiEvent, KalshiSeries
from chalicelib.venues.text import clean_text

NOT_READ = "the fees of its series and event have not been read yet"


def fee_of(
    ticker: str,
    event: KalshiEvent | None,
    series: KalshiSeries | None,
    at: datetime,
    *,
    waived_until: datetime | None = None,
    tier: str = "base",
) -> FeeTerms | FeeUnknown:
    """What trading costs in a market at an instant; FeeUnknown keeps every order out."""
    if series is None or event is None:
        return FeeUnknown("kalshi", ticker, at, NOT_READ)
    fee_type, multiplier = series.fee_type, series.fee_multiplier
    if event.fee_type_override is not None:
        fee_type = event.fee_type_override
    if event.fee_multiplier_override is not None:
        multiplier = event.fee_multiplier_override
    words = None if fee_type is None else clean_text(fee_type, 60)
    return kalshi_terms(
        published(), ticker, series.ticker, at,
        fee_type=words, multiplier=multiplier, waived_until=waived_until, tier=tier,
    )  # fmt: skip
