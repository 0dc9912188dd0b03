"""How Kalshi is asked: in how few requests, and what one bad entry or answer costs."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.domain.fee import FeeTerms, FeeUnknown
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.quarantine import DISPUTED, UNANSWERED
from chalicelib.ports import Scan
from chalicelib.venues import open_venue
from chalicelib.venues.kalshi.client import BOOKS_PER_CALL, Kalshi
from tests.payloads.kalshi.venue import BASE, PlayedKalshi
from tests.unit.venues.played_http import NOW, MovedClock, reply, run

ADA, BOB, COIN, RAIN = (
    f"kalshi:{ticker}"
    for ticker in ("KXCUP-26SEP-ADA", "KXCUP-26SEP-BOB", "KXCOIN-26SEP30-T100", "KXRAIN-26SEP30")
)
PAUSED = "kalshi:KXCUP-26SEP-CYD"


@pytest.fixture
def played() -> PlayedKalshi:
    return PlayedKalshi(clock=MovedClock())


def waited(played: PlayedKalshi, **time: float) -> None:
    assert isinstance(played.clock, MovedClock)
    played.clock.wait(**time)


def scanned(venue: Kalshi, *held: str) -> Scan:
    return run(venue.scan(NOW, held))


def asked(played: PlayedKalshi, work: Callable[[], object]) -> list[str]:
    """The paths that are asked for while something is done."""
    before = len(played.network.requests)
    work()
    return played.paths()[before:]


def failing(played: PlayedKalshi, *paths: str, status: int = 500) -> None:
    """Let these paths fail from now on."""

    def handler(request: httpx.Request) -> httpx.Response:
        is_bad = request.url.path.removeprefix(BASE) in paths
        return reply({"error": "x"}, status) if is_bad else played.answer(request)

    played.network.handler = handler


def test_scan_reads_all_pages_and_keeps_what_trades(played: PlayedKalshi) -> None:
    scan = scanned(played.client())
    assert list(scan.markets) == [ADA, BOB, COIN, RAIN]
    assert scan.quarantined == ()
    first, second = (r.url.params for r in played.network.requests[:2])
    assert (first["status"], first["with_nested_markets"], first["limit"]) == (
        "open",
        "true",
        "200",
    )
    assert "cursor" not in first
    assert second["cursor"] == "cursor-of-page-2"


def test_scan_reads_of_each_series_once_what_it_costs(played: PlayedKalshi) -> None:
    venue = played.client()
    paths = asked(played, lambda: scanned(venue))
    assert sorted(path for path in paths if "series" in path) == [
        "/series/KXCOIN", "/series/KXCUP", "/series/KXRAIN",
    ]  # fmt: skip
    waited(played, minutes=1)
    assert not [path for path in asked(played, lambda: scanned(venue)) if "series" in path]
    waited(played, hours=6)
    assert [path for path in asked(played, lambda: scanned(venue)) if "series" in path]


def test_many_series_of_a_category_are_read_in_one_request(played: PlayedKalshi) -> None:
    events = played.pages[1]["events"]
    rain = events.pop()
    for number in range(30):
        name = f"KXRAIN{number}"
        market = {**rain["markets"][0], "ticker": f"{name}-1", "event_ticker": f"{name}-1"}
        events.append(
            {**rain, "event_ticker": f"{name}-1", "series_ticker": name, "markets": [market]}
        )
        played.series["series"].append({**played.series["series"][2], "ticker": name})
    venue = played.client()
    paths = asked(played, lambda: scanned(venue))
    assert [path for path in paths if "series" in path].count("/series") == 1
    assert len([path for path in paths if "/series" in path]) == 3
    query = next(r.url.params for r in played.network.requests if r.url.path == f"{BASE}/series")
    assert query["category"] == "Climate and Weather"
    assert all(isinstance(m.fee, FeeTerms) for m in scanned(venue).markets.values())


def test_fee_is_the_series_unless_the_event_states_its_own(played: PlayedKalshi) -> None:
    markets = scanned(played.client()).markets
    cup, coin = markets[ADA].fee, markets[COIN].fee
    assert isinstance(cup, FeeTerms)
    assert isinstance(coin, FeeTerms)
    assert (cup.multiplier, cup.maker_rate) == (1, Decimal("0.0175"))
    assert (coin.multiplier, coin.maker_rate) == (Decimal("0.5"), Decimal("0.0175"))


def test_market_whose_series_cannot_be_read_is_listed_without_a_fee(played: PlayedKalshi) -> None:
    played.series["series"] = []
    scan = scanned(played.client())
    assert isinstance(scan.markets[ADA].fee, FeeUnknown)
    assert {q.code for q in scan.quarantined} <= {UNANSWERED}


def test_second_scan_asks_for_changes_and_for_the_chosen_markets_only(
    played: PlayedKalshi,
) -> None:
    venue = played.client()
    scanned(venue)
    waited(played, minutes=1)
    assert asked(played, lambda: scanned(venue)) == ["/markets", "/markets"]
    changed, named = (r.url.params for r in played.network.requests[-2:])
    assert int(changed["min_updated_ts"]) < NOW.timestamp()
    assert changed["mve_filter"] == "exclude"
    assert "status" not in changed
    assert len(named["tickers"].split(",")) == 4


def test_second_scan_shows_new_prices(played: PlayedKalshi) -> None:
    venue = played.client()
    scanned(venue)
    played.pages[0]["events"][0]["markets"][0]["yes_bid_dollars"] = "0.4400"
    waited(played, minutes=1)
    quote = scanned(venue).quotes[f"{ADA}:yes"]
    assert (quote.bid, quote.seen_at) == (Decimal("0.44"), NOW + timedelta(minutes=1))


def test_market_that_is_new_is_listed_with_its_event_in_the_next_scan(
    played: PlayedKalshi,
) -> None:
    venue = played.client()
    scanned(venue)
    rain = played.pages[1]["events"][0]
    new = {**rain["markets"][0], "ticker": "KXRAIN-26OCT01", "event_ticker": "KXRAIN-26OCT01"}
    played.updated = [new]
    played.pages[1]["events"].append({**rain, "event_ticker": "KXRAIN-26OCT01", "markets": [new]})
    waited(played, minutes=1)
    market = scanned(venue).markets["kalshi:KXRAIN-26OCT01"]
    assert (market.category, market.event) == ("climate and weather", "KXRAIN-26OCT01")
    assert isinstance(market.fee, FeeTerms)


def test_market_that_closed_is_not_listed_any_more(played: PlayedKalshi) -> None:
    venue = played.client()
    scanned(venue)
    played.pages[0]["events"][0]["markets"][0]["status"] = "closed"
    waited(played, minutes=1)
    assert ADA not in scanned(venue).markets


def test_full_list_is_read_again_after_the_minutes_that_were_chosen(played: PlayedKalshi) -> None:
    venue = played.client(refresh_minutes=5)
    scanned(venue)
    waited(played, minutes=4)
    assert "/events" not in asked(played, lambda: scanned(venue))
    waited(played, minutes=1)
    assert asked(played, lambda: scanned(venue)).count("/events") == 2


def test_long_list_is_read_over_several_scans(played: PlayedKalshi) -> None:
    event = played.pages[1]["events"][0]
    played.pages = [
        {"events": [{**event, "event_ticker": f"KXRAIN-{n}", "markets": [
            {**event["markets"][0], "ticker": f"KXRAIN-{n}-1", "event_ticker": f"KXRAIN-{n}"}
        ]}], "cursor": f"page-{n + 1}" if n < 9 else ""}
        for n in range(10)
    ]  # fmt: skip
    venue = played.client()
    assert asked(played, lambda: scanned(venue)).count("/events") == 6
    waited(played, minutes=1)
    assert len(scanned(venue).markets) == 10
    waited(played, minutes=1)
    assert "/events" not in asked(played, lambda: scanned(venue))


def test_scan_lists_what_is_held_in_any_state(played: PlayedKalshi) -> None:
    ended = "kalshi:KXOLD-26AUG-DET"
    scan = scanned(played.client(), PAUSED, ended, "elsewhere:1", "kalshi:a/../b")
    assert scan.markets[PAUSED].status is MarketStatus.PAUSED
    assert scan.markets[ended].status is MarketStatus.RESOLVING
    assert f"{ended}:yes" not in scan.quotes
    named = [r.url.params["tickers"] for r in played.network.requests if "tickers" in r.url.params]
    assert named == ["KXCUP-26SEP-CYD,KXOLD-26AUG-DET"]


def test_scan_keeps_what_the_filters_choose(played: PlayedKalshi) -> None:
    assert list(scanned(played.client(categories=("sports",))).markets) == [ADA, BOB]
    assert list(scanned(played.client(only_groups=True)).markets) == [ADA, BOB]
    assert list(scanned(played.client(max_markets=1)).markets) == [ADA]
    assert list(scanned(played.client(max_markets=1, watchlist=("KXRAIN-26SEP30",))).markets) == [
        ADA, RAIN,
    ]  # fmt: skip


def test_scan_leaves_to_the_venue_what_it_can_filter(played: PlayedKalshi) -> None:
    scanned(played.client(min_minutes_to_close=30))
    earliest = NOW + timedelta(minutes=30)
    query = played.network.requests[0].url.params
    assert query["min_close_ts"] == str(int(earliest.timestamp()))


def test_markets_that_combine_others_are_not_listed(played: PlayedKalshi) -> None:
    scan = scanned(played.client(min_volume_24h=0))
    assert not [name for name in scan.markets if "KXMVE" in name]


def test_one_bad_market_does_not_lose_the_others(played: PlayedKalshi) -> None:
    played.pages[0]["events"][0]["markets"][0]["yes_bid_dollars"] = "0.9900"
    scan = scanned(played.client())
    assert list(scan.markets) == [BOB, COIN, RAIN]
    assert [q.subject for q in scan.quarantined] == ["KXCUP-26SEP-ADA"]


def test_market_that_turns_bad_is_not_shown_with_its_old_price(played: PlayedKalshi) -> None:
    venue = played.client()
    scanned(venue)
    played.pages[0]["events"][0]["markets"][0]["yes_bid_dollars"] = "0.9900"
    waited(played, minutes=1)
    scan = scanned(venue)
    assert ADA not in scan.markets
    assert [q.subject for q in scan.quarantined] == ["KXCUP-26SEP-ADA"]


def test_list_that_fails_is_a_fault_only_before_anything_is_known(played: PlayedKalshi) -> None:
    venue = played.client()
    failing(played, "/events")
    with pytest.raises(VenueUnavailable):
        scanned(venue)
    played.network.handler = played.answer
    scanned(venue)
    failing(played, "/events")
    waited(played, minutes=30)
    scan = scanned(venue)
    assert list(scan.markets) == [ADA, BOB, COIN, RAIN]
    assert [q.subject for q in scan.quarantined] == ["list of events"]


def test_prices_that_cannot_be_had_are_not_made_up(played: PlayedKalshi) -> None:
    venue = played.client()
    scanned(venue)
    failing(played, "/markets")
    waited(played, minutes=1)
    with pytest.raises(VenueUnavailable):
        scanned(venue)


def test_paging_that_does_not_advance_is_a_fault(played: PlayedKalshi) -> None:
    played.pages[1]["cursor"] = "cursor-of-page-2"
    with pytest.raises(VenuePayloadError, match="page 2 repeats"):
        scanned(played.client())


def test_books_are_asked_for_in_few_calls_with_each_ticker_apart(played: PlayedKalshi) -> None:
    names = [f"kalshi:T{number}:{side}" for number in range(120) for side in ("yes", "no")]
    assert run(played.client().books([*names, *names], NOW)).books == {}
    sizes = [len(r.url.params.get_list("tickers")) for r in played.network.requests]
    assert sorted(sizes) == [20, BOOKS_PER_CALL]


def test_book_of_one_market_is_asked_for_alone(played: PlayedKalshi) -> None:
    found = run(played.client().books([f"{ADA}:yes", f"{ADA}:no"], NOW))
    assert list(found.books) == [f"{ADA}:yes", f"{ADA}:no"]
    assert played.paths() == ["/markets/KXCUP-26SEP-ADA/orderbook"]
    unknown = run(played.client().books(["kalshi:UNHEARD:yes"], NOW))
    assert unknown.books == {}
    assert [q.subject for q in unknown.quarantined] == ["UNHEARD"]


def test_one_crossed_book_does_not_lose_the_others(played: PlayedKalshi) -> None:
    played.books["orderbooks"][0]["orderbook_fp"]["no_dollars"][-1][0] = "0.5800"
    found = run(played.client().books([f"{ADA}:yes", f"{BOB}:yes", f"{COIN}:no"], NOW))
    assert list(found.books) == [f"{BOB}:yes"]
    (refused,) = found.quarantined
    assert refused.subject == "KXCUP-26SEP-ADA"
    assert "crossed" in refused.reason


def test_results_are_looked_for_in_the_archive_when_they_have_moved(played: PlayedKalshi) -> None:
    ids = ["kalshi:KXOLD-26AUG-YES", "kalshi:KXOLD-26JAN-CENT", "kalshi:NEVER"]
    results = run(played.client().resolutions(ids, NOW))
    assert [r.market_id for r in results.resolutions] == ids[:2]
    assert played.paths() == ["/markets", "/historical/markets"]
    assert played.network.requests[-1].url.params["tickers"] == "KXOLD-26JAN-CENT,NEVER"


def test_archive_that_fails_does_not_lose_the_other_results(played: PlayedKalshi) -> None:
    failing(played, "/historical/markets")
    ids = ["kalshi:KXOLD-26AUG-NO", "kalshi:KXOLD-26JAN-CENT"]
    results = run(played.client().resolutions(ids, NOW))
    assert [r.market_id for r in results.resolutions] == ids[:1]
    assert [q.code for q in results.quarantined] == [UNANSWERED]


def test_contested_results_are_set_aside(played: PlayedKalshi) -> None:
    ids = [f"kalshi:KXOLD-26AUG-{end}" for end in ("DIS", "AMD", "DET", "SHUT")]
    results = run(played.client().resolutions(ids, NOW))
    assert results.resolutions == ()
    assert [(q.subject, q.code) for q in results.quarantined] == [
        ("KXOLD-26AUG-DIS", DISPUTED),
        ("KXOLD-26AUG-AMD", DISPUTED),
    ]


def test_one_bad_result_does_not_lose_the_others(played: PlayedKalshi) -> None:
    played.ended["markets"][0]["settlement_value_dollars"] = "0.5000"
    ids = [f"kalshi:KXOLD-26AUG-{end}" for end in ("YES", "NO")]
    results = run(played.client().resolutions(ids, NOW))
    assert [r.market_id for r in results.resolutions] == ids[1:]
    assert [q.subject for q in results.quarantined] == ["KXOLD-26AUG-YES"]


def test_candles_of_an_archived_market_come_from_the_archive(played: PlayedKalshi) -> None:
    span = (NOW - timedelta(hours=4), NOW)
    found = run(played.client().candles("kalshi:KXGONE-1:yes", timedelta(hours=1), *span))
    assert list(found) == []
    assert played.paths() == [
        "/series/KXGONE/markets/KXGONE-1/candlesticks",
        "/historical/markets/KXGONE-1/candlesticks",
    ]


def test_long_span_of_candles_is_asked_for_in_windows(played: PlayedKalshi) -> None:
    start = NOW - timedelta(days=10)
    run(played.client().candles(f"{ADA}:yes", timedelta(minutes=1), start, NOW))
    spans = [
        int(r.url.params["end_ts"]) - int(r.url.params["start_ts"]) for r in played.network.requests
    ]
    assert sum(spans) == 10 * 86400
    assert max(spans) < 5000 * 60
    with pytest.raises(VenueUnavailable, match="more than 200 requests"):
        run(played.client().candles(f"{ADA}:yes", timedelta(minutes=1), NOW - timedelta(900), NOW))


def test_candles_of_many_contracts_are_one_request(played: PlayedKalshi) -> None:
    span = (NOW - timedelta(hours=4), NOW)
    names = [f"{ADA}:yes", f"{ADA}:no", f"{BOB}:yes"]
    venue = played.client()
    found = run(venue.many_candles(names, timedelta(hours=1), *span))
    assert played.paths() == ["/markets/candlesticks"]
    assert list(found) == names
    assert found[names[0]] == run(venue.candles(names[0], timedelta(hours=1), *span))
    assert found[names[2]] == []


def test_trades_are_read_page_by_page_and_before_the_cutoff_from_the_archive(
    played: PlayedKalshi,
) -> None:
    played.cutoff["trades_created_ts"] = "2026-09-14T09:00:00Z"
    played.old_trades = [{"trades": [played.trades[1]["trades"].pop()], "cursor": ""}]
    found = run(played.client().trades(f"{ADA}:yes", NOW - timedelta(hours=5), NOW))
    assert [trade.price for trade in found] == [Decimal(p) for p in ("0.4", "0.41", "0.42", "0.43")]
    assert played.paths() == [
        "/historical/cutoff", "/historical/trades", "/markets/trades", "/markets/trades",
    ]  # fmt: skip
    older, newer = (r.url.params for r in played.network.requests[1:3])
    assert older["max_ts"] == newer["min_ts"]


def test_trades_that_page_in_circles_are_a_fault(played: PlayedKalshi) -> None:
    played.network.handler = lambda request: reply(
        played.cutoff if "cutoff" in request.url.path else {"trades": [], "cursor": "again"}
    )
    with pytest.raises(VenuePayloadError, match="repeats"):
        run(played.client().trades(f"{ADA}:yes", NOW - timedelta(hours=5), NOW))


def test_status_asks_for_the_hours_only_while_nothing_trades(played: PlayedKalshi) -> None:
    assert run(played.client().status()).is_open
    assert played.paths() == ["/exchange/status"]
    played.status = {"exchange_active": True, "trading_active": False}
    assert not run(played.client().status()).is_open
    assert played.paths()[1:] == ["/exchange/status", "/exchange/schedule"]


@pytest.mark.parametrize(
    "name", ["kalshi:KXCUP-26SEP-ADA", "kalshi:a/b:yes", "kalshi::yes", "kalshi:T:maybe"]
)
def test_id_that_is_no_contract_is_refused(played: PlayedKalshi, name: str) -> None:
    with pytest.raises(VenueUnavailable, match="no contract of kalshi"):
        run(played.client().candles(name, timedelta(hours=1), NOW, NOW))
    assert run(played.client().books([name], NOW)).books == {}
    assert played.network.requests == []


def test_venue_opens_by_its_name_with_its_own_variables() -> None:
    settings: dict[str, Any] = {"KALSHI_MAX_MARKETS": "50", "KALSHI_FEE_TIER": "direct"}
    venue = open_venue("kalshi", settings)
    assert isinstance(venue, Kalshi)
    assert venue._settings.max_markets == 50
    assert venue._settings.fee_tier == "direct"


def test_changes_since_the_first_page_of_a_long_list_are_asked_for(played: PlayedKalshi) -> None:
    event = played.pages[1]["events"][0]
    played.pages = [
        {"events": [event], "cursor": f"page-{number + 1}" if number < 7 else ""}
        for number in range(8)
    ]
    venue = played.client()
    for _ in range(3):
        scanned(venue)
        waited(played, minutes=1)
    changed = next(
        r.url.params for r in played.network.requests if "min_updated_ts" in r.url.params
    )
    assert int(changed["min_updated_ts"]) == int((NOW - timedelta(minutes=1)).timestamp())
