"""What a venue states of one market becomes terms, or a refusal."""

from decimal import Decimal

import pytest

from chalicelib.domain.fee import FeeTerms, FeeUnknown, Liquidity
from chalicelib.domain.order import Side
from chalicelib.fees.charge import charge, rebate
from chalicelib.fees.load import published
from chalicelib.fees.stated import kalshi_terms, polymarket_terms, quadratic_terms
from tests.unit.fees.fee_cases import at, day

NOW = day("2026-10-01")
HALF = [at("0.5", 100)]


def kalshi(fee_type: str | None = "quadratic", multiplier: str | None = "1", **more: object):  # type: ignore[no-untyped-def]
    factor = None if multiplier is None else Decimal(multiplier)
    return kalshi_terms(
        published(),
        "KXA-1",
        "KXA",
        more.pop("when", NOW),  # type: ignore[arg-type]
        fee_type=fee_type,
        multiplier=factor,
        **more,  # type: ignore[arg-type]
    )


def test_polymarket_terms_of_a_market_under_the_old_sports_rate_win_over_the_table() -> None:
    stated = polymarket_terms(
        "m",
        NOW,
        enabled=True,
        fee_type="sports_fees_v2",
        rate=Decimal("0.03"),
        rebate_share=Decimal("0.25"),
    )
    chosen = published().in_force("polymarket", "m", "", "sports", NOW, stated=stated)
    assert isinstance(chosen, FeeTerms)
    assert chosen.name == "polymarket sports_fees_v2 0.03, stated by the market"
    assert charge(chosen, Side.BUY, HALF).total == Decimal("0.75")
    assert charge(chosen, Side.BUY, HALF, Liquidity.MAKER).total == 0
    assert rebate(chosen, Decimal("0.75")) == Decimal("0.1875")


@pytest.mark.parametrize(
    ("enabled", "rate"), [(False, None), (False, "0.05"), (None, None), (True, "0")]
)
def test_polymarket_terms_without_fees_are_free_by_name(
    enabled: bool | None, rate: str | None
) -> None:
    stated = polymarket_terms("m", NOW, enabled=enabled, rate=Decimal(rate) if rate else None)
    assert stated is not None
    assert stated.name == "polymarket no fee, stated by the market"
    assert charge(stated, Side.BUY, HALF).total == 0


def test_polymarket_terms_with_fees_on_and_no_rate_leave_it_to_the_table() -> None:
    assert polymarket_terms("m", NOW, enabled=True) is None


@pytest.mark.parametrize(
    ("fee_type", "multiplier", "taker", "maker"),
    [
        ("quadratic", "1", "1.75", "0"),
        ("quadratic", "0.5", "0.88", "0"),
        ("quadratic", "0", "0", "0"),
        ("quadratic_with_maker_fees", "1", "1.75", "0.44"),
        ("quadratic_with_combo_maker_fees", "2", "3.50", "1.75"),
    ],
)
def test_kalshi_terms_follow_the_fee_type_and_the_multiplier(
    fee_type: str, multiplier: str, taker: str, maker: str
) -> None:
    stated = kalshi(fee_type, multiplier)
    assert charge(stated, Side.BUY, HALF).total == Decimal(taker)
    assert charge(stated, Side.BUY, HALF, Liquidity.MAKER).total == Decimal(maker)


@pytest.mark.parametrize(
    ("fee_type", "multiplier"), [("flat", "1"), ("new", "1"), (None, "1"), ("quadratic", None)]
)
def test_kalshi_terms_of_an_unknown_table_are_refused(
    fee_type: str | None, multiplier: str | None
) -> None:
    got = kalshi(fee_type, multiplier)
    assert isinstance(got, FeeUnknown)
    assert str(fee_type) in got.reason


def test_kalshi_terms_waiver_ends_at_its_instant() -> None:
    end = day("2026-10-02")
    waived = kalshi(waived_until=end)
    assert charge(waived, Side.BUY, HALF).total == 0
    assert waived.valid_until == end
    assert charge(kalshi(when=end, waived_until=end), Side.BUY, HALF).total == Decimal("1.75")


def test_kalshi_terms_end_with_the_period_of_their_row() -> None:
    assert kalshi(when=day("2026-08-01")).valid_until == day("2026-09-18")


def test_kalshi_terms_before_the_first_row_are_refused_for_the_market() -> None:
    got = kalshi("quadratic_with_maker_fees", when=day("2020-01-01"))
    assert isinstance(got, FeeUnknown)
    assert got.market_id == "KXA-1"


def test_quadratic_terms_charge_the_taker_and_not_the_maker() -> None:
    row = quadratic_terms("old", Decimal("0.25"), "old crypto", exponent=Decimal(2))
    assert charge(row, Side.BUY, HALF).total == Decimal("1.5625")
    assert charge(row, Side.BUY, HALF, Liquidity.MAKER).total == 0
    assert charge(quadratic_terms("free", Decimal(0), "free"), Side.BUY, HALF).total == 0
