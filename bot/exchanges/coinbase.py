"""Coinbase Exchange: newest first, cursors in headers."""

from datetime import datetime
from typing import Any

from bot.exchanges.ladder import coin_ladder
from bot.exchanges.spot_history import Deal, bars, coin_of, deals
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import COINS, DAY, Coin

NAME = "coinbase"
HOST = "api.exchange.coinbase.com"
_GRANULARITIES = (60, 300, 900, 3600, 21_600, 86_400)
_MOST_BARS = 300


def tick_of(coin: Coin) -> float:
    """The price step of a coin."""
    return 0.01 if coin.usual > 10 else 0.0001


def _coin(asked: Asked) -> Coin:
    base, _, quote = asked.named["product"].partition("-")
    found = coin_of(base) if quote == "USD" else None
    if found is None:
        raise Refused(404, {"message": "NotFound"})
    return found


def _product(coin: Coin) -> dict[str, Any]:
    return {
        "id": f"{coin.symbol}-USD",
        "base_currency": coin.symbol,
        "quote_currency": "USD",
        "quote_increment": f"{tick_of(coin):g}",
        "base_increment": "0.00000001",
        "display_name": f"{coin.symbol}-USD",
        "min_market_funds": "1",
        "margin_enabled": False,
        "post_only": False,
        "limit_only": False,
        "cancel_only": False,
        "status": "online",
        "status_message": "",
        "trading_disabled": False,
        "fx_stablecoin": False,
        "max_slippage_percentage": "0.02000000",
        "auction_mode": False,
        "high_bid_limit_percentage": "",
    }


def _products(asked: Asked) -> Reply:
    return Reply([_product(coin) for coin in COINS])


def _one_product(asked: Asked) -> Reply:
    return Reply(_product(_coin(asked)))


def price_of(value: float, coin: Coin) -> str:
    """A price with the digits of its step."""
    return f"{value:.{2 if coin.usual > 10 else 4}f}"


def _book(asked: Asked) -> Reply:
    coin, level = _coin(asked), asked.request.number("level", 1)
    tick = tick_of(coin)
    most = 1 if level == 1 else 50
    bids, asks = coin_ladder(asked.world, NAME, coin, asked.at, tick, most)
    rungs = {
        side: [
            [price_of(ticks * tick, coin), f"{size:g}", 1 + n % 3] for n, (ticks, size) in ladder
        ]
        for side, ladder in (("bids", enumerate(bids)), ("asks", enumerate(asks)))
    }
    return Reply(
        {
            **rungs,
            "sequence": int(asked.at * 100),
            "auction_mode": False,
            "auction": None,
            "time": iso(asked.at, micro=True),
        }
    )


def _ticker(asked: Asked) -> Reply:
    coin = _coin(asked)
    tick = tick_of(coin)
    bids, asks = coin_ladder(asked.world, NAME, coin, asked.at, tick, 1)
    (last,) = deals(asked.world, coin, asked.at, 1)
    return Reply(
        {
            "ask": price_of(asks[0][0] * tick, coin),
            "bid": price_of(bids[0][0] * tick, coin),
            "volume": f"{2e8 / coin.usual:.8f}",
            "trade_id": last.number,
            "price": price_of(last.price, coin),
            "size": f"{last.size:.8f}",
            "time": iso(last.at, micro=True),
            "rfq_volume": "0",
        }
    )


def _trades(asked: Asked) -> Reply:
    """Newest first; ``after`` pages to older trades, and the headers say how."""
    coin, request = _coin(asked), asked.request
    limit = min(max(request.number("limit", 1000), 1), 1000)
    until = min(asked.at, 2.0 * (request.number("after", 2**40) - 1))
    found = [d for d in deals(asked.world, coin, until, limit) if d.number > 0]
    if request.one("before"):
        found = [d for d in found if d.number > request.number("before", 0)]
    headers = (
        {"cb-before": str(found[0].number), "cb-after": str(found[-1].number)} if found else {}
    )
    return Reply([_trade(deal, coin) for deal in found], headers=headers)


def _trade(deal: Deal, coin: Coin) -> dict[str, Any]:
    # The side is the maker's: a taker that buys meets a resting sale.
    return {
        "trade_id": deal.number,
        "side": "sell" if deal.taker_buys else "buy",
        "size": f"{deal.size:.8f}",
        "price": f"{deal.price:.8f}",
        "time": iso(deal.at, micro=True),
    }


def _candles(asked: Asked) -> Reply:
    request, coin = asked.request, _coin(asked)
    length = request.number("granularity", 60)
    if length not in _GRANULARITIES:
        raise Refused(400, {"message": "Unsupported granularity"})
    end, start = asked.at, asked.at - _MOST_BARS * length
    if request.one("start") and request.one("end"):
        start, end = _instant(request.one("start")), _instant(request.one("end"))
    if (end - start) / length > _MOST_BARS:
        problem = "granularity too small for the requested time range."
        raise Refused(
            400, {"message": f"{problem} Count of aggregations requested exceeds {_MOST_BARS}"}
        )
    found = bars(asked.world, coin, int(start), int(min(end, asked.at)) + 1, length)
    rows = [
        [bar.start, *(round(p, 4) for p in (bar.low, bar.high, bar.open, bar.close)),
         round(bar.volume, 8)]
        for bar in found
    ]  # fmt: skip
    return Reply(rows[::-1][:_MOST_BARS])


def _instant(text: str) -> float:
    if text.isdigit():
        return float(text)
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise Refused(400, {"message": "Invalid time"}) from None


def _stats(asked: Asked) -> Reply:
    coin = _coin(asked)
    now, before = (asked.world.price(coin, asked.at - ago) for ago in (0, DAY))
    return Reply(
        {
            "open": price_of(before, coin),
            "high": price_of(max(now, before) * 1.01, coin),
            "low": price_of(min(now, before) * 0.99, coin),
            "last": price_of(now, coin),
            "volume": f"{2e8 / coin.usual:.8f}",
            "volume_30day": f"{6e9 / coin.usual:.8f}",
        }
    )


def _time(asked: Asked) -> Reply:
    return Reply({"iso": iso(asked.at, micro=True), "epoch": round(asked.at, 3)})


_PATHS = (
    ("/products", _products),
    ("/products/{product}", _one_product),
    ("/products/{product}/book", _book),
    ("/products/{product}/ticker", _ticker),
    ("/products/{product}/trades", _trades),
    ("/products/{product}/candles", _candles),
    ("/products/{product}/stats", _stats),
    ("/time", _time),
)


ROUTES = tuple(Route(NAME, HOST, "GET", path, answer) for path, answer in _PATHS)
