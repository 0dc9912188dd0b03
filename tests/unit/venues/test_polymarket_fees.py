"""Polymarket charges the taker by the market's own schedule, and nothing without one."""

from decimal import Decimal

import pytest

from chalicelib.domain.money import ZERO
from chalicelib.venues.polymarket.fees import NO_FEE, fee_rule
from chalicelib.venues.polymarket.schemas import FeeSchedule

CRYPTO = FeeSchedule(rate=Decimal("0.07"), exponent=Decimal(1))
FREE = FeeSchedule(rate=ZERO, exponent=Decimal(1))


@pytest.mark.parametrize("enabled", [True, None])
def test_schedule_becomes_the_rule(enabled: bool | None) -> None:
    rule = fee_rule(enabled, "crypto_fees", CRYPTO)
    assert (rule.rate, rule.exponent, rule.quantum) == (Decimal("0.07"), 1, Decimal("0.00001"))
    assert rule.name == "crypto_fees 0.07"


@pytest.mark.parametrize(
    ("enabled", "schedule"), [(False, CRYPTO), (True, None), (None, None), (True, FREE)]
)
def test_no_schedule_or_fees_switched_off_is_free(
    enabled: bool | None, schedule: FeeSchedule | None
) -> None:
    assert fee_rule(enabled, "crypto_fees", schedule) == NO_FEE
    assert NO_FEE.rate == ZERO


def test_name_of_a_rule_is_fit_to_show() -> None:
    rule = fee_rule(True, "\x1b[2Jcrypto\u202e" + "x" * 500, CRYPTO)
    assert rule.name.isprintable()
    assert len(rule.name) < 60
