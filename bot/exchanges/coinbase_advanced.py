"""Coinbase Advanced Trade, the part that needs no key: the same books under other names."""

from typing import Any

from bot.exchanges.coinbase import NAME, price_of, tick_of
from bot.exchanges.ladder import coin_ladder
from bot.exchanges.spot_history import bars, coin_of, deals
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import COINS, Coin

HOST = "api.coinbase.com"
BASE = "/api/v3/brokerage/market"
_GRANULARITIES = {
    "ONE_MINUTE": 60,
    "FIVE_MINUTE": 300,
    "FIFTEEN_MINUTE": 900,
    "THIRTY_MINUTE": 1800,
    "ONE_HOUR": 3600,
    "TWO_HOUR": 7200,
    "SIX_HOUR": 21_600,
    "ONE_DAY": 86_400,
}
_MOST_BARS = 350
_MOST_TRADES = 1000


def _coin(name: str) -> Coin:
    base, _, quote = name.partition("-")
    found = coin_of(base) if quote == "USD" else None
    if found is None:
        raise Refused(404, {"error": "NOT_FOUND", "error_details": "valid product_id is required"})
    return found


def _product(asked: Asked, coin: Coin) -> dict[str, Any]:
    return {
        "product_id": f"{coin.symbol}-USD",
        "price": price_of(asked.world.price(coin, asked.at), coin),
        "volume_24h": f"{2e8 / coin.usual:.8f}",
        "base_increment": "0.00000001",
        "quote_increment": f"{tick_of(coin):g}",
        "price_increment": f"{tick_of(coin):g}",
        "quote_min_size": "1",
        "base_min_size": "0.00000001",
        "base_name": coin.name,
        "quote_name": "US Dollar",
        "is_disabled": False,
        "status": "online",
        "cancel_only": False,
        "limit_only": False,
        "post_only": False,
        "trading_disabled": False,
        "auction_mode": False,
        "view_only": False,
        "product_type": "SPOT",
        "quote_currency_id": "USD",
        "base_currency_id": coin.symbol,
        "approximate_quote_24h_volume": "200000000",
        "best_bid_price": "",
        "best_ask_price": "",
    }


def _products(asked: Asked) -> Reply:
    wanted = asked.request.every("product_ids")
    listed = [_product(asked, c) for c in COINS if not wanted or f"{c.symbol}-USD" in wanted]
    return Reply({"products": listed, "num_products": len(listed)})


def _book(asked: Asked) -> Reply:
    coin, most = _coin(asked.request.one("product_id")), asked.request.number("limit", 50)
    tick = tick_of(coin)
    ladders = coin_ladder(asked.world, NAME, coin, asked.at, tick, min(max(most, 1), 50))
    bids, asks = (
        [{"price": price_of(ticks * tick, coin), "size": f"{size:g}"} for ticks, size in side]
        for side in ladders
    )
    pricebook = {
        "product_id": f"{coin.symbol}-USD",
        "bids": bids,
        "asks": asks,
        "time": iso(asked.at, micro=True),
    }
    return Reply({"pricebook": pricebook})


def _candles(asked: Asked) -> Reply:
    """Newest first; both ends count, and no more than 350 at once."""
    request, coin = asked.request, _coin(asked.named["product"])
    length = _GRANULARITIES.get(request.one("granularity"))
    start, end = request.number("start", 0), request.number("end", int(asked.at))
    if length is None or (end - start) / length > _MOST_BARS:
        raise Refused(400, {"error": "INVALID_ARGUMENT", "error_details": "too many candles"})
    found = bars(asked.world, coin, start, min(end, int(asked.at)) + 1, length)
    rows = [
        {
            "start": str(bar.start),
            **{side: f"{getattr(bar, side):.4f}" for side in ("low", "high", "open", "close")},
            "volume": f"{bar.volume:.8f}",
        }
        for bar in found
    ]
    return Reply({"candles": rows[::-1]})


def _ticker(asked: Asked) -> Reply:
    """The newest trades of a span, newest first."""
    request, coin = asked.request, _coin(asked.named["product"])
    limit = min(max(request.number("limit", 1), 1), _MOST_TRADES)
    until = min(request.number("end", int(asked.at)), asked.at)
    found = [
        d for d in deals(asked.world, coin, until, limit) if d.at >= request.number("start", 0)
    ]
    trades = [
        {
            "trade_id": str(deal.number),
            "product_id": f"{coin.symbol}-USD",
            "price": f"{deal.price:.8f}",
            "size": f"{deal.size:.8f}",
            "time": iso(deal.at, micro=True),
            "side": "BUY" if deal.taker_buys else "SELL",
        }
        for deal in found
    ]
    return Reply({"trades": trades, "best_bid": "", "best_ask": ""})


_PATHS = (
    ("/products", _products),
    ("/product_book", _book),
    ("/products/{product}/candles", _candles),
    ("/products/{product}/ticker", _ticker),
)
ROUTES = tuple(Route(NAME, HOST, "GET", BASE + path, answer) for path, answer in _PATHS)
