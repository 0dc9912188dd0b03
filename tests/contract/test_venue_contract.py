"""What every venue promises. A venue joins by a module tests/payloads/<name>/venue.py."""

import asyncio
import importlib
from collections.abc import Coroutine, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import InstrumentId, Market, MarketStatus
from chalicelib.domain.origin import Origin
from chalicelib.domain.quarantine import GROUP
from chalicelib.ports import MarketData, Scan
from chalicelib.validation.look import Look
from chalicelib.validation.scans import validate_scans
from chalicelib.venues import known_venues

PAYLOADS = Path(__file__).parents[1] / "payloads"
PLAYED = [
    importlib.import_module(f"tests.payloads.{name}.venue")
    for name in known_venues()
    if (PAYLOADS / name / "venue.py").exists()
]
OVER_A_NETWORK = [module for module in PLAYED if hasattr(module, "refusing")]
"""A venue that asks nobody cannot be out of reach."""


@pytest.fixture(params=PLAYED, ids=lambda module: module.__name__.split(".")[2])
def played(request: pytest.FixtureRequest) -> ModuleType:
    """The module that plays a venue."""
    module: ModuleType = request.param
    return module


@pytest.fixture
def venue(played: ModuleType) -> MarketData:
    opened: MarketData = played.well()
    return opened


@pytest.fixture
def scan(played: ModuleType, venue: MarketData) -> Scan:
    return asyncio.run(venue.scan(played.NOW))


@pytest.fixture
def books(played: ModuleType, venue: MarketData, scan: Scan) -> Mapping[InstrumentId, OrderBook]:
    return asyncio.run(venue.books(outcome_ids(scan), played.NOW)).books


def outcome_ids(scan: Scan) -> list[InstrumentId]:
    return [outcome.instrument_id for m in scan.markets.values() for outcome in m.outcomes]


def pairs(market: Market) -> Iterator[tuple[InstrumentId, InstrumentId]]:
    return ((o.instrument_id, o.complement) for o in market.outcomes if o.complement)


def test_scan_lists_open_markets_under_their_own_ids(scan: Scan) -> None:
    assert scan.markets
    assert any(market.status is MarketStatus.OPEN for market in scan.markets.values())
    assert all(market.market_id == key for key, market in scan.markets.items())
    assert all(quote.instrument_id == key for key, quote in scan.quotes.items())


def test_scan_says_where_its_data_comes_from(scan: Scan) -> None:
    assert scan.origin is not Origin.UNKNOWN


def test_scan_passes_validation_on_a_good_day(
    played: ModuleType, venue: MarketData, scan: Scan
) -> None:
    found = validate_scans({venue.name: scan}, Look(played.NOW))
    assert found.quotes
    assert found.markets.keys() == scan.markets.keys()
    # The invented prices of a group of which one wins need not add up.
    assert found.quality[0].counts.keys() <= {GROUP}


def test_ids_begin_with_the_name_of_the_venue(venue: MarketData, scan: Scan) -> None:
    groups = [m.exclusive_group for m in scan.markets.values() if m.exclusive_group]
    for own_id in [*scan.markets, *outcome_ids(scan), *scan.quotes, *groups]:
        assert own_id.startswith(f"{venue.name}:")
        assert len(own_id) > len(venue.name) + 1
    assert {market.venue for market in scan.markets.values()} == {venue.name}


def test_outcome_ids_are_unique_over_all_markets(scan: Scan) -> None:
    assert len(set(outcome_ids(scan))) == len(outcome_ids(scan))


def test_market_states_the_rules_an_order_needs(scan: Scan) -> None:
    for market in scan.markets.values():
        assert market.title
        assert market.tick > 0
        assert market.min_size > 0
        assert market.size_step > 0
        assert market.min_notional >= 0
        assert isinstance(market.fee, FeeTerms)
        assert market.closes_at is None or market.closes_at.utcoffset() == timedelta(0)


def test_words_and_addresses_of_a_market_are_fit_to_show(scan: Scan) -> None:
    for market in scan.markets.values():
        words = [market.title, market.category, *(outcome.label for outcome in market.outcomes)]
        assert all(text.isprintable() and len(text) <= 200 for text in words)
        assert market.url == "" or market.url.startswith("https://")


def test_quotes_are_only_about_listed_outcomes(scan: Scan) -> None:
    assert scan.quotes
    assert set(scan.quotes) <= set(outcome_ids(scan))


def test_complement_of_the_complement_is_the_outcome_itself(scan: Scan) -> None:
    for market in scan.markets.values():
        complement = dict(pairs(market))
        assert all(complement[other] == own for own, other in complement.items())
        assert all(other != own for own, other in complement.items())


def highest_prices(scan: Scan) -> dict[InstrumentId, Decimal]:
    """What no price of each instrument may reach; a currency can cost anything."""
    endless = Decimal("Infinity")
    return {
        outcome.instrument_id: market.highest_price or endless
        for market in scan.markets.values()
        for outcome in market.outcomes
    }


def test_quotes_lie_between_nothing_and_certainty_and_are_not_crossed(scan: Scan) -> None:
    highest = highest_prices(scan)
    for quote in scan.quotes.values():
        shown = [price for price in (quote.bid, quote.ask) if price is not None]
        assert shown
        assert all(0 < price < highest[quote.instrument_id] for price in shown)
        assert len(shown) == 1 or shown[0] < shown[1]
        assert all(size is None or size > 0 for size in (quote.bid_size, quote.ask_size))


def test_books_are_sorted_uncrossed_and_of_positive_size(
    scan: Scan, books: Mapping[InstrumentId, OrderBook]
) -> None:
    assert books
    highest = highest_prices(scan)
    for book in books.values():
        bids, asks = [level.price for level in book.bids], [level.price for level in book.asks]
        assert bids == sorted(set(bids), reverse=True)
        assert asks == sorted(set(asks))
        assert not (bids and asks) or bids[0] < asks[0]
        assert bids or asks
        assert all(level.size > 0 for level in (*book.bids, *book.asks))
        assert all(0 < price < highest[book.instrument_id] for price in (*bids, *asks))


def test_books_come_only_for_what_was_asked(
    played: ModuleType, venue: MarketData, books: Mapping[InstrumentId, OrderBook]
) -> None:
    asked = next(iter(books))
    unknown = ["elsewhere:1", f"{venue.name}:unheard-of", venue.name, ""]
    found = asyncio.run(venue.books([asked, *unknown, asked], played.NOW))
    assert list(found.books) == [asked]
    assert found.books[asked].instrument_id == asked


def test_times_are_aware_utc_and_nothing_is_seen_before_it_occurred(
    scan: Scan, books: Mapping[InstrumentId, OrderBook]
) -> None:
    seen: list[Quote | OrderBook] = [*scan.quotes.values(), *books.values()]
    for one in seen:
        assert one.occurred_at.utcoffset() == timedelta(0)
        assert one.seen_at.utcoffset() == timedelta(0)
        assert one.occurred_at <= one.seen_at


def test_nothing_asked_is_nothing_answered(played: ModuleType, venue: MarketData) -> None:
    assert asyncio.run(venue.books([], played.NOW)).books == {}
    assert asyncio.run(venue.resolutions([], played.NOW)).resolutions == ()


def test_settled_markets_pay_one_dollar_in_all(played: ModuleType, venue: MarketData) -> None:
    asked = venue.resolutions(played.SETTLED_MARKETS, played.AFTER_SETTLEMENT)
    results = asyncio.run(asked).resolutions
    assert {result.market_id for result in results} == set(played.SETTLED_MARKETS)
    for result in results:
        assert sum(result.payouts.values()) == 1
        assert all(own_id.startswith(f"{venue.name}:") for own_id in result.payouts)
        assert result.known_at.utcoffset() == timedelta(0)
        assert result.source


def test_unsettled_markets_have_no_result(played: ModuleType, venue: MarketData) -> None:
    asked = [*played.UNSETTLED_MARKETS, "elsewhere:1", f"{venue.name}:unheard-of"]
    assert asyncio.run(venue.resolutions(asked, played.NOW)).resolutions == ()


@pytest.mark.parametrize("played", OVER_A_NETWORK, indirect=True)
@pytest.mark.parametrize("state", ["out_of_reach", "refusing"])
def test_a_venue_that_does_not_serve_us_is_unavailable(played: ModuleType, state: str) -> None:
    venue: MarketData = getattr(played, state)()
    for call in every_call(played, venue):
        with pytest.raises(VenueUnavailable) as caught:
            asyncio.run(call)
        assert venue.name in caught.value.message
        assert caught.value.hint


@pytest.mark.parametrize("played", OVER_A_NETWORK, indirect=True)
def test_an_answer_that_cannot_be_is_a_payload_error(played: ModuleType) -> None:
    for venue in played.talking_nonsense():
        for call in every_call(played, venue):
            with pytest.raises(VenuePayloadError):
                asyncio.run(call)


def every_call(played: ModuleType, venue: MarketData) -> list[Coroutine[Any, Any, object]]:
    """Each method once, asking for things that the venue knows on a good day."""
    known = outcome_ids(asyncio.run(played.well().scan(played.NOW)))
    calls: list[Coroutine[Any, Any, object]] = [
        venue.scan(played.NOW),
        venue.books(known, played.NOW),
    ]
    if played.SETTLED_MARKETS:  # spot pairs have no results, so nobody is asked for them
        calls.append(venue.resolutions(played.SETTLED_MARKETS, played.AFTER_SETTLEMENT))
    return calls
