"""Fee terms that a venue states for one market: they win over every published row. Pure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeFormula, FeeRounding, FeeTerms, FeeUnknown, RoundingMethod
from chalicelib.domain.market import FeeRule
from chalicelib.domain.money import ZERO
from chalicelib.fees.table import FeeTable

FIVE_PLACES = FeeRounding(RoundingMethod.NEAREST_PER_MATCH, Decimal("0.00001"))
KALSHI_FEE_TYPES = (
    "quadratic",
    "quadratic_with_maker_fees",
    "quadratic_with_combo_maker_fees",
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


@lru_cache(maxsize=20_000)
def rule_terms(venue: str, market_id: str, rule: FeeRule, since: datetime) -> FeeTerms:
    """The terms of a market's ``FeeRule``: the taker's quadratic fee per match, makers free."""
    return FeeTerms(
        venue=venue,
        scope=f"market:{market_id}",
        valid_from=since,
        formula=FeeFormula.QUADRATIC if rule.rate else FeeFormula.NONE,
        taker_rate=rule.rate,
        exponent=Decimal(rule.exponent),
        rounding=FeeRounding(RoundingMethod.NEAREST_PER_MATCH, rule.quantum),
        name=rule.name,
        source="the market's own record",
        verified=True,
    )


def rule_of(terms: FeeTerms) -> FeeRule:
    """A published row as the rule of a market; InputError for a row that a rule cannot express."""
    quadratic = terms.formula is FeeFormula.QUADRATIC and terms.exponent == int(terms.exponent)
    if not quadratic or terms.rounding.method is not RoundingMethod.NEAREST_PER_MATCH:
        raise InputError(f"fee {terms.name!r} is no fee rule", "Charge its terms instead.")
    rate = terms.taker_rate * terms.multiplier
    return FeeRule(rate, int(terms.exponent), terms.rounding.quantum, terms.name)
