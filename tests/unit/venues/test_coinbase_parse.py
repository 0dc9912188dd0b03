"""What Coinbase's answers mean here, through both interfaces, and which of them are refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.market import MarketStatus
from chalicelib.domain.order import Side
from chalicelib.venues.coinbase.parse import (
    LEVELS,
    read_advanced_book,
    read_advanced_product,
    read_exchange_book,
    read_exchange_product,
    read_ticker,
    read_top,
)
from chalicelib.venues.coinbase.past import (
    read_advanced_candle,
    read_advanced_trade,
    read_exchange_candle,
    read_exchange_trade,
)
from tests.payloads.coinbase.venue import recorded
from tests.unit.venues.played_http import NOW
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

OWN, HOUR = "coinbase:BTC-USD", timedelta(hours=1)
PRODUCT = recorded("exchange_products")[1]
ADVANCED = recorded("advanced_products")["products"][0]
TICKER = recorded("exchange_tickers")["BTC-USD"]
BOOK = recorded("exchange_books")["BTC-USD"]
ADVANCED_BOOK = recorded("advanced_books")["BTC-USD"]
TRADE = recorded("exchange_trades")[0]
ADVANCED_TRADE = recorded("advanced_trades")["trades"][0]
CANDLE = recorded("exchange_candles")[-1]
ADVANCED_CANDLE = recorded("advanced_candles")["candles"][-1]
FLAGS = ("trading_disabled", "cancel_only", "post_only", "limit_only", "auction_mode")


def status(**changes: Any) -> list[MarketStatus]:
    """What both interfaces' products with these changes mean."""
    advanced = read_advanced_product({**ADVANCED, **changes}, "p")
    assert advanced is not None
    return [read_exchange_product({**PRODUCT, **changes}, "p").terms.status, advanced.terms.status]


def test_product_means_the_same_through_both_interfaces() -> None:
    advanced = read_advanced_product(ADVANCED, "p")
    assert advanced is not None
    assert read_exchange_product(PRODUCT, "p").terms == advanced.terms
    terms = advanced.terms
    assert (terms.own_id, terms.base, terms.quote) == (OWN, "BTC", "USD")
    assert (terms.tick, terms.size_step) == (Decimal("0.01"), Decimal("0.00000001"))
    assert (terms.min_size, terms.min_notional) == (Decimal("0.00000001"), 1)


def test_product_online_without_restriction_is_open() -> None:
    assert status() == [MarketStatus.OPEN] * 2


@pytest.mark.parametrize("flag", FLAGS)
def test_product_that_does_not_take_all_kinds_of_orders_is_not_open(flag: str) -> None:
    assert status(**{flag: True}) == [MarketStatus.PAUSED] * 2


@pytest.mark.parametrize(
    ("word", "meaning"), [("offline", "paused"), ("internal", "paused"), ("delisted", "closed")]
)
def test_product_that_is_not_online_is_not_open(word: str, meaning: str) -> None:
    assert status(status=word) == [meaning] * 2


def test_product_of_unknown_status_is_refused_with_its_path() -> None:
    with pytest.raises(VenuePayloadError, match=r"p\.status is 'sleeping'"):
        read_exchange_product({**PRODUCT, "status": "sleeping"}, "p")


def test_product_from_before_2022_has_a_least_size() -> None:
    older = {**PRODUCT, "base_min_size": "0.001", "base_max_size": "280"}
    assert read_exchange_product(older, "p").terms.min_size == Decimal("0.001")


def test_product_that_is_a_future_is_passed_over() -> None:
    assert read_advanced_product({**ADVANCED, "product_type": "FUTURE"}, "p") is None


def test_product_of_advanced_trade_says_the_dollars_traded() -> None:
    product = read_advanced_product(ADVANCED, "p")
    assert product is not None
    assert product.volume == Decimal("320132513.05")


def test_ticker_is_a_quote_without_sizes_and_the_dollars_traded() -> None:
    top = read_ticker(TICKER, "BTC-USD", NOW)
    assert top.quote is not None
    assert (top.quote.bid, top.quote.ask) == (Decimal("64020.01"), Decimal("64020.15"))
    assert (top.quote.bid_size, top.quote.ask_size) == (None, None)
    assert top.quote.occurred_at == datetime(2026, 9, 14, 11, 59, 58, 270099, UTC)
    assert top.volume == Decimal("5000.5") * Decimal("64020.1")


@pytest.mark.parametrize("empty", ["", "0", None])
def test_ticker_of_an_empty_side_shows_none(empty: str | None) -> None:
    quote = read_ticker({**TICKER, "bid": empty}, "BTC-USD", NOW).quote
    assert quote is not None
    assert (quote.bid, quote.ask) == (None, Decimal("64020.15"))


def test_ticker_that_is_crossed_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="not below ask"):
        read_ticker({**TICKER, "bid": "64020.15"}, "BTC-USD", NOW)


def test_ticker_from_the_future_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="after we saw it"):
        read_ticker({**TICKER, "time": "2026-09-14T12:05:00Z"}, "BTC-USD", NOW)


def test_top_of_advanced_trade_has_its_sizes() -> None:
    quote = read_top(ADVANCED_BOOK, "BTC-USD", NOW).quote
    assert quote is not None
    assert (quote.bid_size, quote.ask_size) == (Decimal("0.25"), Decimal("0.5"))


def test_book_is_the_same_through_both_interfaces() -> None:
    one = read_exchange_book(BOOK, "BTC-USD", NOW)
    other = read_advanced_book(ADVANCED_BOOK, "BTC-USD", NOW)
    assert one is not None
    assert other is not None
    assert one.bids[:2] == other.bids
    assert one.asks == other.asks
    assert one.bids[1].size == Decimal("0.00000001")
    assert one.occurred_at == datetime(2026, 9, 14, 11, 59, 59, 500000, UTC)


def test_book_of_an_auction_is_no_book() -> None:
    assert read_exchange_book({**BOOK, "auction_mode": True}, "BTC-USD", NOW) is None


def test_book_without_a_time_is_of_when_it_was_seen() -> None:
    older = {name: BOOK[name] for name in ("bids", "asks", "sequence")}
    book = read_exchange_book(older, "BTC-USD", NOW)
    assert book is not None
    assert book.occurred_at == NOW


def test_book_is_read_as_deep_as_anybody_trades() -> None:
    deep = [[f"{64000 - n}", "1", 1] for n in range(20_000)]
    book = read_exchange_book({**BOOK, "bids": deep}, "BTC-USD", NOW)
    assert book is not None
    assert len(book.bids) == LEVELS
    assert book.bids[0].price == 64000


def test_book_of_another_product_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="asked for ETH-USD"):
        read_advanced_book(ADVANCED_BOOK, "ETH-USD", NOW)


@pytest.mark.parametrize(("rested", "taker"), [("sell", Side.BUY), ("buy", Side.SELL)])
def test_trade_of_the_exchange_was_taken_by_the_other_side(rested: str, taker: Side) -> None:
    assert read_exchange_trade({**TRADE, "side": rested}, "t", OWN).taker_side is taker


def test_trade_of_advanced_trade_does_not_say_who_took() -> None:
    trade = read_advanced_trade(ADVANCED_TRADE, "t", OWN)
    assert trade.taker_side is None
    assert (trade.trade_id, trade.price) == ("7105", Decimal("64020.5"))


def test_candle_of_the_exchange_has_its_low_and_high_in_front() -> None:
    candle = read_exchange_candle(CANDLE, "k", OWN, HOUR)
    assert candle.start == datetime(2026, 9, 14, tzinfo=UTC)
    assert (candle.low, candle.high) == (Decimal("64000.5"), Decimal("64100.25"))
    assert (candle.open, candle.close) == (Decimal(64010), Decimal("64050.75"))
    assert candle.volume == Decimal("12.5")


def test_candle_is_the_same_through_both_interfaces() -> None:
    assert read_exchange_candle(CANDLE, "k", OWN, HOUR) == read_advanced_candle(
        ADVANCED_CANDLE, "k", OWN, HOUR
    )


READERS: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "product": (PRODUCT, lambda raw: read_exchange_product(raw, "p").terms),
    "advanced product": (ADVANCED, lambda raw: (p := read_advanced_product(raw, "p")) and p.terms),
    "ticker": (TICKER, lambda raw: read_ticker(raw, "BTC-USD", NOW).quote),
    "top": (ADVANCED_BOOK, lambda raw: read_top(raw, "BTC-USD", NOW).quote),
    "book": (BOOK, lambda raw: read_exchange_book(raw, "BTC-USD", NOW)),
    "advanced book": (ADVANCED_BOOK, lambda raw: read_advanced_book(raw, "BTC-USD", NOW)),
    "trade": (TRADE, lambda raw: read_exchange_trade(raw, "t", OWN)),
    "advanced trade": (ADVANCED_TRADE, lambda raw: read_advanced_trade(raw, "t", OWN)),
    "candle": (CANDLE, lambda raw: read_exchange_candle(raw, "k", OWN, HOUR)),
    "advanced candle": (ADVANCED_CANDLE, lambda raw: read_advanced_candle(raw, "k", OWN, HOUR)),
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
