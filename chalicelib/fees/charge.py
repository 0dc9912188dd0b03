"""What the terms in force charge for an order's matches, exactly. Pure.

Every step runs with enough digits that nothing is rounded except where the venue rounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    localcontext,
)
from typing import Protocol, TypeAlias

from chalicelib.domain.fee import (
    NEW_ORDER,
    FeeAccumulator,
    FeeCharge,
    FeeFormula,
    FeeRounding,
    FeeTerms,
    Liquidity,
    RoundingMethod,
)
from chalicelib.domain.money import MONEY_QUANTUM, ONE, ZERO
from chalicelib.domain.order import Side

EXACTLY = Context(prec=150)
LARGEST = Decimal("1e15")
"""More contracts, or a higher price, than any real match has: beyond it the input is broken."""

PER_ORDER = (RoundingMethod.UP_PER_ORDER, RoundingMethod.COST_UP_PER_ORDER)
Step: TypeAlias = tuple[Decimal, Decimal]
"""The value of one match, and its fee before rounding."""

_FINE = Decimal("1e-30")


class Traded(Protocol):
    """Anything with a price and a size: a match, or a level of a book."""

    @property
    def price(self) -> Decimal: ...  # noqa: D102

    @property
    def size(self) -> Decimal: ...  # noqa: D102


def charge(
    terms: FeeTerms,
    side: Side,
    matches: Sequence[Traded],
    liquidity: Liquidity = Liquidity.TAKER,
    before: FeeAccumulator = NEW_ORDER,
) -> FeeCharge:
    """The fee of each match in dollars, and their sum, for one order's next matches.

    ``before`` is the accumulator of the same order's last charge. Raises ValueError for a size or
    price that no match can have.
    """
    rounding = terms.rounding
    with localcontext(EXACTLY):
        rate = terms.rate(liquidity)
        exact = [_unrounded(terms, rate, m.price, m.size) for m in matches]
        if rounding.method is RoundingMethod.NEAREST_PER_MATCH:
            return _stateless(terms, [_nearest(fee, rounding.quantum) for fee in exact], before)
        if rounding.method is RoundingMethod.EXACT or terms.formula is FeeFormula.NONE:
            return _stateless(terms, exact, before)
        steps = [(m.price * m.size, fee) for m, fee in zip(matches, exact, strict=True)]
        if rounding.method is RoundingMethod.BALANCE:
            return _charge_balance(terms, side, steps, before)
        return _charge_order(terms, side, steps, before)


def _stateless(terms: FeeTerms, fees: list[Decimal], before: FeeAccumulator) -> FeeCharge:
    """Fees of which none depends on the order's other matches."""
    total = sum(fees, ZERO)
    after = FeeAccumulator(before.value, before.exact, before.charged + total, before.carried)
    return FeeCharge(terms.name, tuple(fees), total, after)


def _charge_order(
    terms: FeeTerms, side: Side, steps: Sequence[Step], before: FeeAccumulator
) -> FeeCharge:
    """Fees that are rounded over the whole order."""
    fees = _spread(terms.rounding, side, steps, before)
    total = sum(fees, ZERO)
    after = FeeAccumulator(
        before.value + sum((value for value, _ in steps), ZERO),
        before.exact + sum((exact for _, exact in steps), ZERO),
        before.charged + total,
        before.carried,
    )
    return FeeCharge(terms.name, tuple(fees), total, after)


@dataclass(frozen=True, slots=True)
class FeeBound:
    """The most an order can be charged: dollars per contract, and apart from that in all."""

    per_contract: Decimal
    rounding: Decimal


def most_fee(terms: FeeTerms, prices: Sequence[Decimal], liquidity: Liquidity) -> FeeBound:
    """What no order of any size at these prices, one match at each, is charged more than."""
    rate = terms.rate(liquidity)
    if not rate or not prices:
        balance = terms.rounding.method is RoundingMethod.BALANCE
        return FeeBound(ZERO, _most_rounding(terms, len(prices)) if balance else ZERO)
    with localcontext(EXACTLY):
        dearest = max(_unrounded(terms, rate, price, ONE) for price in prices)
    if dearest and terms.exponent != terms.exponent.to_integral_value():
        dearest = dearest.quantize(_FINE, ROUND_CEILING)
    return FeeBound(dearest, _most_rounding(terms, len(prices)))


def _most_rounding(terms: FeeTerms, matches: int) -> Decimal:
    """What rounding against the trader can add to an order in so many matches."""
    rounding = terms.rounding
    if rounding.method is RoundingMethod.NEAREST_PER_MATCH:
        return rounding.quantum * matches
    if rounding.method is RoundingMethod.BALANCE:
        return (rounding.quantum + rounding.balance_step) * matches
    return rounding.quantum if rounding.method in PER_ORDER else MONEY_QUANTUM


def align_balance(
    rounding: FeeRounding, revenue: Decimal, exact: Decimal, before: FeeAccumulator
) -> tuple[Decimal, FeeAccumulator]:
    """The net fee of one match whose excess is collected by order, and the excess left over.

    ``revenue`` is signed: negative for a buyer. Source: the page
    docs.kalshi.com/getting_started/fee_rounding as read on 18 September 2026.
    """
    with localcontext(EXACTLY):
        fee = exact.quantize(rounding.quantum, ROUND_CEILING)
        change = revenue - fee
        excess = change - change.quantize(rounding.balance_step, ROUND_FLOOR)
        carried = before.carried + excess
        back = min(carried, fee + excess).quantize(rounding.balance_step, ROUND_DOWN)
        net = fee + excess - back
        after = FeeAccumulator(
            before.value + abs(revenue), before.exact + exact, before.charged + net, carried - back
        )
        return net, after


def rebate(terms: FeeTerms, fee_equivalent: Decimal) -> Decimal:
    """What the venue credits a maker, in dollars rounded down to the micro-dollar.

    ``fee_equivalent`` is the fee that a taker pays for the same matches. The venue pays it a day
    later, from a pool, and only above a minimum: it is a promise, not cash.
    """
    with localcontext(EXACTLY):
        return (terms.rebate_share * fee_equivalent).quantize(MONEY_QUANTUM, ROUND_DOWN)


def _unrounded(terms: FeeTerms, rate: Decimal, price: Decimal, size: Decimal) -> Decimal:
    finite = size.is_finite() and price.is_finite()
    if not (finite and ZERO <= size <= LARGEST and ZERO <= price <= LARGEST):
        raise ValueError(f"a match of {size} at {price} cannot be charged a fee")
    if terms.formula is FeeFormula.NONE or not rate:
        return ZERO
    if terms.formula is FeeFormula.PERCENT:
        return size * price * rate
    if price > ONE:
        raise ValueError(f"price {price} is above 1, the fee of '{terms.name}' ends there")
    curve = price * (ONE - price)
    curved = size * rate * (curve if terms.exponent == ONE else curve**terms.exponent)
    return curved * price if terms.formula is FeeFormula.QUADRATIC_OF_VALUE else curved


def _charge_balance(
    terms: FeeTerms, side: Side, steps: Sequence[Step], before: FeeAccumulator
) -> FeeCharge:
    fees, after = [], before
    for value, exact in steps:
        revenue = value if side is Side.SELL else -value
        fee, after = align_balance(terms.rounding, revenue, exact, after)
        fees.append(fee)
    return FeeCharge(terms.name, tuple(fees), sum(fees, ZERO), after)


def _spread(
    rounding: FeeRounding, side: Side, steps: Sequence[Step], before: FeeAccumulator
) -> list[Decimal]:
    """The order's rounded fee over its matches: each pays what is due by then, in the end all."""
    value, exact, charged = before.value, before.exact, before.charged
    dues = []
    for match_value, match_exact in steps:
        value, exact = value + match_value, exact + match_exact
        dues.append(_due(rounding, side, value, exact))
    fees = []
    for due in dues:
        fees.append(max(ZERO, min(due, dues[-1]) - charged))
        charged += fees[-1]
    return fees


def _nearest(exact: Decimal, quantum: Decimal) -> Decimal:
    return ZERO if exact < quantum else exact.quantize(quantum, ROUND_HALF_UP)


def _due(rounding: FeeRounding, side: Side, value: Decimal, exact: Decimal) -> Decimal:
    """What an order must have been charged in all, given its value and unrounded fee so far."""
    if exact == ZERO:
        return ZERO
    if rounding.method is RoundingMethod.UP_PER_ORDER:
        return exact.quantize(rounding.quantum, ROUND_CEILING)
    if side is Side.BUY:
        return (value + exact).quantize(rounding.quantum, ROUND_CEILING) - value
    return value - (value - exact).quantize(rounding.quantum, ROUND_FLOOR)
