"""What is said of one quote, or one market, by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.market import Market, MarketKind, Outcome
from chalicelib.domain.origin import Origin
from chalicelib.domain.quarantine import Quarantined
from tests.builders import NO, NOW, YES, market, quote
from tests.unit.validation.looking import MIRROR, aged, codes, judged, look, scan, spot

GOOD = quote(YES, "0.40", "0.42")


def test_good_quote_is_believed_and_counted() -> None:
    found = judged(scan(GOOD, origin=Origin.RECORDED))
    assert found.quotes == {YES: GOOD}
    assert found.markets == {"test:m": MIRROR}
    (quality,) = found.quality
    assert (quality.venue, quality.markets, quality.quotes, quality.quarantined) == (
        "test",
        1,
        1,
        0,
    )
    assert quality.origin is Origin.RECORDED


def test_venue_that_does_not_say_where_its_data_is_from_is_not_live() -> None:
    (quality,) = judged(scan(GOOD)).quality
    assert quality.origin is Origin.UNKNOWN


@pytest.mark.parametrize(
    ("age", "seen_later", "believed"),
    [(600, 0, True), (601, 0, False), (550, 60, False), (0, 299, True)],
)
def test_quote_is_stale_by_its_age_when_it_was_looked_at(
    age: float, seen_later: float, believed: bool
) -> None:
    found = judged(scan(aged(GOOD, age, seen_later)))
    assert (YES in found.quotes) is believed
    assert codes(found) == ({} if believed else {"stale": 1})


def test_age_is_judged_by_venue_and_kind() -> None:
    pair = spot("test")
    old = aged(quote(pair.market_id, 99, 101), 61)
    assert codes(judged(scan(old, markets=[pair]))) == {"stale": 1}
    assert codes(judged(scan(old, markets=[pair]), look(quote_ages={"test": 61}))) == {}
    assert codes(judged(scan(aged(GOOD, 20)), look(quote_ages={"test": 19}))) == {"stale": 1}


def test_reason_says_how_old_and_how_old_is_allowed() -> None:
    (example,) = judged(scan(aged(GOOD, 700))).quarantined
    reason = "700 s old, at most 600 s are taken"
    assert example == Quarantined("test", YES, "stale", reason)


@pytest.mark.parametrize(
    ("occurred", "seen", "believed"), [(5, 0, True), (6, 0, False), (301, 301, False)]
)
def test_stamp_from_the_future_is_set_aside(occurred: int, seen: int, believed: bool) -> None:
    stamped = replace(
        GOOD,
        occurred_at=NOW + timedelta(seconds=occurred),
        seen_at=NOW + timedelta(seconds=seen),
    )
    assert codes(judged(scan(stamped))) == ({} if believed else {"impossible-time": 1})


def test_time_without_a_zone_is_set_aside() -> None:
    naive = replace(GOOD, occurred_at=NOW.replace(tzinfo=None))
    assert codes(judged(scan(naive))) == {"impossible-time": 1}


@pytest.mark.parametrize(
    ("bid", "ask", "code"),
    [
        ("0.42", "0.42", "crossed"),
        ("0.43", "0.42", "crossed"),
        ("0.99", "1", "out-of-bounds"),
        ("1", None, "out-of-bounds"),
        ("1.5", "1.6", "out-of-bounds"),
        (None, None, "out-of-bounds"),
        ("1e-308", "1e308", "out-of-bounds"),
    ],
)
def test_price_that_a_contract_cannot_have_is_set_aside(bid: Any, ask: Any, code: str) -> None:
    assert codes(judged(scan(quote(YES, bid, ask)))) == {code: 1}


def test_spot_price_above_one_is_a_price() -> None:
    pair = spot("test")
    assert codes(judged(scan(quote(pair.market_id, 64000, 64001), markets=[pair]))) == {}
    absurd = quote(pair.market_id, 64000, "1e13")
    assert codes(judged(scan(absurd, markets=[pair]))) == {"out-of-bounds": 1}


def test_side_or_size_that_is_not_shown_is_no_fault() -> None:
    one_sided = replace(quote(YES, None, "0.42"), ask_size=None)
    assert judged(scan(one_sided)).quotes == {YES: one_sided}


def test_size_that_nobody_has_is_set_aside() -> None:
    assert codes(judged(scan(quote(YES, "0.4", "0.5", "1e13")))) == {"impossible-size": 1}


def test_thin_market_is_left_out_unless_it_is_held_and_says_nothing_against_the_venue() -> None:
    thin = replace(MIRROR, volume_24h=Decimal(99), liquidity=Decimal(5))
    answer = scan(GOOD, markets=[thin])
    assert codes(judged(answer)) == {}
    assert codes(judged(answer, look(min_volume_24h=99, min_liquidity=5))) == {}
    for floor in ({"min_volume_24h": 100}, {"min_liquidity": 6}):
        found = judged(answer, look(**floor))
        assert codes(found) == {"thin": 1}
        assert found.quality[0].bad == 0
        assert codes(judged(answer, look(held=["test:m"], **floor))) == {}
    assert codes(judged(scan(GOOD), look(min_volume_24h=100))) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tick": Decimal(0)}, "impossible-terms"),
        ({"tick": Decimal(1)}, "impossible-terms"),
        ({"tick": Decimal("NaN")}, "impossible-terms"),
        ({"min_size": Decimal(0)}, "impossible-terms"),
        ({"min_size": Decimal("Infinity")}, "impossible-terms"),
        ({"size_step": Decimal("-0.0")}, "impossible-terms"),
        ({"min_notional": Decimal(-1)}, "impossible-terms"),
        ({"volume_24h": Decimal("1e308")}, "impossible-terms"),
        ({"liquidity": Decimal("sNaN")}, "impossible-terms"),
        ({"outcomes": ()}, "impossible-terms"),
        ({"outcomes": (Outcome(YES, "Yes", "test:elsewhere"),)}, "impossible-terms"),
        ({"outcomes": (Outcome(YES, "Yes", YES),)}, "impossible-terms"),
        ({"outcomes": (Outcome(YES, "Yes"), Outcome(YES, "No"))}, "duplicate"),
        ({"outcomes": (Outcome("other:x", "Yes"),)}, "foreign"),
        ({"venue": "other"}, "foreign"),
    ],
)
def test_market_that_cannot_be_is_set_aside_with_its_quotes(
    change: dict[str, Any], code: str
) -> None:
    listed = {"test:m": replace(MIRROR, **change)}
    found = judged(replace(scan(GOOD, markets=()), markets=listed))
    assert (found.markets, found.quotes) == ({}, {})
    assert codes(found).get(code) == 1


def test_market_under_a_name_that_is_not_its_own_is_set_aside() -> None:
    found = judged(replace(scan(), markets={"test:x": MIRROR}))
    assert codes(found) == {"foreign": 1}


def test_instrument_in_two_markets_takes_both_out() -> None:
    twin = replace(MIRROR, market_id="test:twin")
    other = market("other")
    found = judged(scan(GOOD, quote("test:other:yes", "0.1", "0.2"), markets=[MIRROR, twin, other]))
    assert found.markets.keys() == {"test:other"}
    assert codes(found) == {"duplicate": 2}


def test_quote_of_nothing_listed_or_of_something_else_is_set_aside() -> None:
    stray = quote("test:stray", "0.1", "0.2")
    found = judged(replace(scan(), quotes={"test:stray": stray, NO: GOOD}))
    assert codes(found) == {"foreign": 1, "unlisted": 1}
    assert found.quotes == {}


def test_what_the_parser_refused_is_counted_with_the_rest() -> None:
    refused = tuple(Quarantined("test", f"{n}", "unreadable", "NaN") for n in range(50))
    found = judged(scan(GOOD, quarantined=refused))
    assert codes(found) == {"unreadable": 50}
    assert len(found.quarantined) == 20
    assert found.quality[0].share == 50 / 51


numbers = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda d: d > 0)


@given(
    bid=st.none() | numbers,
    ask=st.none() | numbers,
    size=st.none() | numbers,
    kind=st.sampled_from(MarketKind),
)
def test_believed_quote_can_always_be_traded_on(
    bid: Decimal | None, ask: Decimal | None, size: Decimal | None, kind: MarketKind
) -> None:
    listed: Market = replace(MIRROR, kind=kind)
    shown = replace(GOOD, bid=bid, ask=ask, bid_size=size, ask_size=size)
    found = judged(scan(shown, markets=[listed]))
    assert sum(codes(found).values()) + len(found.quotes) == 1
    highest = Decimal(1) if kind is MarketKind.BINARY else Decimal(10**12)
    for believed in found.quotes.values():
        prices = [p for p in (believed.bid, believed.ask) if p is not None]
        assert prices
        assert all(0 < price < highest for price in prices)
        assert prices == sorted(set(prices))
        assert size is None or 0 < size <= 10**12
