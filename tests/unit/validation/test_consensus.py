"""Who is far from what all sources together say of an asset."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consensus import Grade
from chalicelib.domain.quality import QualityRules
from chalicelib.domain.reference import ReferencePrice
from chalicelib.ports import Scan
from chalicelib.validation.consensus import Price, agree, modified_scores
from chalicelib.validation.scans import validate_scans
from chalicelib.validation.trusted import TrustedScan
from tests.builders import NOW, exact
from tests.unit.validation.looking import codes, look, spot_scan


def reference(price: float, base: str = "BTC", name: str = "bitcoin", age: int = 0) -> Scan:
    """A source of index prices."""
    key, at = f"index:{name}", NOW - timedelta(seconds=age)
    found = ReferencePrice(key, base, "USD", exact(price), None, at, NOW)
    return Scan({}, {}, references={key: found})


def seen(**prices: float) -> TrustedScan:
    return validate_scans({name: spot_scan(name, price) for name, price in prices.items()}, look())


def test_sources_that_agree_give_a_consensus_graded_by_their_number() -> None:
    (found,) = seen(one=64000, two=64010, three=63990, four=64005, five=64000).consensus
    assert (found.asset, found.price, found.grade) == ("BTC", Decimal(64000), Grade.A)
    assert found.confidence == 100
    (found,) = seen(one=64000, two=64010, three=63990).consensus
    assert (found.grade, found.confidence) == (Grade.A, 84)
    (found,) = seen(one=64000, two=64010).consensus
    assert (found.grade, found.confidence) == (Grade.B, 76)
    (found,) = seen(one=64000).consensus
    assert (found.grade, found.confidence) == (Grade.C, 48)


def test_source_far_from_the_others_is_set_aside_and_named() -> None:
    found = seen(one=64000, two=64010, three=63990, wrong=70000)
    assert found.quotes.keys() == {"one:BTC-USD", "two:BTC-USD", "three:BTC-USD"}
    assert codes(found) == {"cross-venue": 1}
    (consensus,) = found.consensus
    assert [s.source for s in consensus.sightings if not s.believed] == ["wrong"]
    assert consensus.price == 64000
    assert "wrong 70000" in found.quarantined[0].reason


def test_score_is_the_modified_z_score_of_iglewicz_and_hoaglin() -> None:
    assert modified_scores([1, 2, 3, 4, 100]) == pytest.approx(
        [-1.349, -0.6745, 0, 0.6745, 65.4265]
    )
    assert modified_scores([1, 2]) == [None, None]


def test_difference_that_is_small_beside_the_price_is_no_outlier() -> None:
    assert codes(seen(one=64000, two=64000.01, three=64000.02, four=64600)) == {}
    assert codes(seen(one=64000, two=64000, three=64000, four=64700)) == {"cross-venue": 1}


def test_of_two_that_are_far_apart_neither_is_believed() -> None:
    found = seen(one=64000, two=68000)
    assert found.quotes == {}
    (consensus,) = found.consensus
    assert (consensus.price, consensus.grade, consensus.confidence) == (None, Grade.F, 0)
    assert codes(seen(one=64000, two=66000)) == {}


def test_reference_price_has_a_vote_and_is_never_traded_at() -> None:
    venues = {"one": spot_scan("one", 64000), "two": spot_scan("two", 70000)}
    found = validate_scans({**venues, "index": reference(64010)}, look())
    assert found.quotes.keys() == {"one:BTC-USD"}
    assert found.references.keys() == {"index:bitcoin"}


@pytest.mark.parametrize(
    "answer",
    [
        reference(64010, age=601),
        Scan({}, {}, references={"other:x": next(iter(reference(1).references.values()))}),
    ],
)
def test_reference_that_is_old_or_misnamed_has_none(answer: Scan) -> None:
    found = validate_scans({"index": answer}, look())
    assert found.references == {}
    assert found.consensus == ()


def test_symbol_that_two_assets_share_is_not_compared() -> None:
    both = {**reference(64010).references, **reference(3, name="bitcoin-of-another").references}
    found = validate_scans({"index": Scan({}, {}, references=both)}, look())
    assert len(found.references) == 2
    assert found.consensus == ()


def test_stablecoin_is_counted_as_a_dollar_and_noted() -> None:
    scans = {"one": spot_scan("one", 64000), "two": spot_scan("two", 64010, currency="USDT")}
    (found,) = validate_scans(scans, look()).consensus
    assert len(found.sightings) == 2
    assert found.note == "USDT counted as one dollar"


def test_other_currency_is_not_compared() -> None:
    scans = {"one": spot_scan("one", 64000), "two": spot_scan("two", 59000, currency="EUR")}
    (found,) = validate_scans(scans, look()).consensus
    assert [s.source for s in found.sightings] == ["one"]


def test_source_with_many_pairs_has_one_vote() -> None:
    pairs = [Price("BTC", "wrong", "USD", Decimal(70000))] * 3
    others = [Price("BTC", name, "USD", Decimal(64000 + n)) for n, name in enumerate("abc")]
    (found,) = agree([*pairs, *others], QualityRules())
    assert [s.source for s in found.sightings if not s.believed] == ["wrong"]


@given(
    prices=st.lists(st.decimals(Decimal("0.01"), 10**6, places=2), min_size=1, max_size=9),
    scale=st.sampled_from([Decimal("0.001"), Decimal(1), Decimal(1000)]),
)
def test_verdict_depends_neither_on_the_unit_nor_on_the_order(prices: Any, scale: Decimal) -> None:
    def verdict(values: list[Decimal]) -> tuple[Any, ...]:
        listed = [Price("X", f"s{n}", "USD", v) for n, v in enumerate(values)]
        (found,) = agree(listed, QualityRules())
        return [s.believed for s in found.sightings], found.grade, found.confidence

    once = verdict(prices)
    assert verdict([price * scale for price in prices])[0] == once[0]
    turned = verdict(prices[::-1])
    assert (turned[0][::-1], *turned[1:]) == once
    assert 0 <= once[2] <= 100
