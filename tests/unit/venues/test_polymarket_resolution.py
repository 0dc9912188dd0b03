"""A result is final when the catalogue and the exchange say the same, and not before."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.market import Resolution
from chalicelib.venues.polymarket.resolution import confirm, read_candidate
from tests.payloads.polymarket.venue import condition, recorded, token
from tests.unit.venues.played_http import NOW

CLOSED: dict[str, dict[str, Any]] = {
    market["conditionId"]: market for market in recorded("markets_closed")["markets"]
}
EXCHANGE: dict[str, dict[str, Any]] = recorded("exchange_markets")


def result(
    number: int,
    catalogue: dict[str, Any] | None = None,
    exchange: dict[str, Any] | None = None,
) -> Resolution | None:
    """The result of a played market, with changes to what either witness says."""
    own_id = condition(number)
    candidate = read_candidate({**CLOSED[own_id], **(catalogue or {})}, "m")
    if candidate is None:
        return None
    return confirm(candidate, {**EXCHANGE[own_id], **(exchange or {})}, "x", NOW)


def test_winner_pays_one_and_loser_nothing() -> None:
    found = result(11)
    assert found is not None
    assert found.market_id == f"polymarket:{condition(11)}"
    assert found.payouts == {
        f"polymarket:{token(11, 0)}": Decimal(0),
        f"polymarket:{token(11, 1)}": Decimal(1),
    }
    assert found.known_at == NOW


def test_draw_pays_one_half_each() -> None:
    found = result(12)
    assert found is not None
    assert set(found.payouts.values()) == {Decimal("0.5")}


def test_market_without_oracle_status_is_decided_by_the_two_witnesses() -> None:
    assert "umaResolutionStatus" not in CLOSED[condition(16)]
    assert result(16) is not None


def test_winner_is_found_by_token_whatever_order_the_exchange_lists_them_in() -> None:
    turned = list(reversed(EXCHANGE[condition(11)]["tokens"]))
    assert result(11, exchange={"tokens": turned}) == result(11)


@pytest.mark.parametrize(
    "catalogue",
    [
        {"closed": False},
        {"umaResolutionStatus": "proposed"},
        {"umaResolutionStatus": "disputed"},
        {"resolutionStatus": "active"},
        {"outcomePrices": '["0", "0"]'},
        {"outcomePrices": '["1", "1"]'},
        {"outcomePrices": '["0.58", "0.42"]'},
        {"outcomePrices": '["0.0005", "0.9995"]'},
        {"outcomePrices": '["0", "1", "0"]'},
        {"outcomePrices": "[]"},
        {"clobTokenIds": "[]"},
        {"clobTokenIds": '["1", "1"]'},
        {"clobTokenIds": '["1", "2", "2"]'},
    ],
)
def test_catalogue_in_doubt_is_not_a_result(catalogue: dict[str, Any]) -> None:
    assert result(11, catalogue=catalogue) is None


def test_exchange_in_doubt_is_not_a_result() -> None:
    yes, no = EXCHANGE[condition(11)]["tokens"]
    doubts: list[dict[str, Any]] = [
        {"closed": False},
        {"condition_id": condition(12)},
        {"tokens": [yes]},
        {"tokens": [yes, {**no, "winner": False}]},
        {"tokens": [{**yes, "winner": True}, no]},
        {"tokens": [{**yes, "winner": True}, {**no, "winner": False}]},
        {"tokens": [yes, {**no, "token_id": "99"}]},
        {"tokens": [yes, no, {**no, "winner": False}]},
    ]
    assert [result(11, exchange=doubt) for doubt in doubts] == [None] * len(doubts)


def test_draw_that_the_exchange_does_not_know_of_is_not_a_result() -> None:
    yes, no = EXCHANGE[condition(12)]["tokens"]
    not_even = [{**yes, "price": Decimal(0)}, {**no, "price": Decimal(1)}]
    one_winner = [{**yes, "winner": True}, no]
    assert result(12, exchange={"is_50_50_outcome": False, "tokens": not_even}) is None
    assert result(12, exchange={"tokens": one_winner}) is None


@pytest.mark.parametrize("number", [13, 15])
def test_disputed_or_scalar_market_is_not_a_candidate(number: int) -> None:
    assert read_candidate(CLOSED[condition(number)], "m") is None


def test_witnesses_that_disagree_are_not_a_result() -> None:
    assert result(14) is None


@pytest.mark.parametrize(
    ("catalogue", "exchange", "path"),
    [
        ({"umaResolutionStatus": "guessed"}, {}, "m.umaResolutionStatus"),
        ({"outcomePrices": '["-1", "2"]'}, {}, "m.outcomePrices.0"),
        ({}, {"closed": "yes"}, "x.closed"),
        ({}, {"tokens": None}, "x.tokens"),
        ({}, {"tokens": [{"token_id": "1", "price": 2, "winner": True}]}, "x.tokens.0.price"),
    ],
)
def test_nonsense_about_a_result_is_refused(
    catalogue: dict[str, Any], exchange: dict[str, Any], path: str
) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        result(11, catalogue, exchange)
    assert caught.value.message.startswith(path)
