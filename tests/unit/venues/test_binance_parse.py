"""What Binance's answers mean here, and which of them are refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Side
from chalicelib.venues.binance.parse import (
    of_symbols,
    read_book,
    read_candle,
    read_quote,
    read_terms,
    read_trade,
    read_volume,
    require_answer,
)
from chalicelib.venues.spot import SpotTerms
from tests.payloads.binance.venue import recorded
from tests.unit.venues.played_http import NOW
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

HOUR = timedelta(hours=1)
BTC, ETH, TINY, CROSS = recorded("exchange_info")["symbols"]
TICKER = recorded("book_ticker")[1]
BOOK = recorded("depth")["BTCUSDT"]
KLINE = recorded("klines")[0]
AGGREGATED, SINGLE = recorded("agg_trades")[0], recorded("trades")[0]


def terms(symbol: Any = BTC, **changes: Any) -> SpotTerms:
    return read_terms({**symbol, **changes}, "s")


def test_symbol_is_read_with_the_steps_of_its_filters() -> None:
    found = terms()
    assert (found.own_id, found.base, found.quote) == ("binance:BTCUSDT", "BTC", "USDT")
    assert found.status is MarketStatus.OPEN
    assert (found.tick, found.size_step) == (Decimal("0.01"), Decimal("0.00001"))
    assert (found.min_size, found.min_notional) == (Decimal("0.00001"), 5)


def test_symbol_of_older_rules_has_its_least_notional_too() -> None:
    assert terms(ETH).min_notional == 10


def test_symbol_without_filters_trades_in_steps_of_its_precision() -> None:
    found = terms(filters=[], baseAssetPrecision=6, quotePrecision=2)
    assert (found.tick, found.size_step) == (Decimal("0.01"), Decimal("0.000001"))
    assert (found.min_size, found.min_notional) == (Decimal("0.000001"), 0)


def test_symbol_whose_filter_sets_no_step_trades_in_steps_of_its_precision() -> None:
    nothing = {"filterType": "LOT_SIZE", "minQty": "0.00000000", "stepSize": "0.00000000"}
    found = terms(filters=[nothing])
    assert found.size_step == found.min_size == Decimal("0.00000001")


def test_symbol_without_any_step_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match=r"s\.filters\.PRICE_FILTER\.tickSize is None"):
        terms(filters=[], quotePrecision=None)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [("TRADING", "open"), ("HALT", "paused"), ("BREAK", "paused"), ("END_OF_DAY", "paused")],
)
def test_symbol_is_open_while_it_is_traded(status: str, meaning: str) -> None:
    assert terms(status=status).status == meaning


def test_symbol_that_is_not_for_spot_is_paused() -> None:
    assert terms(isSpotTradingAllowed=False).status is MarketStatus.PAUSED


def test_unknown_status_is_refused_with_its_path() -> None:
    with pytest.raises(VenuePayloadError, match=r"s\.status is 'DANCING'"):
        terms(status="DANCING")


def test_quote_is_the_top_of_the_book_with_its_sizes() -> None:
    quote = read_quote(TICKER, "q", NOW)
    assert quote is not None
    assert (quote.bid, quote.ask) == (Decimal("64010.2"), Decimal("64010.21"))
    assert (quote.bid_size, quote.ask_size) == (Decimal("1.25"), Decimal("0.75"))
    assert quote.occurred_at == quote.seen_at == NOW


def test_quote_of_an_empty_side_shows_none() -> None:
    quote = read_quote({**TICKER, "bidPrice": "0.00000000", "bidQty": "0.00000000"}, "q", NOW)
    assert quote is not None
    assert (quote.bid, quote.bid_size) == (None, None)


def test_quote_of_two_empty_sides_is_none() -> None:
    empty = {**TICKER, "bidPrice": "0", "bidQty": "0", "askPrice": "0", "askQty": "0"}
    assert read_quote(empty, "q", NOW) is None


@pytest.mark.parametrize("bid", ["64010.21", "64011"])
def test_quote_that_is_crossed_or_locked_is_refused(bid: str) -> None:
    with pytest.raises(VenuePayloadError, match="not below ask"):
        read_quote({**TICKER, "bidPrice": bid}, "q", NOW)


def test_book_has_its_best_levels_first_and_every_digit() -> None:
    book = read_book(BOOK, "BTCUSDT", NOW)
    assert book is not None
    assert book.instrument_id == "binance:BTCUSDT"
    assert [level.price for level in book.bids] == [
        Decimal("64010.2"), Decimal("64010.1"), Decimal(64000),
    ]  # fmt: skip
    assert book.bids[1].size == Decimal("0.00000001")
    assert book.asks[0].size == Decimal("0.75")


def test_book_with_nothing_in_it_is_no_book() -> None:
    assert read_book({**BOOK, "bids": [], "asks": []}, "BTCUSDT", NOW) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bids": BOOK["bids"][::-1]}, "out of order"),
        ({"asks": [["64010.20", "1"]]}, "crossed"),
        ({"bids": [["64010.2", "1"], ["64010.2", "2"]]}, "out of order"),
        ({"bids": [["64010.2", "0.00000000"]]}, r"bids\[0\]"),
        ({"bids": [["64010.2"]]}, r"bids\[0\]"),
        ({"asks": [["64011", "1"], ["64012", "1e400"]]}, r"asks\[1\]"),
        ({"code": -1121, "msg": "Invalid symbol."}, "answered -1121: Invalid symbol"),
    ],
)
def test_book_that_cannot_be_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(VenuePayloadError, match=why):
        read_book({**BOOK, **change}, "BTCUSDT", NOW)


def test_candle_is_read_by_its_places() -> None:
    candle = read_candle(KLINE, "k", "binance:BTCUSDT", HOUR)
    assert candle.start == datetime(2026, 9, 14, tzinfo=UTC)
    assert candle.known_at == datetime(2026, 9, 14, 1, tzinfo=UTC)
    assert (candle.open, candle.high) == (Decimal(64000), Decimal("64050.5"))
    assert (candle.low, candle.close) == (Decimal("63960.25"), Decimal(64010))
    assert candle.volume == Decimal("20.125")


def test_candle_of_a_bulk_file_counts_in_microseconds_and_text() -> None:
    row = [str(KLINE[0] * 1000), *KLINE[1:6], str(KLINE[6] * 1000 + 999), *map(str, KLINE[7:])]
    assert read_candle(row, "k", "binance:BTCUSDT", HOUR) == read_candle(
        KLINE, "k", "binance:BTCUSDT", HOUR
    )


def test_candle_outside_its_own_low_and_high_is_refused() -> None:
    wrong = [KLINE[0], "64000", "64050", "64001", *KLINE[4:]]
    with pytest.raises(VenuePayloadError, match="outside its low and high"):
        read_candle(wrong, "k", "binance:BTCUSDT", HOUR)


@pytest.mark.parametrize(("resting", "taker"), [(True, Side.SELL), (False, Side.BUY)])
def test_trade_was_taken_by_the_side_that_did_not_rest(resting: bool, taker: Side) -> None:
    for wire, flag in ((AGGREGATED, "m"), (SINGLE, "isBuyerMaker")):
        assert read_trade({**wire, flag: resting}, "t", "binance:BTCUSDT").taker_side is taker


def test_trade_alone_and_put_together_are_read_alike() -> None:
    one = read_trade(SINGLE, "t", "binance:BTCUSDT")
    other = read_trade(AGGREGATED, "t", "binance:BTCUSDT")
    assert (one.trade_id, other.trade_id) == ("900", "500")
    assert (one.price, one.size, one.occurred_at) == (other.price, other.size, other.occurred_at)


def test_error_bodies_say_what_the_venue_said() -> None:
    with pytest.raises(VenueUnavailable, match="-1003: Too much"):
        require_answer({"code": -1003, "msg": "Too much request weight used"}, "x")
    with pytest.raises(VenuePayloadError, match="-1121: Invalid symbol"):
        require_answer({"code": -1121, "msg": "Invalid symbol."}, "x")


READERS: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "symbol": (BTC, lambda raw: read_terms(raw, "s")),
    "quote": (TICKER, lambda raw: read_quote(raw, "q", NOW)),
    "volume": (recorded("day_ticker")[0], lambda raw: read_volume(raw, "v")),
    "book": (BOOK, lambda raw: read_book(raw, "BTCUSDT", NOW)),
    "candle": (KLINE, lambda raw: read_candle(raw, "k", "binance:BTCUSDT", HOUR)),
    "trades put together": (AGGREGATED, lambda raw: read_trade(raw, "t", "binance:BTCUSDT")),
    "trade": (SINGLE, lambda raw: read_trade(raw, "t", "binance:BTCUSDT")),
}


@pytest.mark.parametrize("kind", READERS)
def test_poison_anywhere_is_refused_or_harmless(kind: str) -> None:
    good, read = READERS[kind]
    for path in places(good):
        for poison in POISON:
            try:
                found = read(poisoned(good, path, poison))
            except VenueError:
                continue
            assert_sound(found)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("poison", POISON, ids=lambda poison: str(poison)[:20])
def test_poison_instead_of_an_answer_is_refused(kind: str, poison: object) -> None:
    with pytest.raises(VenueError):
        READERS[kind][1](poison)


@pytest.mark.parametrize("symbol", [None, 7, ["BTCUSDT"], {"name": "BTCUSDT"}])
def test_list_in_which_no_entry_names_its_symbol_is_refused(symbol: object) -> None:
    with pytest.raises(VenuePayloadError, match="objects with a symbol"):
        of_symbols([{"symbol": symbol}], "binance bookTicker", {"BTCUSDT"})
