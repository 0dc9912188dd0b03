"""A warm client asks for little: the list rarely, by short ids what it shows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.quarantine import DISPUTED, UNANSWERED
from chalicelib.ports import Scan
from chalicelib.venues.polymarket.client import Polymarket
from chalicelib.venues.polymarket.hosts import CATALOGUE, DATA
from tests.payloads.polymarket.venue import PlayedPolymarket, condition
from tests.unit.venues.played_http import NOW, MovedClock, reply, run

COIN, ADA, GRACE = (f"polymarket:{condition(number)}" for number in (1, 2, 5))


@pytest.fixture
def played() -> PlayedPolymarket:
    return PlayedPolymarket(clock=MovedClock())


def waited(played: PlayedPolymarket, **time: float) -> None:
    assert isinstance(played.clock, MovedClock)
    played.clock.wait(**time)


def scanned(venue: Polymarket, *held: str) -> Scan:
    return run(venue.scan(NOW, held))


def queries(played: PlayedPolymarket, work: Callable[[], object]) -> list[httpx.QueryParams]:
    """What is asked for while something is done."""
    before = len(played.network.requests)
    work()
    return [request.url.params for request in played.network.requests[before:]]


def test_second_scan_asks_by_short_ids_for_the_markets_it_shows(played: PlayedPolymarket) -> None:
    venue = played.client()
    first = scanned(venue)
    waited(played, minutes=1)
    (query,) = queries(played, lambda: scanned(venue))
    assert query.get_list("id") == ["900001", "900002", "900005"]
    assert list(scanned(venue).markets) == list(first.markets)


def test_second_scan_shows_new_prices_with_their_time(played: PlayedPolymarket) -> None:
    venue = played.client()
    scanned(venue)
    played.pages[0]["markets"][0]["bestBid"] = 0.44
    waited(played, minutes=1)
    quotes = scanned(venue).quotes.values()
    assert next(q.bid for q in quotes) == Decimal("0.44")
    assert {q.seen_at for q in quotes} == {NOW + timedelta(minutes=1)}


def test_full_list_is_read_again_after_the_minutes_that_were_chosen(
    played: PlayedPolymarket,
) -> None:
    venue = played.client(refresh_minutes=5)
    scanned(venue)
    waited(played, minutes=5)
    assert [q.get("order") for q in queries(played, lambda: scanned(venue))] == ["volume24hr"] * 2


def test_market_that_takes_no_orders_any_more_is_dropped(played: PlayedPolymarket) -> None:
    venue = played.client()
    scanned(venue)
    played.pages[0]["markets"][0]["acceptingOrders"] = False
    waited(played, minutes=1)
    assert list(scanned(venue).markets) == [ADA, GRACE]


def test_list_that_fails_costs_a_warm_client_no_market(played: PlayedPolymarket) -> None:
    venue = played.client()
    scanned(venue)
    good = played.network.handler
    played.network.handler = lambda request: (
        reply({}, 400) if "order" in request.url.params else good(request)
    )
    waited(played, minutes=30)
    scan = scanned(venue)
    assert list(scan.markets) == [COIN, ADA, GRACE]
    assert [q.code for q in scan.quarantined] == [UNANSWERED]


def test_prices_that_cannot_be_had_are_not_made_up(played: PlayedPolymarket) -> None:
    venue = played.client()
    scanned(venue)
    played.network.handler = lambda request: reply({}, 400)
    waited(played, minutes=1)
    with pytest.raises(VenueUnavailable):
        scanned(venue)


def test_watched_market_is_listed_though_it_hardly_trades(played: PlayedPolymarket) -> None:
    quiet = f"polymarket:{condition(6)}"
    assert quiet in scanned(played.client(watchlist=(condition(6),))).markets


def test_scan_leaves_to_the_venue_what_it_can_filter(played: PlayedPolymarket) -> None:
    chosen: dict[str, Any] = {"min_minutes_to_close": 90, "max_days_to_close": 30}
    (first, *_) = queries(played, lambda: scanned(played.client(**chosen)))
    assert first["end_date_min"] == "2026-09-14T13:30:00Z"
    assert first["end_date_max"] == "2026-10-14T12:00:00Z"


def test_fee_that_the_catalogue_leaves_open_is_asked_for_at_the_exchange(
    played: PlayedPolymarket,
) -> None:
    market = played.pages[0]["markets"][0]
    market |= {"feeSchedule": None, "feesEnabled": True, "feeType": "new_fees"}
    assert isinstance(scanned(played.client()).markets[COIN].fee, FeeUnknown)
    played.terse[condition(1)] = {"mts": 0.01, "mos": 5, "fd": {"r": 0.04, "e": 1, "to": True}}
    fee = scanned(played.client()).markets[COIN].fee
    assert isinstance(fee, FeeTerms)
    assert fee.taker_rate == Decimal("0.04")


GROUP, CUP = condition(0xEE), {"id": "5001", "negRiskAugmented": False}


def grouped(played: PlayedPolymarket, members: int = 2) -> None:
    """The first markets of the list are answers of one event of which one wins."""
    for market in played.pages[0]["markets"][:members]:
        market |= {"negRisk": True, "negRiskMarketID": GROUP, "events": [CUP]}


def cup(*groups: str | None) -> dict[str, Any]:
    """The event as the venue answers it, with a market in each of these groups."""
    return {**CUP, "markets": [{"id": "1", "negRisk": g is not None, "negRiskMarketID": g}
                               for g in groups]}  # fmt: skip


def sizes(scan: Scan) -> list[int]:
    return [scan.markets[name].group_size for name in (COIN, ADA)]


def test_size_of_a_group_is_asked_once_of_its_event(played: PlayedPolymarket) -> None:
    grouped(played)
    played.events["5001"] = cup(GROUP, GROUP, GROUP)
    venue = played.client()
    assert sizes(scanned(venue)) == [3, 3]
    waited(played, minutes=1)
    assert len(queries(played, lambda: scanned(venue))) == 1
    assert sizes(scanned(venue)) == [3, 3]
    waited(played, hours=6)
    played.events["5001"] = cup(GROUP, GROUP)
    assert sizes(scanned(venue)) == [2, 2]


@pytest.mark.parametrize("event", [
    cup(GROUP, GROUP, None), cup(GROUP, condition(0xEF)), {**cup(GROUP, GROUP), "markets": []},
    {**cup(GROUP, GROUP), "negRiskAugmented": True}, {**CUP, "markets": [7]},
])  # fmt: skip
def test_group_of_which_it_is_not_sure_that_one_wins_has_no_size(
    played: PlayedPolymarket, event: dict[str, Any]
) -> None:
    grouped(played)
    played.events["5001"] = event
    assert sizes(scanned(played.client())) == [0, 0]


def test_single_market_of_a_group_is_asked_nothing_about(played: PlayedPolymarket) -> None:
    grouped(played, members=1)
    asked = queries(played, lambda: scanned(played.client()))
    assert not any(str(request.url.path).startswith("/events") for request in
                   played.network.requests)  # fmt: skip
    assert asked


@pytest.mark.parametrize("failure", [400, 404, 500])
def test_event_that_cannot_be_had_costs_the_scan_nothing_and_is_asked_for_later(
    played: PlayedPolymarket, failure: int
) -> None:
    grouped(played)
    played.events["5001"] = failure
    venue = played.client()
    scan = scanned(venue)
    assert sizes(scan) == [0, 0]
    assert [q.code for q in scan.quarantined if q.subject == "events"] == [UNANSWERED]
    played.events["5001"] = cup(GROUP, GROUP)
    waited(played, minutes=9)
    assert sizes(scanned(venue)) == [0, 0]
    waited(played, minutes=1)
    assert sizes(scanned(venue)) == [2, 2]


def row(number: int, status: str, payouts: list[int] | None) -> dict[str, Any]:
    return {
        "condition_id": condition(number), "status": status, "payouts": payouts,
        "was_disputed": False, "extended_review": False, "new_version_q": False,
        "transaction_hash": "", "log_index": "", "last_update_timestamp": "2026-09-13T20:15:07Z",
    }  # fmt: skip


def test_result_that_the_exchange_has_no_more_is_confirmed_by_the_data_service(
    played: PlayedPolymarket,
) -> None:
    del played.exchange[condition(11)]
    played.resolution_rows = [row(11, "resolved", [0, 1_000_000])]
    ids = [f"polymarket:{condition(number)}" for number in (11, 12)]
    results = run(played.client().resolutions(ids, NOW))
    assert {result.market_id for result in results.resolutions} == set(ids)
    by_row = next(r for r in results.resolutions if r.market_id == ids[0])
    assert sorted(by_row.payouts.values()) == [0, 1]
    assert "data service" in by_row.source


@pytest.mark.parametrize(
    "witness",
    [
        row(11, "disputed", [0, 1_000_000]),
        row(11, "resolved", [1_000_000, 0]),
        row(11, "resolved", [500_000, 500_000]),
        row(11, "resolved", None),
    ],
)
def test_witness_that_does_not_agree_confirms_nothing(
    played: PlayedPolymarket, witness: dict[str, Any]
) -> None:
    del played.exchange[condition(11)]
    played.resolution_rows = [witness]
    results = run(played.client().resolutions([f"polymarket:{condition(11)}"], NOW))
    assert results.resolutions == ()
    assert [(q.subject, q.code) for q in results.quarantined] == [(condition(11), UNANSWERED)]


def test_witness_that_does_not_answer_loses_no_other_result(played: PlayedPolymarket) -> None:
    del played.exchange[condition(11)]
    good = played.network.handler
    played.network.handler = lambda request: (
        reply({"error": "Too Many Requests"}) if request.url.host == DATA else good(request)
    )
    ids = [f"polymarket:{condition(number)}" for number in (11, 12)]
    results = run(played.client().resolutions(ids, NOW))
    assert [result.market_id for result in results.resolutions] == ids[1:]
    assert "Too Many Requests" in results.quarantined[0].reason


def test_contested_result_is_set_aside_and_said(played: PlayedPolymarket) -> None:
    results = run(played.client().resolutions([f"polymarket:{condition(13)}"], NOW))
    assert results.resolutions == ()
    assert [(q.subject, q.code) for q in results.quarantined] == [(condition(13), DISPUTED)]


def test_catalogue_is_asked_at_one_host_only(played: PlayedPolymarket) -> None:
    scanned(played.client())
    assert {request.url.host for request in played.network.requests} == {CATALOGUE}
