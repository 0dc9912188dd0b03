"""Which instruments pay together: only what an operator confirmed, and as the markets are now."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.market import Market, MarketKind, Outcome
from chalicelib.matching.equivalence import Polarity, Verdict
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair, MatchStatus
from chalicelib.matching.twin import twin_instruments, twin_of
from tests.builders import market
from tests.unit.matching.samples import twin, twin_pair

YES_NO = [("kalshi:t:yes", "polymarket:t:yes"), ("kalshi:t:no", "polymarket:t:no")]
CROSSED = [("kalshi:t:yes", "polymarket:t:no"), ("kalshi:t:no", "polymarket:t:yes")]


def listed(leg: Leg, **changes: Any) -> Market:
    """The market that a leg was read from."""
    yes, no = f"{leg.market_id}:yes", f"{leg.market_id}:no"
    usual = market(
        market_id=leg.market_id, venue=leg.venue, title=leg.title, rules=leg.rules,
        closes_at=leg.closes_at, outcomes=(Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
    )  # fmt: skip
    return replace(usual, **changes)


MARKETS = {leg.market_id: listed(leg) for leg in (twin("polymarket"), twin("kalshi"))}


def confirmed(**changes: Any) -> MatchedPair:
    return replace(twin_pair(), status=MatchStatus.CONFIRMED, version=1, **changes)


def pays_together(pair: MatchedPair, markets: dict[str, Market] = MARKETS) -> list[tuple[str, str]]:
    found = twin_of(pair)
    return [] if found is None else list(twin_instruments([found], markets))


def test_confirmed_pair_makes_its_outcomes_pay_together() -> None:
    assert pays_together(confirmed()) == YES_NO


def test_inverted_pair_crosses_its_outcomes() -> None:
    pair = confirmed()
    one, other = pair.legs
    turned = replace(other, record=replace(other.record, polarity=Polarity.INVERTED))
    assert pays_together(replace(pair, legs=(one, turned))) == CROSSED
    unstated = replace(other, record=replace(other.record, polarity=None))
    assert pays_together(replace(pair, legs=(one, unstated))) == []


@pytest.mark.parametrize("pair", [
    twin_pair(),
    replace(twin_pair(), status=MatchStatus.REJECTED),
    confirmed(verdict=Verdict.RELATIVE_VALUE),
    confirmed(verdict=Verdict.DIFFERENT),
], ids=lambda pair: f"{pair.status} {pair.verdict}")  # fmt: skip
def test_pair_that_is_not_confirmed_as_equivalent_is_no_twin(pair: MatchedPair) -> None:
    assert pays_together(pair) == []


@pytest.mark.parametrize("change", [
    {"title": "Will Ann Example be sworn in as governor by September 30, 2026?"},
    {"rules": "Other rules."},
    {"resolution_source": "https://example.org"},
    {"closes_at": None},
    {"exclusive_group": "g"},
    {"kind": MarketKind.SPOT},
    {"outcomes": listed(twin("kalshi")).outcomes[:1]},
])  # fmt: skip
def test_pair_of_which_a_market_changed_is_no_twin(change: dict[str, Any]) -> None:
    for name, before in MARKETS.items():
        assert pays_together(confirmed(), {**MARKETS, name: replace(before, **change)}) == []


def test_pair_of_which_a_market_is_not_listed_is_no_twin() -> None:
    for name, other in MARKETS.items():
        assert pays_together(confirmed(), {name: other}) == []
