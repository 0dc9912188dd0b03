"""How Binance is asked: which hosts and calls, what is remembered, what one bad answer costs."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.errors import InputError, VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.fee import FeeTerms
from chalicelib.domain.market import MarketKind, MarketStatus
from chalicelib.venues import open_venue
from chalicelib.venues.binance.client import VOLUMES_KEPT, Binance
from chalicelib.venues.binance.history import PAGE
from chalicelib.venues.binance.rules import RULES_KEPT
from tests.builders import SetClock
from tests.payloads.binance.venue import PlayedBinance, error
from tests.unit.venues.played_http import NOW, reply, run

BTC = "binance:BTCUSDT"
MIDNIGHT = datetime(2026, 9, 14, tzinfo=UTC)
MIRROR = "api.binance.com"
FIRST = "data-api.binance.vision"
HOUR = timedelta(hours=1)


@pytest.fixture
def played() -> PlayedBinance:
    return PlayedBinance()


def test_scan_lists_spot_markets_under_the_exchanges_rules(played: PlayedBinance) -> None:
    market = run(played.client().scan(NOW)).markets[BTC]
    assert market.kind is MarketKind.SPOT
    assert (market.title, market.category) == ("BTC/USDT", "crypto")
    ((own_id, label, complement),) = [
        (o.instrument_id, o.label, o.complement) for o in market.outcomes
    ]
    assert (own_id, label, complement) == (BTC, "BTC", None)
    assert market.closes_at is None
    assert (market.tick, market.size_step) == (Decimal("0.01"), Decimal("0.00001"))
    assert (market.min_size, market.min_notional) == (Decimal("0.00001"), 5)
    assert market.volume_24h == Decimal("955000000.5")
    assert "one USDT is counted as one dollar" in market.rules
    assert market.url == "https://www.binance.com/en/trade/BTC_USDT"


def test_scan_asks_once_for_all_symbols_and_keeps_rules_and_volumes(played: PlayedBinance) -> None:
    clock = SetClock(NOW)
    client = played.client(clock)
    run(client.scan(NOW))
    assert played.asked() == ["exchangeInfo", "ticker/bookTicker", "ticker/24hr"]
    run(client.scan(NOW))
    assert played.asked()[3:] == ["ticker/bookTicker"]
    clock.shown = NOW + RULES_KEPT
    run(client.scan(NOW))
    assert played.asked()[4:] == ["exchangeInfo", "ticker/bookTicker"]
    clock.shown = NOW + VOLUMES_KEPT
    run(client.scan(NOW))
    assert played.asked()[-1] == "ticker/24hr"


def test_scan_shows_a_halt_when_the_rules_are_read_again(played: PlayedBinance) -> None:
    clock = SetClock(NOW)
    client = played.client(clock)
    assert run(client.scan(NOW)).markets[BTC].is_tradable
    played.rules["symbols"][0]["status"] = "HALT"
    clock.shown = NOW + RULES_KEPT
    assert run(client.scan(NOW)).markets[BTC].status is MarketStatus.PAUSED


def test_scan_lists_what_is_held_though_it_is_not_configured(played: PlayedBinance) -> None:
    client = played.client(symbols=("BTCUSDT",))
    assert list(run(client.scan(NOW)).markets) == [BTC]
    held = run(client.scan(NOW, ["binance:ETHUSDC", "coinbase:ETH-USD"]))
    assert list(held.markets) == [BTC, "binance:ETHUSDC"]


def test_pair_that_is_not_quoted_in_dollars_is_refused_with_the_reason(
    played: PlayedBinance,
) -> None:
    scan = run(played.client(symbols=("BTCUSDT", "ETHBTC")).scan(NOW))
    assert list(scan.markets) == list(scan.quotes) == [BTC]
    (refused,) = scan.quarantined
    assert (refused.subject, refused.code) == ("ETHBTC", "not-dollars")
    assert refused.reason == "ETHBTC is quoted in BTC, and the ledger counts dollars"


def test_symbol_that_the_exchange_does_not_know_costs_only_itself(played: PlayedBinance) -> None:
    scan = run(played.client(symbols=("BTCUSDT", "NOSUCH")).scan(NOW))
    assert list(scan.markets) == [BTC]
    (refused,) = scan.quarantined
    assert (refused.subject, refused.code) == ("NOSUCH", "unanswered")


def test_symbol_whose_rules_cannot_be_read_costs_only_itself(played: PlayedBinance) -> None:
    played.rules["symbols"][1]["status"] = "DANCING"
    scan = run(played.client().scan(NOW))
    assert set(scan.markets) == {BTC, "binance:TINYUSDT"}
    assert [(q.subject, q.code) for q in scan.quarantined] == [("ETHUSDC", "unreadable")]


def test_quote_that_cannot_be_read_leaves_its_market_without_one(played: PlayedBinance) -> None:
    played.tickers[1]["bidPrice"] = "NaN"
    scan = run(played.client().scan(NOW))
    assert BTC in scan.markets
    assert BTC not in scan.quotes
    assert [q.subject for q in scan.quarantined] == ["BTCUSDT"]


def test_scan_goes_on_without_volumes(played: PlayedBinance) -> None:
    played.days = [{"symbol": "BTCUSDT", "quoteVolume": "-1"}]
    scan = run(played.client().scan(NOW))
    assert scan.markets[BTC].volume_24h is None
    assert [(q.subject, q.code) for q in scan.quarantined] == [("24hr", "unanswered")]


def test_volumes_that_fail_are_left_alone_for_a_while(played: PlayedBinance) -> None:
    played.days = []
    answer, client = played.answer, played.client()
    played.network.handler = lambda r: reply(b"", 503) if r.url.path.endswith("24hr") else answer(r)
    for _ in range(3):
        assert BTC in run(client.scan(NOW)).quotes
    assert {path: played.asked().count(path) for path in played.asked()} == {
        "exchangeInfo": 1, "ticker/bookTicker": 3, "ticker/24hr": 6,
    }  # fmt: skip


def test_books_are_asked_one_by_one_and_once_each(played: PlayedBinance) -> None:
    wanted = [BTC, "binance:ETHUSDC", BTC, "coinbase:BTC-USD"]
    depth = run(played.client().books(wanted, NOW))
    assert list(depth.books) == [BTC, "binance:ETHUSDC"]
    assert [r.url.params["symbol"] for r in played.network.requests] == ["BTCUSDT", "ETHUSDC"]
    assert {r.url.params["limit"] for r in played.network.requests} == {"100"}


def test_book_that_cannot_be_read_costs_only_itself(played: PlayedBinance) -> None:
    played.depth["ETHUSDC"]["bids"][0][0] = "NaN"
    depth = run(played.client().books([BTC, "binance:ETHUSDC"], NOW))
    assert list(depth.books) == [BTC]
    assert [(q.subject, q.code) for q in depth.quarantined] == [("ETHUSDC", "unreadable")]


def test_mirror_is_asked_when_the_first_host_is_out_of_order(played: PlayedBinance) -> None:
    played.broken[FIRST] = lambda: reply(b"<html>", 503)
    client = played.client()
    assert BTC in run(client.scan(NOW)).markets
    hosts = [request.url.host for request in played.network.requests]
    assert hosts[:4] == [FIRST, FIRST, FIRST, MIRROR]
    assert FIRST not in hosts[4:]


@pytest.mark.parametrize("status", [403, 451])
def test_host_that_refuses_us_is_left_alone_and_its_mirror_serves(
    played: PlayedBinance, status: int
) -> None:
    played.broken[FIRST] = lambda: error(0, "restricted location", status)
    client = played.client()
    run(client.scan(NOW))
    run(client.scan(NOW))
    hosts = [request.url.host for request in played.network.requests]
    assert hosts.count(FIRST) == 1


def test_ban_stops_all_mirrors_at_once(played: PlayedBinance) -> None:
    played.broken[FIRST] = lambda: error(-1003, "Way too much", 418, retry_after="120")
    client = played.client()
    for _ in range(2):
        with pytest.raises(VenueUnavailable, match="418"):
            run(client.scan(NOW))
    assert [request.url.host for request in played.network.requests] == [FIRST]


def test_ban_of_three_days_is_remembered_for_three_days(played: PlayedBinance) -> None:
    days = 3 * 86_400
    played.broken[FIRST] = lambda: error(-1003, "Way too much", 418, retry_after=str(days))
    client = played.client()
    for passed in (0, days - 1):
        played.network.time += passed
        with pytest.raises(VenueUnavailable, match="418"):
            run(client.scan(NOW))
    assert len(played.network.requests) == 1
    played.broken.clear()
    played.network.time += 1
    assert run(client.scan(NOW)).markets


def test_too_many_requests_wait_as_long_as_they_are_told(played: PlayedBinance) -> None:
    played.broken[FIRST] = lambda: error(-1003, "Too much", 429, retry_after="60")
    client = played.client(hosts=(FIRST,))
    with pytest.raises(VenueUnavailable, match="429"):
        run(client.scan(NOW))
    with pytest.raises(VenueUnavailable, match="cannot be asked"):
        run(client.scan(NOW))
    assert len(played.network.requests) == 1


def test_error_body_with_status_200_is_an_error(played: PlayedBinance) -> None:
    played.network.handler = lambda request: error(-1003, "Too much request weight", 200)
    with pytest.raises(VenueUnavailable, match="-1003"):
        run(played.client().scan(NOW))


def test_spot_markets_never_have_a_result(played: PlayedBinance) -> None:
    assert run(played.client().resolutions([BTC], NOW)).resolutions == ()
    assert played.network.requests == []


def test_candles_come_oldest_first_and_only_those_that_are_over(played: PlayedBinance) -> None:
    client = played.client(SetClock(MIDNIGHT + 12.5 * HOUR))
    bars = run(client.candles(BTC, HOUR, MIDNIGHT + HOUR, NOW + 9 * HOUR))
    assert [bar.start for bar in bars] == [MIDNIGHT + n * HOUR for n in range(1, 12)]


def test_candles_are_paged_forward_to_the_end(played: PlayedBinance) -> None:
    minute = 60_000
    begin, day = played.klines[0][0] - 86_400_000, timedelta(days=1)
    fields = ["1", "1", "1", "1", "5"]
    played.klines = [
        [begin + n * minute, *fields, begin + (n + 1) * minute - 1, "5", 1, "0", "0", "0"]
        for n in range(2_500)
    ]
    bars = run(played.client().candles(BTC, timedelta(minutes=1), MIDNIGHT - day, NOW))
    assert len(bars) == len({bar.start for bar in bars}) == 2_160
    firsts = [int(r.url.params["startTime"]) for r in played.network.requests]
    assert firsts == [begin, begin + PAGE * minute, begin + 2 * PAGE * minute]


def test_candles_of_an_interval_that_it_has_not_name_those_it_has(played: PlayedBinance) -> None:
    with pytest.raises(VenueError, match="no candles of 0:07:00") as caught:
        run(played.client().candles(BTC, timedelta(minutes=7), MIDNIGHT, NOW))
    assert "15m" in caught.value.hint


@pytest.mark.parametrize("name", ["coinbase:BTC-USD", "binance:", "binance:../../x", "BTCUSDT"])
def test_history_of_what_is_not_its_own_is_refused(played: PlayedBinance, name: str) -> None:
    client = played.client()
    for call in (client.candles(name, HOUR, MIDNIGHT, NOW), client.trades(name, MIDNIGHT, NOW)):
        with pytest.raises(VenueError, match="no instrument of binance"):
            run(call)
    assert played.network.requests == []


def test_trades_come_oldest_first_from_start_to_before_end(played: PlayedBinance) -> None:
    minute = timedelta(minutes=1)
    trades = run(played.client().trades(BTC, MIDNIGHT + minute, MIDNIGHT + 4 * minute))
    assert [trade.trade_id for trade in trades] == ["501", "502", "503"]


def test_trades_are_paged_by_their_numbers(played: PlayedBinance) -> None:
    first = played.agg_trades[0]
    played.agg_trades = [{**first, "a": 10 + n, "T": first["T"] + n} for n in range(PAGE + 5)]
    trades = run(played.client().trades(BTC, MIDNIGHT, NOW))
    assert len(trades) == PAGE + 5
    assert played.network.requests[1].url.params["fromId"] == str(10 + PAGE)


def test_paging_that_does_not_advance_is_a_fault(played: PlayedBinance) -> None:
    page = [{**played.agg_trades[0], "T": played.agg_trades[0]["T"]} for _ in range(PAGE)]
    played.network.handler = lambda request: reply(page)
    with pytest.raises(VenueError, match="repeats a page"):
        run(played.client().trades(BTC, MIDNIGHT, NOW))
    assert len(played.network.requests) == 2


def test_history_that_is_all_wrong_is_a_fault(played: PlayedBinance) -> None:
    played.klines = [[bar[0], "NaN", *bar[2:]] for bar in played.klines]
    with pytest.raises(VenuePayloadError, match=r"klines BTCUSDT\[0\]\[1\]"):
        run(played.client().candles(BTC, HOUR, MIDNIGHT, NOW))


def test_exchange_is_open_while_a_symbol_is_traded(played: PlayedBinance) -> None:
    status = run(played.client().status())
    assert (status.is_open, status.reason) == (True, "2 of 3 symbols are traded")
    for symbol in played.rules["symbols"]:
        symbol["status"] = "BREAK"
    assert not run(played.client().status()).is_open


def test_settings_are_read_from_the_environment(played: PlayedBinance) -> None:
    venue = open_venue("binance", {"BINANCE_SYMBOLS": "SOLUSDT, BTCUSDT,SOLUSDT"})
    assert isinstance(venue, Binance)
    assert venue._settings.symbols == ("SOLUSDT", "BTCUSDT")
    assert venue._settings.hosts == (FIRST, MIRROR)


def test_fee_tier_is_charged(played: PlayedBinance) -> None:
    fee = run(played.client(fee_tier="bnb").scan(NOW)).markets[BTC].fee
    assert isinstance(fee, FeeTerms)
    assert (fee.taker_rate, fee.maker_rate) == (Decimal("0.00075"), Decimal("0.00075"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BINANCE_SYMBOLS", ""),
        ("BINANCE_SYMBOLS", "BTC/USDT"),
        ("BINANCE_HOSTS", "api.binance.example"),
        ("BINANCE_HOSTS", "api.binance.us,api.binance.com"),
        ("BINANCE_FEE_TIER", "vip99"),
        ("BINANCE_QUOTE_CURRENCIES", ""),
        ("BINANCE_BUDGET_SECONDS", "inf"),
        ("VENUE_CONTACT", "(comment"),
    ],
)
def test_unusable_setting_is_refused_by_its_name(variable: str, value: str) -> None:
    with pytest.raises(InputError, match=variable) as caught:
        open_venue("binance", {variable: value})
    assert caught.value.hint


def test_weight_of_a_busy_minute_stays_under_a_fifth_of_the_limit(played: PlayedBinance) -> None:
    weights = {"exchangeInfo": 20, "ticker/bookTicker": 4, "ticker/24hr": 2, "depth": 5}
    symbols = [f"COIN{n}USDT" for n in range(20)]
    entry, tops = played.rules["symbols"][0], played.tickers[1]
    played.rules["symbols"] = [{**entry, "symbol": name} for name in symbols]
    played.tickers = [{**tops, "symbol": name} for name in symbols]
    played.depth = dict.fromkeys(symbols, played.depth["BTCUSDT"])
    client = played.client(symbols=tuple(symbols))
    scan = run(client.scan(NOW))
    assert len(run(client.books(list(scan.markets), NOW)).books) == 20
    assert sum(weights[path] for path in played.asked()) == 126
    assert json.loads(played.network.requests[0].url.params["symbols"]) == symbols
    assert played.network.pauses == []
