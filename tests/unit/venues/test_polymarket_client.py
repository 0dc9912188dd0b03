"""How Polymarket is asked: which markets, in how many requests, and what one bad entry costs."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chalicelib.domain.errors import InputError, VenuePayloadError, VenueUnavailable
from chalicelib.ports import Scan
from chalicelib.venues import open_venue
from chalicelib.venues.polymarket.client import BOOKS_PER_CALL, Polymarket
from chalicelib.venues.polymarket.settings import PolymarketSettings
from tests.payloads.polymarket.venue import PlayedPolymarket, condition, token
from tests.unit.venues.played_http import NOW, reply, run


@pytest.fixture
def played() -> PlayedPolymarket:
    return PlayedPolymarket()


def scanned(played: PlayedPolymarket, **settings: Any) -> list[str]:
    """The slugs of a scan, in its order."""
    return slugs(run(played.client(**settings).scan(NOW)))


def slugs(scan: Scan) -> list[str]:
    return [market.url.rsplit("/", 1)[-1] for market in scan.markets.values()]


def test_scan_reads_all_pages_by_cursor_and_keeps_what_trades(played: PlayedPolymarket) -> None:
    assert scanned(played) == [
        "invented-coin-above-100",
        "ada-wins-the-invented-cup",
        "grace-wins-the-invented-cup",
    ]
    first, second = (request.url.params for request in played.network.requests)
    assert "after_cursor" not in first
    assert second["after_cursor"] == "cursor-of-page-2"
    assert (first["order"], first["ascending"], first["closed"]) == ("volume24hr", "false", "false")
    assert run(played.client().scan(NOW)).quarantined == ()


def test_scan_asks_by_name_for_what_is_held_and_filtered_out(played: PlayedPolymarket) -> None:
    listed = list(run(played.client().scan(NOW)).markets)
    held = [listed[0], listed[-1]]
    scan = run(played.client(max_markets=1).scan(NOW, held))
    assert list(scan.markets) == held
    asked = played.network.requests[-1].url.params.get_list("condition_ids")
    assert asked == [listed[-1].partition(":")[2]]


def test_scan_stops_at_the_most_markets_wanted(played: PlayedPolymarket) -> None:
    assert scanned(played, max_markets=1) == ["invented-coin-above-100"]
    assert len(played.network.requests) == 1


def test_scan_stops_where_the_volume_ends(played: PlayedPolymarket) -> None:
    assert scanned(played, min_volume_24h=70_000) == ["invented-coin-above-100"]
    assert len(played.network.requests) == 1


def test_scan_asks_for_liquidity_and_checks_it(played: PlayedPolymarket) -> None:
    played.pages[0]["markets"][0]["liquidityNum"] = 10
    assert "invented-coin-above-100" not in scanned(played, min_liquidity=500)
    assert played.network.requests[0].url.params["liquidity_num_min"] == "500"


def test_one_bad_market_does_not_lose_the_others(played: PlayedPolymarket) -> None:
    played.pages[0]["markets"][1]["bestBid"] = "NaN"
    scan = run(played.client().scan(NOW))
    assert slugs(scan) == ["invented-coin-above-100", "grace-wins-the-invented-cup"]
    (refused,) = scan.quarantined
    assert (refused.venue, refused.subject, refused.code) == (
        "polymarket", condition(2), "unreadable",
    )  # fmt: skip
    assert refused.reason.startswith("polymarket page 1 markets[1].bestBid is 'NaN'")


def test_page_of_which_nothing_can_be_read_is_a_fault(played: PlayedPolymarket) -> None:
    played.pages[0]["markets"] = [{"renamed": 1}, {"renamed": 2}]
    with pytest.raises(VenuePayloadError, match=r"page 1 markets\[0\]\.closed"):
        scanned(played)


@pytest.mark.parametrize("cursor", ["cursor-of-page-2", "another"])
def test_paging_that_does_not_advance_is_a_fault(played: PlayedPolymarket, cursor: str) -> None:
    played.pages[1] = {**played.pages[0], "next_cursor": cursor}
    with pytest.raises(VenuePayloadError, match="page 2 repeats"):
        scanned(played)
    assert len(played.network.requests) == 2


def test_paging_in_circles_over_markets_that_take_no_orders_is_a_fault(
    played: PlayedPolymarket,
) -> None:
    closed = {**played.pages[0], "markets": [played.pages[0]["markets"][2]]}
    played.network.handler = lambda request: reply(closed)
    with pytest.raises(VenuePayloadError, match="page 2 repeats"):
        scanned(played)


def test_market_that_moved_to_the_next_page_meanwhile_is_listed_once(
    played: PlayedPolymarket,
) -> None:
    played.pages[1]["markets"].insert(0, played.pages[0]["markets"][1])
    assert scanned(played).count("ada-wins-the-invented-cup") == 1


def test_books_are_asked_for_in_few_calls_and_once_each(played: PlayedPolymarket) -> None:
    asked = [f"polymarket:{number}" for number in range(BOOKS_PER_CALL + 20)]
    assert run(played.client().books([*asked, *asked], NOW)).books == {}
    sizes = [len(json.loads(request.content)) for request in played.network.requests]
    assert sorted(sizes) == [20, BOOKS_PER_CALL]


def test_empty_crossed_and_unknown_books_are_left_out(played: PlayedPolymarket) -> None:
    asked = [f"polymarket:{token(n, side)}" for n in (1, 2, 5, 6) for side in (0, 1)]
    found = run(played.client().books(asked, NOW))
    kept = [(1, 0), (1, 1), (2, 0), (5, 0)]
    assert list(found.books) == [f"polymarket:{token(n, side)}" for n, side in kept]


def test_one_bad_book_does_not_lose_the_others(played: PlayedPolymarket) -> None:
    played.books[0]["bids"][0]["size"] = "-1"
    found = run(played.client().books([f"polymarket:{token(1, side)}" for side in (0, 1)], NOW))
    assert list(found.books) == [f"polymarket:{token(1, 1)}"]
    assert [q.subject for q in found.quarantined] == [token(1, 0)]


def test_book_that_was_not_asked_for_is_not_believed(played: PlayedPolymarket) -> None:
    played.network.handler = lambda request: reply(played.books)
    found = run(played.client().books([f"polymarket:{token(1, 0)}"], NOW))
    assert list(found.books) == [f"polymarket:{token(1, 0)}"]


def test_call_that_fails_leaves_out_its_books_only(played: PlayedPolymarket) -> None:
    good = played.network.handler

    def second_call_fails(request: httpx.Request) -> httpx.Response:
        is_small = len(json.loads(request.content)) < BOOKS_PER_CALL
        return reply({}, 400) if is_small else good(request)

    played.network.handler = second_call_fails
    filler = [f"polymarket:{number}" for number in range(BOOKS_PER_CALL)]
    found = run(played.client().books([f"polymarket:{token(1, 0)}", *filler], NOW))
    assert list(found.books) == [f"polymarket:{token(1, 0)}"]
    assert "400" in found.quarantined[0].reason


def test_no_book_at_all_is_an_answer_that_is_reported(played: PlayedPolymarket) -> None:
    played.network.handler = lambda request: reply({"error": "No orderbook exists"}, 404)
    found = run(played.client().books(["polymarket:1"], NOW))
    assert found.books == {}
    assert "404" in found.quarantined[0].reason


def test_results_are_confirmed_one_by_one_and_only_where_needed(played: PlayedPolymarket) -> None:
    asked = [f"polymarket:{condition(number)}" for number in (1, 11, 12, 13, 14, 15, 16)]
    results = run(played.client().resolutions(asked, NOW))
    assert {result.market_id for result in results.resolutions} == {asked[1], asked[2], asked[6]}
    paths = [request.url.path for request in played.network.requests]
    assert paths[0] == "/markets/keyset"
    assert sorted(paths[1:]) == [f"/markets/{condition(number)}" for number in (11, 12, 14, 16)]


def test_result_that_the_exchange_does_not_have_is_left_out(played: PlayedPolymarket) -> None:
    del played.exchange[condition(11)]
    asked = [f"polymarket:{condition(number)}" for number in (11, 12)]
    results = run(played.client().resolutions(asked, NOW))
    assert [result.market_id for result in results.resolutions] == [asked[1]]
    assert [q.subject for q in results.quarantined] == [condition(11)]


def test_result_that_cannot_be_read_does_not_lose_the_others(played: PlayedPolymarket) -> None:
    played.exchange[condition(11)]["closed"] = "yes"
    asked = [f"polymarket:{condition(number)}" for number in (11, 12)]
    results = run(played.client().resolutions(asked, NOW))
    assert [result.market_id for result in results.resolutions] == [asked[1]]
    assert condition(11) in results.quarantined[0].reason


def test_many_markets_are_asked_about_in_addresses_of_bounded_length(
    played: PlayedPolymarket,
) -> None:
    asked = [f"polymarket:0x{number:064x}" for number in range(60)]
    assert run(played.client().resolutions(asked, NOW)).resolutions == ()
    assert len(played.network.requests) == 3
    assert all(len(str(request.url)) < 4000 for request in played.network.requests)


def test_call_ends_within_its_budget(played: PlayedPolymarket) -> None:
    played.network.handler = lambda request: reply({}, 429, retry_after="10")
    started = played.network.time
    with pytest.raises(VenueUnavailable):
        run(played.client(budget_seconds=5).scan(NOW))
    assert played.network.time - started <= 5


def test_venue_opens_by_its_name_without_a_connection() -> None:
    venue = open_venue("polymarket", {"POLYMARKET_MAX_MARKETS": "50", "VENUES": "polymarket"})
    assert isinstance(venue, Polymarket)
    assert venue.name == "polymarket"


def test_unknown_venue_is_refused_with_the_known_names() -> None:
    with pytest.raises(InputError, match="polymarkt") as caught:
        open_venue("polymarkt", {})
    assert "polymarket" in caught.value.hint


def test_settings_come_from_the_environment() -> None:
    settings = PolymarketSettings.from_env(
        {
            "POLYMARKET_MAX_MARKETS": "50",
            "POLYMARKET_MIN_VOLUME_24H": "2500.5",
            "VENUE_CONTACT": "mailto:ops@tester.example",
            "TABLE_NAME": "elsewhere",
        }
    )
    assert settings.max_markets == 50
    assert str(settings.min_volume_24h) == "2500.5"
    assert settings.contact == "mailto:ops@tester.example"
    assert PolymarketSettings.from_env({}) == PolymarketSettings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("POLYMARKET_MAX_MARKETS", "many"),
        ("POLYMARKET_MAX_MARKETS", "0"),
        ("POLYMARKET_MIN_LIQUIDITY", "NaN"),
        ("POLYMARKET_BUDGET_SECONDS", "inf"),
        ("POLYMARKET_MIN_VOLUME_24H", "-1"),
        ("VENUE_CONTACT", "ops\r\nx-evil: 1"),
        ("VENUE_CONTACT", "ops@tester.example\n"),
        ("VENUE_CONTACT", "(comment"),
    ],
)
def test_unusable_setting_is_named_with_what_it_is_for(variable: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        open_venue("polymarket", {variable: value})
    assert caught.value.message.startswith(f"{variable} is ")
    assert caught.value.hint


def test_own_clock_stamps_what_is_seen_in_utc() -> None:
    venue = open_venue("polymarket", {})
    assert isinstance(venue, Polymarket)
    now = venue._clock.now()
    assert now.tzinfo is UTC
    assert abs((now - datetime.now(UTC)).total_seconds()) < 60
