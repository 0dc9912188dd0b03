"""How Coinbase is asked: which interface and calls, what is remembered, what a bad answer costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from chalicelib.domain.errors import InputError, VenueError, VenueUnavailable
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import MarketKind, MarketStatus
from chalicelib.domain.order import Side
from chalicelib.venues import open_venue
from chalicelib.venues.coinbase import advanced, exchange
from chalicelib.venues.coinbase.client import PRODUCTS_KEPT, Coinbase
from chalicelib.venues.coinbase.settings import Interface
from tests.builders import SetClock
from tests.payloads.coinbase.venue import PlayedCoinbase
from tests.unit.venues.played_http import NOW, reply, run

BTC, ETH = "coinbase:BTC-USD", "coinbase:ETH-USDC"
MIDNIGHT = datetime(2026, 9, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXCHANGE, ADVANCED = exchange.HOST, advanced.HOST


@pytest.fixture
def played() -> PlayedCoinbase:
    return PlayedCoinbase()


def down(played: PlayedCoinbase, host: str) -> None:
    played.broken[host] = lambda: reply({"message": "down"}, 503)


def test_scan_lists_spot_markets_under_the_exchanges_rules(played: PlayedCoinbase) -> None:
    scan = run(played.client().scan(NOW))
    market = scan.markets[BTC]
    assert market.kind is MarketKind.SPOT
    assert (market.title, market.category) == ("BTC/USD", "crypto")
    assert [(o.instrument_id, o.label, o.complement) for o in market.outcomes] == [
        (BTC, "BTC", None)
    ]
    assert market.closes_at is None
    assert (market.tick, market.size_step) == (Decimal("0.01"), Decimal("0.00000001"))
    assert market.min_notional == 1
    assert market.volume_24h == Decimal("5000.5") * Decimal("64020.1")
    assert market.rules.startswith("Prices are US dollars for one BTC.")
    assert "one USDC is counted as one dollar" in scan.markets[ETH].rules
    assert scan.markets[ETH].status is MarketStatus.PAUSED


def test_scan_reads_the_products_now_and_then_and_the_tickers_always(
    played: PlayedCoinbase,
) -> None:
    clock = SetClock(NOW)
    client = played.client(clock)
    tickers = [f"{EXCHANGE}/products/{name}/ticker" for name in ("BTC-USD", "ETH-USDC")]
    run(client.scan(NOW))
    run(client.scan(NOW))
    assert played.asked() == [f"{EXCHANGE}/products", *tickers, *tickers]
    clock.shown = NOW + PRODUCTS_KEPT
    run(client.scan(NOW))
    assert played.asked()[5:] == [f"{EXCHANGE}/products", *tickers]


def test_product_that_is_gone_is_listed_as_closed_and_not_asked_about(
    played: PlayedCoinbase,
) -> None:
    scan = run(played.client(products=("BTC-USD", "GONE-USD")).scan(NOW))
    assert scan.markets["coinbase:GONE-USD"].status is MarketStatus.CLOSED
    assert not any("GONE-USD" in path for path in played.asked())


def test_scan_lists_what_is_held_though_it_is_not_configured(played: PlayedCoinbase) -> None:
    scan = run(played.client(products=("BTC-USD",)).scan(NOW, [ETH, "binance:BTCUSDT"]))
    assert list(scan.markets) == [BTC, ETH]


def test_pair_that_is_not_quoted_in_dollars_is_refused_with_the_reason(
    played: PlayedCoinbase,
) -> None:
    scan = run(played.client(products=("BTC-USD", "BTC-EUR")).scan(NOW))
    assert list(scan.markets) == [BTC]
    assert [(q.subject, q.code) for q in scan.quarantined] == [("BTC-EUR", "not-dollars")]


def test_product_that_cannot_be_read_costs_only_itself(played: PlayedCoinbase) -> None:
    scan = run(played.client(products=("BTC-USD", "AAA-USD")).scan(NOW))
    assert list(scan.markets) == [BTC]
    (refused,) = scan.quarantined
    assert (refused.subject, refused.code) == ("AAA-USD", "unreadable")
    assert "quote_increment is '-1'" in refused.reason


def test_product_that_the_venue_does_not_list_is_named(played: PlayedCoinbase) -> None:
    for interface in Interface:
        client = played.client(products=("BTC-USD", "MISSPELT-USD"), interface=interface)
        scan = run(client.scan(NOW))
        assert list(scan.markets) == [BTC]
        assert [(q.subject, q.code) for q in scan.quarantined] == [("MISSPELT-USD", "not-listed")]


def test_scan_of_a_venue_that_hangs_ends_in_its_time(played: PlayedCoinbase) -> None:
    def hang() -> httpx.Response:
        played.network.time += 6
        raise httpx.ReadTimeout("no answer")

    played.broken = {EXCHANGE: hang, ADVANCED: hang}
    began = played.network.time
    with pytest.raises(VenueUnavailable):
        run(played.client(budget_seconds=20).scan(NOW))
    assert played.network.time - began <= 26


def test_ticker_that_fails_costs_only_its_quote(played: PlayedCoinbase) -> None:
    del played.tickers["ETH-USDC"]
    scan = run(played.client().scan(NOW))
    assert list(scan.markets) == [BTC, ETH]
    assert list(scan.quotes) == [BTC]
    assert [(q.subject, q.code) for q in scan.quarantined] == [("ETH-USDC", "unanswered")]


def test_advanced_trade_serves_when_the_exchange_is_down(played: PlayedCoinbase) -> None:
    expected = run(played.client().scan(NOW))
    down(played, EXCHANGE)
    client = played.client()
    scan = run(client.scan(NOW))
    assert list(scan.markets) == list(expected.markets)
    assert scan.quotes[BTC].bid == expected.quotes[BTC].bid
    assert scan.markets[BTC].volume_24h == Decimal("320132513.05")
    assert list(run(client.books([BTC, ETH], NOW)).books) == [BTC, ETH]
    asked = len(played.network.requests)
    run(client.scan(NOW))
    assert {path.split("/")[0] for path in played.asked()[asked:]} == {ADVANCED}


def test_interface_that_is_asked_first_can_be_chosen(played: PlayedCoinbase) -> None:
    run(played.client(interface=Interface.ADVANCED).scan(NOW))
    assert {path.split("/")[0] for path in played.asked()} == {ADVANCED}


def test_books_are_asked_one_by_one_and_once_each(played: PlayedCoinbase) -> None:
    depth = run(played.client().books([BTC, ETH, BTC, "binance:BTCUSDT"], NOW))
    assert list(depth.books) == [BTC, ETH]
    assert [request.url.params["level"] for request in played.network.requests] == ["2", "2"]


def test_book_that_cannot_be_read_costs_only_itself(played: PlayedCoinbase) -> None:
    played.books["ETH-USDC"]["asks"][0][1] = "-3"
    depth = run(played.client().books([BTC, ETH], NOW))
    assert list(depth.books) == [BTC]
    assert [(q.subject, q.code) for q in depth.quarantined] == [("ETH-USDC", "unreadable")]


def test_spot_markets_never_have_a_result(played: PlayedCoinbase) -> None:
    assert run(played.client().resolutions([BTC], NOW)).resolutions == ()
    assert played.network.requests == []


def test_candles_come_oldest_first_without_idle_ones_and_only_when_over(
    played: PlayedCoinbase,
) -> None:
    client = played.client(SetClock(MIDNIGHT + 12.5 * HOUR))
    bars = run(client.candles(BTC, HOUR, MIDNIGHT + HOUR, NOW + 9 * HOUR))
    expected = [MIDNIGHT + n * HOUR for n in range(1, 12) if n != 5]
    assert [bar.start for bar in bars] == expected


def test_candles_are_asked_in_windows_that_the_venue_answers(played: PlayedCoinbase) -> None:
    minute = timedelta(minutes=1)
    begin = int(MIDNIGHT.timestamp())
    played.candles = [[begin + 60 * n, 1, 3, 2, 2, 5] for n in range(700)][::-1]
    start = MIDNIGHT + timedelta(seconds=30)
    bars = run(played.client().candles(BTC, minute, start, MIDNIGHT + 700 * minute))
    assert [bar.start for bar in bars] == [MIDNIGHT + n * minute for n in range(1, 700)]
    assert len(played.network.requests) == 3
    assert {"start", "end", "granularity"} == set(played.network.requests[0].url.params)


def test_candles_of_half_an_hour_come_from_the_interface_that_has_them(
    played: PlayedCoinbase,
) -> None:
    half = timedelta(minutes=30)
    bars = run(played.client().candles(BTC, half, MIDNIGHT, MIDNIGHT + HOUR))
    assert [bar.start for bar in bars] == [MIDNIGHT, MIDNIGHT + half]
    assert played.asked() == [f"{ADVANCED}/api/v3/brokerage/market/products/BTC-USD/candles"]


def test_candles_of_an_interval_that_it_has_not_name_those_it_has(played: PlayedCoinbase) -> None:
    with pytest.raises(VenueError, match="no candles of 0:07:00") as caught:
        run(played.client().candles(BTC, timedelta(minutes=7), MIDNIGHT, NOW))
    assert "0:15:00" in caught.value.hint


@pytest.mark.parametrize("name", ["binance:BTCUSDT", "coinbase:", "coinbase:../x", "BTC-USD"])
def test_history_of_what_is_not_its_own_is_refused(played: PlayedCoinbase, name: str) -> None:
    client = played.client()
    for call in (client.candles(name, HOUR, MIDNIGHT, NOW), client.trades(name, MIDNIGHT, NOW)):
        with pytest.raises(VenueError, match="no instrument of coinbase"):
            run(call)
    assert played.network.requests == []


def test_trades_come_oldest_first_from_start_to_before_end(played: PlayedCoinbase) -> None:
    start = datetime(2026, 9, 14, 11, 20, 0, 679_000, UTC)
    trades = run(played.client().trades(BTC, start, start + timedelta(minutes=30)))
    assert [trade.trade_id for trade in trades] == ["7102", "7103", "7104"]
    assert [trade.taker_side for trade in trades] == [Side.SELL, Side.BUY, Side.SELL]


def test_trades_are_paged_back_by_their_numbers(played: PlayedCoinbase) -> None:
    newest = played.trades[0]
    times = [NOW - timedelta(seconds=n + 1) for n in range(1_100)]
    played.trades = [
        {**newest, "trade_id": 9000 - n, "time": at.isoformat()} for n, at in enumerate(times)
    ]
    trades = run(played.client().trades(BTC, MIDNIGHT, NOW))
    assert len(trades) == 1_100
    assert played.network.requests[1].url.params["after"] == "8001"


def test_trades_from_advanced_trade_do_not_say_who_took(played: PlayedCoinbase) -> None:
    down(played, EXCHANGE)
    trades = run(played.client().trades(BTC, MIDNIGHT, NOW))
    assert [trade.trade_id for trade in trades] == ["7101", "7102", "7103", "7104", "7105"]
    assert {trade.taker_side for trade in trades} == {None}


def test_paging_that_does_not_advance_is_a_fault(played: PlayedCoinbase) -> None:
    page = [played.trades[0]] * 1_000
    played.network.handler = lambda request: reply(page)
    with pytest.raises(VenueError, match="repeats a page"):
        run(played.client().trades(BTC, MIDNIGHT, NOW))


def test_exchange_is_open_while_a_product_is_traded(played: PlayedCoinbase) -> None:
    status = run(played.client().status())
    assert (status.is_open, status.reason) == (True, "1 of 2 products are traded")
    played.products[1]["cancel_only"] = True
    assert not run(played.client().status()).is_open


def test_status_of_a_venue_out_of_reach_is_unavailable(played: PlayedCoinbase) -> None:
    down(played, EXCHANGE)
    down(played, ADVANCED)
    with pytest.raises(VenueUnavailable):
        run(played.client().status())


def test_settings_are_read_from_the_environment() -> None:
    venue = open_venue("coinbase", {"COINBASE_PRODUCTS": "SOL-USD,BTC-USD"})
    assert isinstance(venue, Coinbase)
    assert venue._settings.products == ("SOL-USD", "BTC-USD")


def test_fee_tier_is_charged(played: PlayedCoinbase) -> None:
    fee = run(played.client(fee_tier="older-table-1m").scan(NOW)).markets[BTC].fee
    assert isinstance(fee, FeeTerms)
    assert (fee.taker_rate, fee.maker_rate) == (Decimal("0.0018"), Decimal("0.0008"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COINBASE_PRODUCTS", ""),
        ("COINBASE_PRODUCTS", "BTCUSD"),
        ("COINBASE_INTERFACE", "fix"),
        ("COINBASE_FEE_TIER", "vip99"),
        ("COINBASE_BUDGET_SECONDS", "0"),
    ],
)
def test_unusable_setting_is_refused_by_its_name(variable: str, value: str) -> None:
    with pytest.raises(InputError, match=variable) as caught:
        open_venue("coinbase", {variable: value})
    assert caught.value.hint


def test_requests_of_a_busy_minute_stay_under_a_fifth_of_the_limit(played: PlayedCoinbase) -> None:
    names = [f"COIN{n}-USD" for n in range(10)]
    played.products = [{**played.products[1], "id": name} for name in names]
    played.tickers = dict.fromkeys(names, played.tickers["BTC-USD"])
    played.books = dict.fromkeys(names, played.books["BTC-USD"])
    client = played.client(products=tuple(names))
    scan = run(client.scan(NOW))
    assert len(run(client.books(list(scan.markets), NOW)).books) == 10
    assert len(played.network.requests) == 21
