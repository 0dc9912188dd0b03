"""Fee terms that a venue states for one market: they win over every published row. Pure."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.domain.fee import (
    ANY,
    FeeFormula,
    FeeRounding,
    FeeTerms,
    FeeUnknown,
    RoundingMethod,
)
from chalicelib.domain.money import ONE, ZERO
from chalicelib.fees.table import FeeTable

FIVE_PLACES = FeeRounding(RoundingMethod.NEAREST_PER_MATCH, Decimal("0.00001"))
EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any trade: from then on holds what has no start of its own."""

KALSHI_FEE_TYPES = (
    "quadratic",
    "quadratic_with_maker_fees",
    "quadratic_with_combo_maker_fees",
)


def quadratic_terms(
    venue: str,
    rate: Decimal,
    name: str,
    exponent: Decimal = ONE,
    rounding: FeeRounding = FIVE_PLACES,
) -> FeeTerms:
    """A taker's fee of ``size · rate · (p(1-p))^exponent`` per match at any time; makers free."""
    return FeeTerms(
        venue=venue,
        scope=ANY,
        valid_from=EVER,
        formula=FeeFormula.QUADRATIC if rate else FeeFormula.NONE,
        taker_rate=rate,
        exponent=exponent,
        rounding=rounding,
        name=name,
        source=f"the settings of {venue}",
    )


def polymarket_terms(
    market_id: str,
    since: datetime,
    *,
    enabled: bool | None,
    fee_type: str | None = None,
    rate: Decimal | None = None,
    exponent: Decimal = Decimal(1),
    rebate_share: Decimal = ZERO,
    taker_only: bool = True,
) -> FeeTerms | None:
    """The terms of ``feesEnabled``, ``feeType`` and ``feeSchedule`` of a Polymarket market.

    A market with fees off, or without a schedule, is free: the venue leaves the schedule out of
    those. None if fees are on and no rate is given: then the published rows decide.
    """
    if enabled and rate is None:
        return None
    charged = ZERO if enabled is False or rate is None else rate
    label = f"{fee_type or 'fee'} {charged.normalize():f}" if charged else "no fee"
    return FeeTerms(
        venue="polymarket",
        scope=f"market:{market_id}",
        valid_from=since,
        formula=FeeFormula.QUADRATIC if charged else FeeFormula.NONE,
        taker_rate=charged,
        maker_rate=ZERO if taker_only else charged,
        exponent=exponent if charged else Decimal(1),
        rounding=FIVE_PLACES,
        rebate_share=rebate_share,
        name=f"polymarket {label}, stated by the market",
        source="feesEnabled and feeSchedule of the market's own record",
        verified=True,
    )


def kalshi_terms(
    table: FeeTable,
    market_id: str,
    series: str,
    at: datetime,
    *,
    fee_type: str | None,
    multiplier: Decimal | None,
    waived_until: datetime | None = None,
    tier: str = "base",
) -> FeeTerms | FeeUnknown:
    """The published row of the series' ``fee_type`` with the market's own multiplier.

    ``multiplier`` is the event's override if it has one, else the series'. A waiver makes the
    formula's fee zero until it expires; the balance is still rounded. The fee type ``flat`` is
    refused, because its table is not known to us.
    """
    if fee_type not in KALSHI_FEE_TYPES or multiplier is None:
        reason = f"fee type '{fee_type}' with multiplier {multiplier} has no known fee formula"
        return FeeUnknown("kalshi", market_id, at, reason)
    row = table.in_force("kalshi", "", "", "", at, fee_type=fee_type, tier=tier)
    if isinstance(row, FeeUnknown):
        return replace(row, market_id=market_id)
    waived = waived_until is not None and at < waived_until
    factor = ZERO if waived else multiplier
    ends = [end for end in (row.valid_until, waived_until if waived else None) if end]
    words = "waived" if waived else f"times {factor.normalize():f}"
    return replace(
        row,
        scope=f"market:{market_id}",
        valid_from=at,
        valid_until=min(ends, default=None),
        multiplier=factor,
        name=f"{row.name}, {words} by {series}",
    )
