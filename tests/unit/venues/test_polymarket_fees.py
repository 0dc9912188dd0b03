"""Polymarket charges the taker by the market's own schedule, else by the row in force."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.book import Level
from chalicelib.domain.fee import FeeTerms, FeeUnknown, Liquidity
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Side
from chalicelib.fees.charge import charge
from chalicelib.venues.polymarket.fees import fee_of
from chalicelib.venues.polymarket.schemas import FeeSchedule

NOW = datetime(2026, 10, 1, tzinfo=UTC)
CRYPTO = FeeSchedule(rate=Decimal("0.07"), exponent=Decimal(1), rebate_rate=Decimal("0.2"))
FREE = FeeSchedule(rate=ZERO, exponent=Decimal(1))
HALF = [Level(Decimal("0.5"), Decimal(100))]


def fee(category: str = "crypto", at: datetime = NOW, **stated: Any) -> FeeTerms:
    given = {"enabled": True, "fee_type": "crypto_fees", "schedule": CRYPTO, **stated}
    terms = fee_of("0x1", category, at, **given)
    assert isinstance(terms, FeeTerms)
    return terms


@pytest.mark.parametrize("enabled", [True, None])
def test_stated_schedule_is_charged_to_the_taker_alone(enabled: bool | None) -> None:
    terms = fee(enabled=enabled)
    assert charge(terms, Side.BUY, HALF).total == Decimal("1.75")
    assert charge(terms, Side.BUY, HALF, Liquidity.MAKER).total == 0
    assert terms.rebate_share == Decimal("0.2")


@pytest.mark.parametrize(
    ("enabled", "schedule"), [(False, CRYPTO), (None, None), (True, FREE), (False, None)]
)
def test_fees_switched_off_or_at_a_rate_of_zero_are_free(
    enabled: bool | None, schedule: FeeSchedule | None
) -> None:
    assert charge(fee(enabled=enabled, schedule=schedule), Side.BUY, HALF).total == 0


def test_fees_that_are_on_without_a_schedule_follow_the_published_row() -> None:
    terms = fee(schedule=None)
    assert charge(terms, Side.BUY, HALF).total == Decimal("1.75")
    assert "stated by the market" not in terms.name


def test_fees_that_are_on_before_any_published_row_are_unknown() -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    found = fee_of("0x1", "", before, enabled=True, fee_type="", schedule=None)
    assert isinstance(found, FeeUnknown)


def test_name_of_a_fee_is_fit_to_show() -> None:
    terms = fee(fee_type="\x1b[2Jcrypto\u202e" + "x" * 500)
    assert terms.name.isprintable()
    assert len(terms.name) < 90
