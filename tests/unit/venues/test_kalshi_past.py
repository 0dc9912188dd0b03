"""What Kalshi's candles and trades mean here, in every format they have had."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.venues.kalshi.past import CandlesPage, candles_of, older_and_newer, read_trade
from chalicelib.venues.kalshi.schemas import KalshiSide
from chalicelib.venues.payload import read_model
from tests.payloads.kalshi.venue import recorded
from tests.unit.venues.played_http import NOW, attempt
from tests.unit.venues.poison import POISON, assert_sound, places, poisoned

TRADED, IDLE, ONE_SIDED, *_ = recorded("candles")["candlesticks"]
TRADE: dict[str, Any] = recorded("trades_page_1")["trades"][0]
HOUR = timedelta(hours=1)
YES, NO = KalshiSide


def candles(raw: object, side: KalshiSide = YES) -> list[Candle]:
    page = read_model(CandlesPage, {"candlesticks": [raw]}, "c")
    return candles_of(page.candlesticks, "T", side, HOUR, "c")


def figures(candle: Candle) -> list[str]:
    prices = (candle.open, candle.high, candle.low, candle.close)
    return [f"{price.normalize():f}" for price in prices]


def renamed(raw: dict[str, Any], *, cents: bool) -> dict[str, Any]:
    """The candle under the names without endings, in text or in cents."""
    found: dict[str, Any] = {"end_period_ts": raw["end_period_ts"], "volume": raw["volume_fp"]}
    for name in ("price", "yes_bid", "yes_ask"):
        bar = {key.removesuffix("_dollars"): value for key, value in raw[name].items()}
        found[name] = {k: int(Decimal(v) * 100) if cents else v for k, v in bar.items()}
    return found


def test_candle_of_trades_begins_one_interval_before_its_end() -> None:
    (candle,) = candles(TRADED)
    assert candle.start == NOW - timedelta(hours=4)
    assert candle.known_at == NOW - timedelta(hours=3)
    assert figures(candle) == ["0.41", "0.44", "0.4", "0.42"]
    assert candle.basis is PriceBasis.TRADE
    assert candle.volume == Decimal("310.25")
    assert (candle.bid, candle.ask) == (Decimal("0.41"), Decimal("0.44"))


def test_candle_of_no_is_the_candle_of_yes_upside_down() -> None:
    (candle,) = candles(TRADED, NO)
    assert figures(candle) == ["0.59", "0.6", "0.56", "0.58"]
    assert (candle.bid, candle.ask) == (Decimal("0.56"), Decimal("0.59"))
    assert candle.volume == Decimal("310.25")


def test_candle_without_trades_lies_between_bid_and_ask() -> None:
    (candle,) = candles(IDLE)
    assert candle.basis is PriceBasis.MID
    assert figures(candle) == ["0.415", "0.435", "0.405", "0.425"]
    assert candle.volume == 0


def test_interval_without_trades_and_with_an_empty_side_has_no_candle() -> None:
    assert candles(ONE_SIDED) == []
    assert candles({"end_period_ts": 1789387200, "price": None}) == []


def test_candle_of_trades_shows_no_quote_where_a_side_was_empty() -> None:
    (candle,) = candles({**ONE_SIDED, "price": TRADED["price"]})
    assert (candle.bid, candle.ask) == (Decimal("0.41"), None)


@pytest.mark.parametrize("cents", [False, True], ids=["historical text", "whole cents"])
def test_candle_under_the_older_names_is_the_same_candle(cents: bool) -> None:
    whole = {**TRADED, "price": {k: v for k, v in TRADED["price"].items() if "mean" not in k}}
    assert candles(renamed(whole, cents=cents)) == candles(TRADED)


def test_candle_of_an_idle_interval_with_nulls_is_read_as_idle() -> None:
    nulls = {**dict.fromkeys(("open", "high", "low", "close", "mean")), "previous": 42}
    assert candles({**IDLE, "price": nulls}) == candles(IDLE)


def test_candle_outside_its_own_low_and_high_is_refused() -> None:
    price = {**TRADED["price"], "high_dollars": "0.4050"}
    with pytest.raises(VenuePayloadError, match=r"c\.candlesticks\[0\]"):
        candles({**TRADED, "price": price})


def trade(side: KalshiSide = YES, /, **changes: Any) -> PublicTrade:
    return read_trade({**TRADE, **changes}, "t", side)


def test_trade_is_one_of_both_contracts_with_its_taker_on_one_side() -> None:
    yes, no = trade(YES), trade(NO)
    assert (yes.price, yes.size, yes.taker_side) == (Decimal("0.43"), 12, Side.BUY)
    assert (no.price, no.size, no.taker_side) == (Decimal("0.57"), 12, Side.SELL)
    assert yes.trade_id == no.trade_id
    assert yes.occurred_at == datetime(2026, 9, 14, 11, 30, 0, 500000, UTC)


@pytest.mark.parametrize(
    ("stated", "taker"),
    [
        ({"taker_outcome_side": "no"}, Side.SELL),
        ({"taker_outcome_side": None, "taker_side": "no"}, Side.SELL),
        ({"taker_outcome_side": None, "taker_side": None, "taker_book_side": "ask"}, Side.SELL),
        ({"taker_outcome_side": None, "taker_side": None, "taker_book_side": None}, None),
    ],
)
def test_taker_of_a_trade_is_read_from_any_of_its_names(
    stated: dict[str, Any], taker: Side | None
) -> None:
    assert trade(**stated).taker_side is taker


def test_trade_in_whole_cents_is_the_same_trade() -> None:
    old = {name: v for name, v in TRADE.items() if not name.endswith(("_dollars", "_fp"))}
    old |= {"yes_price": 43, "no_price": 57, "count": 12, "price": Decimal("0.43")}
    assert read_trade(old, "t", YES) == trade(YES)


@pytest.mark.parametrize("whole", [TRADED, IDLE], ids=["traded", "idle"])
def test_poison_in_any_place_of_a_candle_is_refused_or_harmless(whole: dict[str, Any]) -> None:
    for path in places(whole):
        for poison in POISON:
            found = attempt(partial(candles, poisoned(whole, path, poison)))
            if isinstance(found, VenueError):
                assert found.message.startswith("c.candlesticks")
            else:
                assert_sound(tuple(found))


def test_poison_in_any_field_of_a_trade_is_refused_or_harmless() -> None:
    for path in places(TRADE):
        for poison in POISON:
            found = attempt(partial(read_trade, poisoned(TRADE, path, poison), "t", NO))
            if isinstance(found, VenueError):
                assert found.message.startswith("t")
            else:
                assert_sound(found)
                assert found.trade_id.isprintable()


@pytest.mark.parametrize(
    ("cutoff", "older", "newer"),
    [(None, 0, 4), (-1, 0, 4), (0, 0, 4), (1, 1, 3), (4, 4, 0), (9, 4, 0)],
)
def test_span_is_cut_where_the_venue_has_moved_its_past(
    cutoff: int | None, older: int, newer: int
) -> None:
    edge = None if cutoff is None else NOW + cutoff * HOUR
    first, second = older_and_newer(NOW, NOW + 4 * HOUR, edge)
    assert (first[0], second[1]) == (NOW, NOW + 4 * HOUR)
    assert first[1] == second[0]
    assert first[1] - first[0] == older * HOUR
    assert second[1] - second[0] == newer * HOUR
