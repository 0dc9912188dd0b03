"""Binance spot: text for money, milliseconds, and weights in a header."""

import json
import re
from typing import Any

from bot.exchanges.ladder import coin_ladder
from bot.exchanges.spot_history import bars, coin_of, deals
from bot.exchanges.wire import Asked, Refused, Reply, Route
from bot.exchanges.world import COINS, DAY, Coin

NAME = "binance"
HOSTS = ("data-api.binance.vision", "api.binance.com")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WINDOW = 20.0
_UNKNOWN = {"code": -1121, "msg": "Invalid symbol."}


def _tick(coin: Coin) -> float:
    return 0.01 if coin.usual > 10 else 0.0001


def _money(value: float) -> str:
    return f"{value:.8f}"


def _coins(asked: Asked) -> tuple[list[Coin], bool]:
    """The coins asked about, and whether the answer is a list."""
    request = asked.request
    if request.one("symbols"):
        try:
            names = json.loads(request.one("symbols"))
        except ValueError:
            names = None
        if not isinstance(names, list) or len(names) != len(set(map(str, names))):
            raise Refused(400, {"code": -1100, "msg": "Illegal characters found in 'symbols'."})
        return [_coin(str(name)) for name in names], True
    if request.one("symbol"):
        return [_coin(request.one("symbol"))], False
    return list(COINS), True


def _coin(symbol: str) -> Coin:
    found = coin_of(symbol.removesuffix("USDT")) if symbol.endswith("USDT") else None
    if found is None:
        raise Refused(400, _UNKNOWN)
    return found


def _weighed(content: Any, asked: Asked, weight: int) -> Reply:
    # The count of a real minute would need memory; the world's own time stands in for it.
    used = str(weight + int(asked.at % 60))
    return Reply(content, headers={"x-mbx-used-weight-1m": used, "x-mbx-used-weight": used})


def _each(asked: Asked, weight: int, entry: Any) -> Reply:
    coins, is_list = _coins(asked)
    entries = [entry(asked, coin) for coin in coins]
    return _weighed(entries if is_list else entries[0], asked, weight)


def _best(asked: Asked, coin: Coin) -> dict[str, str]:
    tick = _tick(coin)
    bids, asks = coin_ladder(asked.world, NAME, coin, asked.at, tick, 1)
    return {
        "symbol": f"{coin.symbol}USDT",
        "bidPrice": _money(bids[0][0] * tick),
        "bidQty": _money(bids[0][1]),
        "askPrice": _money(asks[0][0] * tick),
        "askQty": _money(asks[0][1]),
    }


def _day(asked: Asked, coin: Coin) -> dict[str, Any]:
    now, before = (asked.world.price(coin, asked.at - ago) for ago in (0, DAY))
    volume = 4e8 / coin.usual
    mini = {
        "symbol": f"{coin.symbol}USDT",
        "openPrice": _money(before),
        "highPrice": _money(max(now, before) * 1.01),
        "lowPrice": _money(min(now, before) * 0.99),
        "lastPrice": _money(now),
        "volume": _money(volume),
        "quoteVolume": _money(volume * now),
        "openTime": int((asked.at - DAY) * 1000),
        "closeTime": int(asked.at * 1000),
        "firstId": int(asked.at - DAY) // 2,
        "lastId": int(asked.at) // 2,
        "count": 43_200,
    }
    if asked.request.one("type") == "MINI":
        return mini
    return {
        **mini,
        **{k: v for k, v in _best(asked, coin).items() if k != "symbol"},
        "priceChange": _money(now - before),
        "priceChangePercent": f"{100 * (now / before - 1):.3f}",
        "weightedAvgPrice": _money((now + before) / 2),
        "prevClosePrice": _money(before),
        "lastQty": _money(0.01),
    }


def _rules(coin: Coin) -> dict[str, Any]:
    tick, step = _money(_tick(coin)), "0.00001000" if coin.usual > 1000 else "0.01000000"
    return {
        "symbol": f"{coin.symbol}USDT",
        "status": "TRADING",
        "baseAsset": coin.symbol,
        "baseAssetPrecision": 8,
        "quoteAsset": "USDT",
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT"],
        "icebergAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000.00000000",
             "tickSize": tick},
            {"filterType": "LOT_SIZE", "minQty": step, "maxQty": "90000000.00000000",
             "stepSize": step},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True,
             "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
        ],
        "permissions": [],
    }  # fmt: skip


def _exchange_info(asked: Asked) -> Reply:
    coins, _ = _coins(asked)
    limit = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
             "limit": 6000}  # fmt: skip
    content = {
        "timezone": "UTC",
        "serverTime": int(asked.at * 1000),
        "rateLimits": [limit],
        "exchangeFilters": [],
        "symbols": [_rules(coin) for coin in coins],
    }
    return _weighed(content, asked, 20)


def _depth(asked: Asked) -> Reply:
    coin = _coin(asked.request.one("symbol"))
    limit, tick = asked.request.number("limit", 100), _tick(coin)
    bids, asks = coin_ladder(asked.world, NAME, coin, asked.at, tick, min(max(limit, 1), 500))
    content = {
        "lastUpdateId": int(asked.at * 10),
        "bids": [[_money(ticks * tick), _money(size)] for ticks, size in bids],
        "asks": [[_money(ticks * tick), _money(size)] for ticks, size in asks],
    }
    return _weighed(content, asked, 5 if limit <= 100 else 25)


def _klines(asked: Asked) -> Reply:
    request, coin = asked.request, _coin(asked.request.one("symbol"))
    interval = re.fullmatch(r"([0-9]{1,2})([smhdw])", request.one("interval"))
    if interval is None:
        raise Refused(400, {"code": -1120, "msg": "Invalid interval."})
    length = int(interval[1]) * _UNITS[interval[2]]
    limit = min(max(request.number("limit", 500), 1), 1000)
    end = min(request.number("endTime", int(asked.at * 1000)) // 1000, int(asked.at)) + 1
    start = request.number("startTime", (end - limit * length) * 1000) / 1000
    first = int(start) + (start % 1 > 0)
    return _weighed(
        [
            [
                bar.start * 1000, _money(bar.open), _money(bar.high), _money(bar.low),
                _money(bar.close), _money(bar.volume), (bar.start + length) * 1000 - 1,
                _money(bar.volume * bar.close), length, _money(bar.volume / 2),
                _money(bar.volume * bar.close / 2), "0",
            ]
            for bar in bars(
                asked.world, coin, first, min(end, first + (limit + 1) * length), length
            )
        ][:limit],
        asked,
        2,
    )  # fmt: skip


def _trades(asked: Asked) -> Reply:
    coin, limit = _coin(asked.request.one("symbol")), asked.request.number("limit", 500)
    newest = deals(asked.world, coin, asked.at, min(max(limit, 1), 1000))
    content = [
        {
            "id": deal.number,
            "price": _money(deal.price),
            "qty": _money(deal.size),
            "quoteQty": _money(deal.price * deal.size),
            "time": deal.at * 1000,
            "isBuyerMaker": not deal.taker_buys,
            "isBestMatch": True,
        }
        for deal in reversed(newest)
    ]
    return _weighed(content, asked, 25)


def _agg_trades(asked: Asked) -> Reply:
    request, coin = asked.request, _coin(asked.request.one("symbol"))
    limit = min(max(request.number("limit", 500), 1), 1000)
    end = min(request.number("endTime", int(asked.at * 1000)) / 1000, asked.at)
    if request.one("fromId"):
        end = min(2 * (request.number("fromId", 0) + limit - 1), end)
    elif request.one("startTime"):
        end = min(request.number("startTime", 0) / 1000 + 2 * limit, end)
    start, first = request.number("startTime", 0) / 1000, request.number("fromId", 0)
    newest = deals(asked.world, coin, end, limit)
    found = reversed([d for d in newest if d.at >= start and d.number >= first])
    content = [
        {
            "a": d.number, "p": _money(d.price), "q": _money(d.size), "f": d.number,
            "l": d.number, "T": d.at * 1000, "m": not d.taker_buys, "M": True,
        }
        for d in found
    ]  # fmt: skip
    return _weighed(content, asked, 4)


def _last(asked: Asked, coin: Coin) -> dict[str, str]:
    price = asked.world.price(coin, asked.at)
    return {"symbol": f"{coin.symbol}USDT", "price": _money(price)}


_PATHS = (
    ("ping", lambda asked: _weighed({}, asked, 1)),
    ("time", lambda asked: _weighed({"serverTime": int(asked.at * 1000)}, asked, 1)),
    ("exchangeInfo", _exchange_info),
    ("depth", _depth),
    ("ticker/bookTicker", lambda asked: _each(asked, 4, _best)),
    ("ticker/price", lambda asked: _each(asked, 4, _last)),
    ("ticker/24hr", lambda asked: _each(asked, 40, _day)),
    ("klines", _klines),
    ("trades", _trades),
    ("aggTrades", _agg_trades),
)
ROUTES = tuple(
    Route(NAME, host, "GET", f"/api/v3/{path}", answer) for host in HOSTS for path, answer in _PATHS
)
