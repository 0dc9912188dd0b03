"""The row in force: by scope, by instant, by tier, and never a silent zero."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.fees.load import published
from chalicelib.fees.table import FeeTable
from tests.unit.fees.fee_cases import day, in_force, terms

LAYERS = ("market:M1", "series:INXD", "series:INX*", "type:t", "category:crypto|Sports", "*")
MARKET = {"market_id": "m1", "series": "INXD", "category": "Crypto", "fee_type": "T"}


def row(scope: str, start: str = "2026-01-01", **changes: object) -> FeeTerms:
    name = f"{scope} since {start} {changes}"
    return terms(scope=scope, valid_from=day(start), **{"name": name} | changes)


@pytest.mark.parametrize("narrowest", range(len(LAYERS)))
def test_in_force_the_narrowest_scope_wins_in_any_order_of_rows(narrowest: int) -> None:
    rows = [row(scope) for scope in LAYERS[narrowest:]]
    for given_rows in (rows, rows[::-1]):
        got = FeeTable(given_rows).in_force("kalshi", at=day("2026-05-01"), **MARKET)
        assert isinstance(got, FeeTerms)
        assert got.scope == LAYERS[narrowest]


def test_in_force_changes_at_the_first_instant_of_the_new_row() -> None:
    change = day("2026-07-14")
    before = in_force("polymarket", "2026-07-13T23:59:59.999999", category="sports")
    assert before.name == "polymarket sports 0.03 since 2026-03-30"
    got = published().in_force("polymarket", "m", "", "sports", change)
    assert isinstance(got, FeeTerms)
    assert got.name == "polymarket sports 0.05 since 2026-07-14"
    assert (before.valid_until, got.valid_from) == (change, change)


@given(st.integers(0, 5 * 365 * 24), st.sampled_from(["crypto", "sports", "weather", "tech"]))
def test_in_force_polymarket_has_one_row_at_every_hour_since_its_first(
    hours: int, category: str
) -> None:
    instant = day("2023-01-01") + timedelta(hours=hours)
    got = published().in_force("polymarket", "m", "", category, instant)
    assert isinstance(got, FeeTerms)
    assert got.covers(instant)


@pytest.mark.parametrize(
    ("when", "tier", "name"),
    [
        ("2025-01-01", "base", "kalshi quadratic 0.07, until 2026-07-07"),
        ("2026-07-07", "direct", "kalshi quadratic 0.07, since 2026-07-07"),
        ("2026-09-18", "base", "kalshi quadratic 0.07, since 2026-09-18"),
        ("2026-09-18", "direct", "kalshi quadratic 0.07, direct member since 2026-09-18"),
    ],
)
def test_in_force_kalshi_rounding_follows_the_period_and_the_membership(
    when: str, tier: str, name: str
) -> None:
    assert in_force("kalshi", when, tier=tier).name == name


@pytest.mark.parametrize(("when", "half"), [("2026-07-02T23:59:59", True), ("2026-07-03", False)])
@pytest.mark.parametrize("series", ["INXD", "KXINX", "NASDAQ100W", "kxnasdaq100"])
def test_in_force_kalshi_index_series_are_at_half_until_the_third_of_july(
    series: str, when: str, half: bool
) -> None:
    got = in_force("kalshi", when, series=series)
    assert (got.name == "kalshi S&P and Nasdaq at half until 2026-07-03") is half


@pytest.mark.parametrize(
    ("venue", "names", "when", "why"),
    [
        ("nowhere", {}, "2026-09-01", "no fee row of venue 'nowhere'"),
        ("binance", {"tier": "vip9"}, "2026-09-01", "tier 'vip9'"),
        ("polymarket", {"category": "unheard of"}, "2026-09-01", "category 'unheard of'"),
        ("polymarket", {"category": ""}, "2026-09-01", "free until 2026-03-30"),
        ("polymarket", {"category": "crypto"}, "2022-12-31", "from 2023-01-01"),
        ("kalshi", {}, "2020-01-01", "from 2022-09-12"),
    ],
)
def test_in_force_unknown_is_a_reason_and_not_a_zero(
    venue: str, names: dict[str, str], when: str, why: str
) -> None:
    market = {"market_id": "m", "series": "", "category": ""} | names
    got = published().in_force(venue, at=day(when), **market)
    assert isinstance(got, FeeUnknown)
    assert why in got.reason
    assert (got.venue, got.market_id, got.at) == (venue, "m", day(when))


def test_in_force_what_the_market_states_wins_while_it_is_in_force() -> None:
    stated = row("market:M1", "2026-02-01", valid_until=day("2026-03-01"), venue="polymarket")
    table = FeeTable([row("market:M1", "2026-01-01")])
    chosen = [
        table.in_force("kalshi", at=day(when), stated=stated, **MARKET)
        for when in ("2026-01-31", "2026-02-01", "2026-03-01")
    ]
    assert [got is stated for got in chosen] == [False, True, False]


def test_in_force_a_refused_schedule_of_the_market_is_not_replaced_by_a_row() -> None:
    refused = FeeUnknown("kalshi", "m1", day("2026-05-01"), "fee type 'flat'")
    table = FeeTable([row("*")])
    assert table.in_force("kalshi", at=refused.at, stated=refused, **MARKET) is refused


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row("*"), row("*", "2026-05-01")),
        (row("*", valid_until=day("2026-05-02")), row("*", "2026-05-01")),
        (row("category:sports|tech"), row("category:crypto|TECH")),
        (row("*", tier="base|direct"), row("*", tier="direct")),
    ],
)
def test_fee_table_two_rows_in_force_at_once_are_refused_by_name(
    one: FeeTerms, other: FeeTerms
) -> None:
    for rows in ([one, other], [other, one]):
        with pytest.raises(InputError, match="both in force") as refused:
            FeeTable(rows)
        assert one.name in refused.value.message
        assert other.name in refused.value.message


def test_fee_table_rows_that_only_touch_or_differ_in_tier_or_venue_are_taken() -> None:
    rows = [
        row("*", valid_until=day("2026-05-01")),
        row("*", "2026-05-01"),
        row("*", tier="direct"),
        row("*", name="elsewhere", venue="polymarket"),
        row("category:crypto"),
    ]
    assert FeeTable(rows).rows == tuple(rows)


def test_fee_table_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two fee rows are named 'twice'"):
        FeeTable([row("*", name="twice"), row("category:crypto", name="twice")])
