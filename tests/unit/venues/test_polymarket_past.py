"""What Polymarket's price points and trades mean here, and where they are asked for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.order import Side
from chalicelib.domain.public import PriceBasis
from chalicelib.venues.polymarket.hosts import DATA, EXCHANGE
from chalicelib.venues.polymarket.past import candles_of, numbered, read_points, read_trade
from tests.payloads.polymarket.venue import PlayedPolymarket, condition, recorded, token
from tests.unit.venues.played_http import NOW, attempt, reply, run
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

HOUR = timedelta(hours=1)
UP = f"polymarket:{token(1, 0)}"
POINTS: dict[str, Any] = {"history": recorded("prices")["history"][:4]}
LATER: dict[str, Any] = recorded("later_prices")
TRADE: dict[str, Any] = recorded("trades_page_1")["data"][0]
FIRST_VERSION = {
    "proxyWallet": "0x0", "side": "BUY", "asset": token(1, 0), "conditionId": condition(1),
    "size": Decimal("12.5"), "price": Decimal("0.44"), "timestamp": TRADE["timestamp"],
    "outcome": "Up", "outcomeIndex": 0, "transactionHash": TRADE["transaction_hash"],
}  # fmt: skip


@pytest.fixture
def played() -> PlayedPolymarket:
    return PlayedPolymarket()


def hosts(played: PlayedPolymarket) -> list[str]:
    return [request.url.host for request in played.network.requests]


def test_candle_is_made_of_all_points_of_its_interval() -> None:
    raw = {"history": [{"t": 1789380000 + 600 * n, "p": p} for n, p in enumerate([5, 7, 3, 4])]}
    raw["history"] = [{**point, "p": Decimal(point["p"]) / 10} for point in raw["history"]]
    (candle,) = candles_of(read_points(raw, "p", HOUR), UP, HOUR)
    assert candle.start == datetime(2026, 9, 14, 10, tzinfo=UTC)
    prices = (candle.open, candle.high, candle.low, candle.close)
    assert prices == tuple(Decimal(p) for p in ("0.5", "0.7", "0.3", "0.4"))
    assert (candle.basis, candle.volume) == (PriceBasis.MID, None)


def test_points_out_of_order_make_the_same_candle() -> None:
    turned = {"history": POINTS["history"][::-1]}
    assert candles_of(read_points(turned, "p", HOUR), UP, HOUR) == candles_of(
        read_points(POINTS, "p", HOUR), UP, HOUR
    )


def test_price_that_is_kept_too_coarsely_makes_no_candle() -> None:
    points = read_points(LATER, "p", HOUR)
    assert len(points) == 6
    assert len(read_points(LATER, "p", timedelta(days=1))) == 7


def test_trade_of_the_first_version_is_the_same_trade() -> None:
    assert read_trade(FIRST_VERSION, "t") == read_trade(TRADE, "t")
    _, trade = read_trade(TRADE, "t")
    assert (trade.instrument_id, trade.taker_side) == (UP, Side.BUY)
    assert (trade.price, trade.size) == (Decimal("0.44"), Decimal("12.5"))


def test_trades_alike_in_one_transaction_are_told_apart() -> None:
    _, trade = read_trade(TRADE, "t")
    ids = [one.trade_id for one in numbered([trade, trade])]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("whole", [POINTS, LATER], ids=["exchange", "data service"])
def test_poison_in_any_place_of_a_price_is_refused_or_harmless(whole: dict[str, Any]) -> None:
    for path in places(whole):
        for poison in POISON:
            found = attempt(partial(read_points, poisoned(whole, path, poison), "p", HOUR))
            if isinstance(found, VenueError):
                assert isinstance(found, VenuePayloadError)
                continue
            assert_sound(tuple(candles_of(found, UP, HOUR)))


@pytest.mark.parametrize("whole", [TRADE, FIRST_VERSION], ids=["second", "first"])
def test_poison_in_any_field_of_a_trade_is_refused_or_harmless(whole: dict[str, Any]) -> None:
    for path in places(whole):
        for poison in POISON:
            found = attempt(partial(read_trade, poisoned(whole, path, poison), "t"))
            if isinstance(found, VenueError):
                assert isinstance(found, VenuePayloadError)
                continue
            assert_sound(found[1])
            assert found[1].trade_id.isprintable()


def test_candles_are_asked_for_in_windows_of_15_days(played: PlayedPolymarket) -> None:
    start = NOW - timedelta(days=40)
    run(played.client().candles(UP, HOUR, start, NOW))
    asked = [request.url.params for request in played.network.requests]
    spans = [int(query["endTs"]) - int(query["startTs"]) for query in asked]
    assert spans == [15 * 86400, 15 * 86400, 10 * 86400]
    assert {query["market"] for query in asked} == {token(1, 0)}


def test_prices_that_the_exchange_has_no_more_come_from_the_data_service(
    played: PlayedPolymarket,
) -> None:
    played.prices = {"history": []}
    candles = run(played.client().candles(UP, HOUR, NOW - timedelta(hours=4), NOW))
    assert hosts(played) == [EXCHANGE, DATA]
    assert [candle.start for candle in candles] == [NOW - timedelta(hours=3)]
    query = played.network.requests[1].url.params
    assert (query["token_id"], query["bucket_seconds"]) == (token(1, 0), "60")


def test_trades_are_read_back_until_the_start_and_no_further(played: PlayedPolymarket) -> None:
    trades = run(played.client().trades(UP, NOW - timedelta(hours=4), NOW))
    assert [str(trade.price) for trade in trades] == ["0.42", "0.43", "0.43", "0.44"]
    asked = [request.url.params.get("cursor") for request in played.network.requests[1:]]
    assert asked == [None, "older"]
    assert played.network.requests[1].url.params["condition"] == condition(1)


def test_market_of_an_outcome_is_asked_for_once(played: PlayedPolymarket) -> None:
    venue = played.client()
    run(venue.trades(UP, NOW - timedelta(minutes=5), NOW))
    before = len(played.network.requests)
    run(venue.trades(f"polymarket:{token(1, 1)}", NOW - timedelta(minutes=5), NOW))
    assert hosts(played)[before:] == [DATA]


def test_closed_market_of_an_outcome_is_found_too(played: PlayedPolymarket) -> None:
    run(played.client().trades(f"polymarket:{token(11, 0)}", NOW - timedelta(minutes=5), NOW))
    query = played.network.requests[-1].url.params
    assert query["condition"] == condition(11)


def test_outcome_that_no_market_has_is_refused(played: PlayedPolymarket) -> None:
    with pytest.raises(VenueUnavailable, match="no market with the outcome"):
        run(played.client().trades("polymarket:123", NOW - HOUR, NOW))


def test_refusal_sent_as_a_success_is_a_refusal(played: PlayedPolymarket) -> None:
    good = played.network.handler
    played.network.handler = lambda request: (
        reply({"error": "Too Many Requests"}) if request.url.host == DATA else good(request)
    )
    with pytest.raises(VenueUnavailable, match="Too Many Requests"):
        run(played.client().trades(UP, NOW - HOUR, NOW))


def test_clock_that_is_no_time_is_not_an_open_exchange(played: PlayedPolymarket) -> None:
    played.network.handler = lambda request: reply({"time": "soon"})
    with pytest.raises(VenuePayloadError, match="polymarket time"):
        run(played.client().status())
