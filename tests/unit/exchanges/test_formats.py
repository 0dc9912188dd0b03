"""The wire formats, as the venues document them."""

import json
from decimal import Decimal
from itertools import pairwise

import pytest

from bot.exchanges import kalshi_market, polymarket_market
from bot.exchanges.exchange import ROUTES
from bot.exchanges.world import OPEN, SETTLED
from tests.unit.exchanges.asking import AT, WORLD, ask, made, reply_to

KEYSET = "gamma-api.polymarket.com/markets/keyset"
CLOB = "clob.polymarket.com"
KALSHI = "external-api.kalshi.com/trade-api/v2"
BINANCE = "data-api.binance.vision/api/v3"
COINBASE = "api.exchange.coinbase.com/products"
GECKO = "api.coingecko.com/api/v3"


def settled_question() -> tuple[int, int]:
    for question in WORLD.asked(AT):
        before = WORLD.question(question.number, question.round - 1)
        if WORLD.state(before, AT) == SETTLED and not WORLD.is_void(before):
            return before.key
    raise AssertionError("no round has ended")


def test_polymarket_catalogue_pages_by_cursor_to_its_end() -> None:
    seen, cursor = [], ""
    while True:
        page = ask(KEYSET, limit=25, closed="false", **({"after_cursor": cursor} if cursor else {}))
        seen += [market["conditionId"] for market in page["markets"]]
        if "next_cursor" not in page:
            break
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == WORLD.markets


def test_polymarket_lists_are_text_and_numbers_are_numbers() -> None:
    market = ask(KEYSET, limit=1)["markets"][0]
    assert json.loads(market["outcomes"]) == ["Yes", "No"]
    assert len(json.loads(market["clobTokenIds"])) == 2
    assert all(isinstance(price, str) for price in json.loads(market["outcomePrices"]))
    assert isinstance(market["liquidityNum"], float)


def test_polymarket_book_has_its_best_level_last_and_mirrors_the_other_outcome() -> None:
    market = ask(KEYSET, limit=1)["markets"][0]
    tokens = json.loads(market["clobTokenIds"])
    body = json.dumps([{"token_id": token} for token in [*tokens, "5"]]).encode()
    yes, no = reply_to(made(), f"{CLOB}/books", body, "POST").content
    bids = [Decimal(level["price"]) for level in yes["bids"]]
    asks = [Decimal(level["price"]) for level in yes["asks"]]
    assert bids == sorted(bids)
    assert asks == sorted(asks, reverse=True)
    assert bids[-1] < asks[-1]
    assert [1 - Decimal(level["price"]) for level in no["asks"]] == bids


def test_polymarket_closed_market_names_its_winner_in_both_places() -> None:
    question = WORLD.question(*settled_question())
    condition = polymarket_market.condition_of(question)
    (listed,) = ask(KEYSET, closed="true", condition_ids=[condition])["markets"]
    traded = ask(f"{CLOB}/markets/{condition}")
    won = WORLD.comes_true(question)
    assert json.loads(listed["outcomePrices"]) == (["1", "0"] if won else ["0", "1"])
    assert [token["winner"] for token in traded["tokens"]] == [won, not won]
    token = json.loads(listed["clobTokenIds"])[0]
    assert reply_to(made(), f"{CLOB}/book", token_id=token).status == 404


@pytest.mark.parametrize("style", ["cents", "both", "dollars"])
def test_kalshi_prices_come_in_the_chosen_generation(style: str) -> None:
    (market,) = ask(f"{KALSHI}/markets", style=style, limit=1, status="open")["markets"]
    assert ("yes_bid" in market) is (style != "dollars")
    assert ("yes_bid_dollars" in market) is (style != "cents")
    assert ("volume_fp" in market) is (style == "dollars")
    book = ask(f"{KALSHI}/markets/{market['ticker']}/orderbook", style=style)
    assert list(book) == ["orderbook_fp" if style == "dollars" else "orderbook"]
    (sides,) = book.values()
    side = sides["yes_dollars" if style == "dollars" else "yes"]
    assert side == sorted(side)
    assert all(isinstance(price, str if style == "dollars" else int) for price, _ in side)


def test_kalshi_ask_is_one_less_the_best_bid_for_no() -> None:
    for market in ask(f"{KALSHI}/markets", status="open")["markets"]:
        sides = ask(f"{KALSHI}/markets/{market['ticker']}/orderbook")["orderbook_fp"]
        if sides["no_dollars"] and sides["yes_dollars"]:
            best_no = Decimal(sides["no_dollars"][-1][0])
            assert Decimal(market["yes_ask_dollars"]) == 1 - best_no
            assert market["yes_bid_dollars"] == sides["yes_dollars"][-1][0]


def test_kalshi_final_market_pays_what_the_question_came_to() -> None:
    question = WORLD.question(*settled_question())
    market = ask(f"{KALSHI}/markets/{kalshi_market.ticker_of(question)}")["market"]
    assert market["status"] == "finalized"
    assert market["result"] == ("yes" if WORLD.comes_true(question) else "no")
    assert market["settlement_value_dollars"] in ("1.0000", "0.0000")


def test_binance_klines_are_oldest_first_and_count_their_weight() -> None:
    start = int(AT) * 1000 - 600_000
    url = f"{BINANCE}/klines"
    reply = reply_to(made(), url, symbol="BTCUSDT", interval="1m", startTime=start, limit=5)
    opened = [bar[0] for bar in reply.content]
    assert opened == sorted(opened)
    assert opened[0] >= start
    assert all(bar[6] == bar[0] + 59_999 for bar in reply.content)
    assert int(reply.headers["x-mbx-used-weight-1m"]) > 0


def test_coinbase_candles_are_newest_first_and_trades_page_by_header() -> None:
    rows = ask(f"{COINBASE}/BTC-USD/candles", granularity=60)
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert all(low <= min(opened, closed) and high >= max(opened, closed)
               for _, low, high, opened, closed, _ in rows)  # fmt: skip
    first = reply_to(made(), f"{COINBASE}/BTC-USD/trades", limit=3)
    second = reply_to(
        made(), f"{COINBASE}/BTC-USD/trades", limit=3, after=first.headers["cb-after"]
    )
    assert first.content[-1]["trade_id"] == second.content[0]["trade_id"] + 1


def test_coingecko_bars_are_stamped_at_their_close() -> None:
    bars = ask(f"{GECKO}/coins/bitcoin/ohlc", vs_currency="usd", days=1)
    assert bars[-1][0] <= AT * 1000
    assert {later[0] - earlier[0] for earlier, later in pairwise(bars)} == {1_800_000}


def test_spot_venues_agree_on_the_price_of_a_coin() -> None:
    binance = float(ask(f"{BINANCE}/ticker/price", symbol="BTCUSDT")["price"])
    coinbase = float(ask(f"{COINBASE}/BTC-USD/ticker")["price"])
    gecko = ask(f"{GECKO}/simple/price", ids="bitcoin", vs_currencies="usd")["bitcoin"]["usd"]
    assert binance == pytest.approx(coinbase, rel=0.001) == pytest.approx(gecko, rel=0.001)


def test_same_question_is_open_on_both_prediction_venues() -> None:
    theirs = {m["question"] for m in ask(KEYSET, limit=100, closed="false")["markets"]}
    ours = {m["title"] for m in ask(f"{KALSHI}/markets", status="open")["markets"]}
    assert theirs == ours
    assert len(ours) == sum(WORLD.state(q, AT) == OPEN for q in WORLD.asked(AT))


def test_weather_is_forecast_for_where_it_is_asked() -> None:
    point = ask("api.weather.gov/points/40.78,-73.97")["properties"]
    periods = ask(point["forecastHourly"].removeprefix("https://"))["properties"]["periods"]
    assert len(periods) == 156
    assert reply_to(made(), "api.weather.gov/points/0,0").status == 404
    days = ask("api.open-meteo.com/v1/forecast", daily="temperature_2m_max", forecast_days=3)
    assert len(days["daily"]["time"]) == len(days["daily"]["temperature_2m_max"]) == 3


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{BINANCE}/depth?", 400),
        (f"{COINBASE}/NOPE-USD", 404),
        (f"{KALSHI}/markets/NOPE", 404),
        (f"{CLOB}/markets/0x12", 404),
        ("nowhere.example/anything", 404),
    ],
)
def test_unknown_thing_is_an_error_and_no_crash(url: str, status: int) -> None:
    assert reply_to(made(), url.rstrip("?")).status == status


def test_endpoints_are_told_apart() -> None:
    assert len({(route.method, route.host, route.path) for route in ROUTES}) == len(ROUTES)


def test_binance_trades_by_number_begin_there_and_end_at_the_newest() -> None:
    newest = ask(f"{BINANCE}/aggTrades", symbol="BTCUSDT", limit=2)[-1]["a"]
    page = ask(f"{BINANCE}/aggTrades", symbol="BTCUSDT", limit=1000, fromId=newest - 4)
    assert [trade["a"] for trade in page] == list(range(newest - 4, newest + 1))


def test_both_interfaces_of_coinbase_show_the_same_book_and_newest_bars_first() -> None:
    advanced = "api.coinbase.com/api/v3/brokerage/market"
    book = ask(f"{COINBASE}/BTC-USD/book", level=2)
    same = ask(f"{advanced}/product_book", product_id="BTC-USD", limit=50)["pricebook"]
    assert [level[:2] for level in book["bids"]] == [list(row.values()) for row in same["bids"]]
    span = {"start": int(AT) - 7200, "end": int(AT), "granularity": "ONE_HOUR"}
    starts = [
        int(bar["start"]) for bar in ask(f"{advanced}/products/BTC-USD/candles", **span)["candles"]
    ]
    assert starts == sorted(starts, reverse=True)
    assert len(starts) >= 2
