"""A scan keeps what the operator chose, and what is on the watchlist in any case."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.market import Market
from chalicelib.venues.filters import MarketFilter
from tests.builders import NOW, market


class Chosen(MarketFilter):
    prefix: ClassVar[str] = "TEST"


def wants(shown: Market, **settings: Any) -> bool:
    return Chosen(**{"min_volume_24h": 0, **settings}).wants(shown, NOW)


def shown(**changes: Any) -> Market:
    usual = {
        "volume_24h": Decimal(5000),
        "liquidity": Decimal(900),
        "category": "crypto",
        "closes_at": NOW + timedelta(hours=5),
        "title": "Will Bitcoin rise?",
    }
    return market("m", **{**usual, **changes})


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({"min_volume_24h": 5001}, {}),
        ({"min_volume_24h": 1}, {"volume_24h": None}),
        ({"min_liquidity": 901}, {}),
        ({"min_liquidity": 1}, {"liquidity": None}),
        ({"categories": ("sports", "weather")}, {}),
        ({"keywords": ("ether", "rain")}, {}),
        ({"min_minutes_to_close": 301}, {}),
        ({"min_minutes_to_close": 1}, {"closes_at": NOW - timedelta(minutes=1)}),
        ({"max_days_to_close": 1}, {"closes_at": NOW + timedelta(days=1, seconds=1)}),
        ({"max_days_to_close": 1}, {"closes_at": None}),
        ({"only_groups": True}, {}),
    ],
)
def test_filter_leaves_out_what_fails_one_condition(
    settings: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert not wants(shown(**changes), **settings)
    assert wants(shown(**changes), **settings, watchlist=("test:m",))
    assert wants(shown(**changes))


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({"min_volume_24h": 5000, "min_liquidity": 900}, {}),
        ({"categories": ("sports", "crypto")}, {}),
        ({"categories": ("crypto",)}, {"category": "Crypto"}),
        ({"keywords": ("rain", "bitcoin")}, {}),
        ({"min_minutes_to_close": 300}, {}),
        ({"min_minutes_to_close": 300}, {"closes_at": None}),
        ({"max_days_to_close": 1}, {"closes_at": NOW + timedelta(days=1)}),
        ({"only_groups": True}, {"exclusive_group": "test:g"}),
    ],
)
def test_filter_keeps_what_meets_its_condition_exactly(
    settings: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert wants(shown(**changes), **settings)


def test_filter_is_read_from_the_environment_of_its_venue() -> None:
    chosen = Chosen.from_env(
        {
            "TEST_MIN_VOLUME_24H": "2500.5",
            "TEST_CATEGORIES": "Crypto, Climate and Weather,,crypto",
            "TEST_KEYWORDS": "BITCOIN",
            "TEST_MIN_MINUTES_TO_CLOSE": "15",
            "TEST_MAX_DAYS_TO_CLOSE": "30",
            "TEST_ONLY_GROUPS": "true",
            "TEST_WATCHLIST": "abc, test:def",
            "TEST_MAX_MARKETS": "50",
            "VENUE_CONTACT": "ops@tester.example",
            "OTHER_MAX_MARKETS": "7",
        }
    )
    assert chosen.min_volume_24h == Decimal("2500.5")
    assert chosen.categories == ("crypto", "climate and weather")
    assert chosen.keywords == ("bitcoin",)
    assert (chosen.min_minutes_to_close, chosen.max_days_to_close) == (15, 30)
    assert chosen.only_groups
    assert chosen.watchlist == ("test:abc", "test:def")
    assert chosen.max_markets == 50
    assert chosen.contact == "ops@tester.example"
    assert Chosen.from_env({}) == Chosen()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEST_MAX_MARKETS", "0"),
        ("TEST_MIN_VOLUME_24H", "NaN"),
        ("TEST_MIN_LIQUIDITY", "-1"),
        ("TEST_ONLY_GROUPS", "perhaps"),
        ("TEST_MAX_DAYS_TO_CLOSE", "0"),
        ("TEST_REFRESH_MINUTES", "0"),
        ("TEST_WATCHLIST", ",".join(f"m{number}" for number in range(501))),
        ("VENUE_CONTACT", "(comment"),
    ],
)
def test_filter_that_cannot_be_used_is_named_by_its_variable(variable: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        Chosen.from_env({variable: value})
    assert caught.value.message.startswith(f"{variable} is ")
    assert caught.value.hint
