"""A fee row that cannot be chosen or charged is refused where it is made."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chalicelib.domain.fee import FeeFormula, FeeRounding, Liquidity
from tests.unit.fees.fee_cases import day, terms


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"valid_from": datetime(2026, 1, 1)}, "not in UTC"),  # noqa: DTZ001
        ({"valid_from": datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))}, "not in UTC"),
        ({"valid_until": day("2026-01-01")}, "not after its start"),
        ({"taker_rate": Decimal("-0.01")}, "between 0 and 1"),
        ({"maker_rate": Decimal("NaN")}, "between 0 and 1"),
        ({"rebate_share": Decimal(2)}, "between 0 and 1"),
        ({"multiplier": Decimal(-1)}, "multiplier -1"),
        ({"exponent": Decimal(0)}, "exponent 0"),
        ({"formula": FeeFormula.NONE}, "without a formula"),
        ({"scope": "crypto"}, "scope 'crypto'"),
        ({"scope": "category:"}, "scope 'category:'"),
        ({"source": ""}, "must say something"),
        ({"tier": "base|"}, "must say something"),
    ],
)
def test_fee_terms_impossible_row_is_refused_with_its_name_and_the_reason(
    change: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        terms("0.07", **change)
    assert "'test row'" in str(refused.value)


@pytest.mark.parametrize("step", ["0", "-0.01", "0.05", "NaN"])
def test_fee_rounding_step_that_is_no_power_of_ten_is_refused(step: str) -> None:
    with pytest.raises(ValueError, match="power of ten"):
        FeeRounding(quantum=Decimal(step))


def test_fee_terms_rate_holds_the_multiplier_for_both_sides() -> None:
    row = terms("0.07", maker_rate=Decimal("0.0175"), multiplier=Decimal("0.5"))
    assert row.rate(Liquidity.TAKER) == Decimal("0.035")
    assert row.rate(Liquidity.MAKER) == Decimal("0.00875")
