"""CoinGecko: index prices as JSON numbers, milliseconds, bars stamped at their close."""

from typing import Any

from bot.exchanges.spot_history import bars
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import COINS, DAY, Coin

NAME = "coingecko"
HOSTS = ("api.coingecko.com", "pro-api.coingecko.com")
BASE = "/api/v3"
_LONGEST_HISTORY = 366 * DAY


def _coin(asked: Asked) -> Coin:
    for coin in COINS:
        if coin.slug == asked.named["coin"]:
            return coin
    raise Refused(404, {"error": "coin not found"})


def _fields(asked: Asked, coin: Coin) -> dict[str, float]:
    now, before = (asked.world.price(coin, asked.at - ago) for ago in (0, DAY))
    return {"now": now, "before": before, "volume": 3e10 * coin.supply * coin.usual / 2e12}


def _simple_price(asked: Asked) -> Reply:
    request, found = asked.request, {}
    wanted = request.one("ids").split(",")
    for coin in (coin for coin in COINS if coin.slug in wanted):
        values = _fields(asked, coin)
        entry: dict[str, Any] = {"usd": values["now"]}
        if request.one("include_market_cap") == "true":
            entry["usd_market_cap"] = values["now"] * coin.supply
        if request.one("include_24hr_vol") == "true":
            entry["usd_24h_vol"] = values["volume"]
        if request.one("include_24hr_change") == "true":
            entry["usd_24h_change"] = 100 * (values["now"] / values["before"] - 1)
        if request.one("include_last_updated_at") == "true":
            entry["last_updated_at"] = int(asked.at) - 20
        found[coin.slug] = entry
    return Reply(found)


def _markets(asked: Asked) -> Reply:
    request = asked.request
    wanted = [name for name in request.one("ids").split(",") if name]
    size, page = min(request.number("per_page", 100), 250), request.number("page", 1)
    coins = [coin for coin in COINS if not wanted or coin.slug in wanted]
    coins = coins[(page - 1) * size : page * size]
    return Reply([_market(asked, coin) for coin in coins])


def _market(asked: Asked, coin: Coin) -> dict[str, Any]:
    values = _fields(asked, coin)
    now, before = values["now"], values["before"]
    return {
        "id": coin.slug,
        "symbol": coin.symbol.lower(),
        "name": coin.name,
        "image": "",
        "current_price": now,
        "market_cap": int(now * coin.supply),
        "market_cap_rank": COINS.index(coin) + 1,
        "fully_diluted_valuation": None,
        "total_volume": int(values["volume"]),
        "high_24h": max(now, before) * 1.01,
        "low_24h": min(now, before) * 0.99,
        "price_change_24h": now - before,
        "price_change_percentage_24h": 100 * (now / before - 1),
        "circulating_supply": coin.supply,
        "total_supply": coin.supply,
        "max_supply": None,
        "ath": coin.usual * 3,
        "atl": coin.usual / 99,
        "roi": None,
        "last_updated": iso(asked.at - 20)[:-1] + ".000Z",
    }


def _list(asked: Asked) -> Reply:
    return Reply(
        [{"id": c.slug, "symbol": c.symbol.lower(), "name": c.name, "platforms": {}} for c in COINS]
    )


def _chart(asked: Asked) -> Reply:
    days = asked.request.one("days", "1")
    span = 365.0 if days == "max" else float(asked.request.number("days", 1))
    return _points(asked, asked.at - span * DAY, asked.at)


def _range(asked: Asked) -> Reply:
    start, end = asked.request.number("from", 0), asked.request.number("to", int(asked.at))
    return _points(asked, start, min(end, asked.at))


def _points(asked: Asked, start: float, end: float) -> Reply:
    """Five minutes apart up to a day, an hour up to ninety, a day beyond."""
    coin, span = _coin(asked), end - start
    if start < asked.at - _LONGEST_HISTORY:
        raise Refused(401, {"error": {"status": {"error_code": 10012}}})
    step = 300 if span <= DAY else 3600 if span <= 90 * DAY else 86_400
    moments = range(int(start) - int(start) % step + step, int(end) + 1, step)
    prices = [[t * 1000, asked.world.price(coin, t)] for t in moments]
    return Reply(
        {
            "prices": prices,
            "market_caps": [[t, price * coin.supply] for t, price in prices],
            "total_volumes": [[t, price * 1000] for t, price in prices],
        }
    )


def _ohlc(asked: Asked) -> Reply:
    coin, days = _coin(asked), asked.request.number("days", 1)
    if days not in (1, 7, 14, 30, 90, 180, 365):
        raise Refused(400, {"error": "Invalid days parameter"})
    length = 1800 if days <= 2 else 14_400 if days <= 30 else 345_600
    found = bars(asked.world, coin, int(asked.at - days * DAY), int(asked.at) - length, length)
    return Reply(
        [[(bar.start + length) * 1000, bar.open, bar.high, bar.low, bar.close] for bar in found]
    )


_PATHS = (
    ("/ping", lambda asked: Reply({"gecko_says": "(V3) To the Moon!"})),
    ("/simple/price", _simple_price),
    ("/coins/markets", _markets),
    ("/coins/list", _list),
    ("/coins/{coin}/market_chart", _chart),
    ("/coins/{coin}/market_chart/range", _range),
    ("/coins/{coin}/ohlc", _ohlc),
)
ROUTES = tuple(
    Route(NAME, host, "GET", BASE + path, answer) for host in HOSTS for path, answer in _PATHS
)
