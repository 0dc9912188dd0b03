"""What may be traded of the pairs that are kept."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.match_rows import match_from, match_item, twins_from, twins_item
from chalicelib.domain.errors import StoreError
from chalicelib.matching.equivalence import Polarity, Verdict
from chalicelib.matching.leg import Leg, pair_id
from chalicelib.matching.pair import MatchedPair, MatchStatus, changed_leg
from tests.builders import NOW
from tests.unit.matching.samples import (
    NOON,
    noon_pair,
    twin,
    twin_pair,
)

TWINS = {market.market_id: market for market in (twin("polymarket"), twin("kalshi"))}


def confirmed(pair: MatchedPair) -> MatchedPair:
    return replace(pair, status=MatchStatus.CONFIRMED, version=1, decided_at=NOW, decided_by="ann")


def test_pair_is_arbitrage_once_it_is_confirmed_and_only_as_equivalent() -> None:
    assert confirmed(twin_pair()).is_arbitrage
    assert not twin_pair().is_arbitrage
    alike = confirmed(noon_pair())
    assert alike.verdict is Verdict.RELATIVE_VALUE
    assert not alike.is_arbitrage


@pytest.mark.parametrize("change", [
    {"title": "Will Ann Example be sworn in as governor by September 30, 2026?"},
    {"rules": "Other rules."},
    {"source": "https://example.org"},
    {"closes_at": NOON + timedelta(minutes=1)},
    {"closes_at": None},
    {"outcomes": ("No", "Yes")},
    {"group": "g"},
])  # fmt: skip
def test_pair_names_the_market_that_was_reworded(change: dict[str, Any]) -> None:
    pair = confirmed(twin_pair())
    for venue in ("polymarket", "kalshi"):
        market = replace(TWINS[f"{venue}:t"], **change)
        assert market.market_id in changed_leg(pair, {**TWINS, market.market_id: market})


def test_pair_has_not_changed_where_its_markets_are_as_they_were_or_not_listed() -> None:
    assert changed_leg(confirmed(twin_pair()), TWINS) == ""
    assert changed_leg(confirmed(twin_pair()), {}) == ""


def test_pair_polarity_is_inverted_when_one_pays_as_the_other_does_not() -> None:
    pair = twin_pair()
    one, other = pair.legs
    turned = replace(other, record=replace(other.record, polarity=Polarity.INVERTED))
    unknown = replace(other, record=replace(other.record, polarity=None))
    assert pair.polarity is Polarity.SAME
    assert replace(pair, legs=(one, turned)).polarity is Polarity.INVERTED
    assert replace(pair, legs=(one, unknown)).polarity is None


def test_pair_has_ended_when_both_markets_have_closed() -> None:
    assert twin_pair().ended(NOON)
    assert not twin_pair().ended(NOON - timedelta(seconds=1))


@given(st.text(max_size=20), st.text(max_size=20))
def test_pair_has_one_id_whichever_market_comes_first(a: str, b: str) -> None:
    assert pair_id(a, b) == pair_id(b, a)


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_pair_fingerprint_tells_texts_apart_wherever_they_are_cut(
    title: str, rules: str, other: str, others: str
) -> None:
    same = Leg("v:m", title, rules).fingerprint == Leg("v:m", other, others).fingerprint
    assert same is ((title, rules) == (other, others))


@pytest.mark.parametrize("pair", [twin_pair(), noon_pair(), confirmed(noon_pair())])
def test_pair_that_is_stored_comes_back_exactly(pair: MatchedPair) -> None:
    assert match_from(match_item(pair)) == pair


@pytest.mark.parametrize("damage", [{"schema": 2}, {"body": "{"}])
def test_pair_that_is_damaged_is_not_read(damage: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="pair"):
        match_from({**match_item(twin_pair()), **damage})


@pytest.mark.parametrize("damage", [{"schema": 2}, {"body": "{"}])
def test_list_of_twins_that_is_damaged_is_not_read(damage: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="twins"):
        twins_from({**twins_item([], 1), **damage})
