"""Coinbase as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import Clock
from chalicelib.venues.coinbase import advanced, exchange
from chalicelib.venues.coinbase.client import PACES, Coinbase
from chalicelib.venues.coinbase.settings import CoinbaseSettings
from chalicelib.venues.payload import load_json
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
PRODUCTS = ("BTC-USD", "ETH-USDC")
Answer = dict[str, Any]


def recorded(name: str) -> Any:
    """One of the answers kept beside this file, parsed as the client parses it."""
    return load_json((HERE / f"{name}.json").read_bytes())


def _plain(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def nothing_there() -> httpx.Response:
    """The venue's answer about what it does not know."""
    return reply({"message": "NotFound"}, 404)


@dataclass
class PlayedCoinbase:
    """Both interfaces to the same books; change their answers before asking.

    ``broken`` plays hosts that are out of order, each by how it answers.
    """

    products: list[Answer] = field(default_factory=lambda: _plain("exchange_products"))
    tickers: Answer = field(default_factory=lambda: _plain("exchange_tickers"))
    books: Answer = field(default_factory=lambda: _plain("exchange_books"))
    trades: list[Answer] = field(default_factory=lambda: _plain("exchange_trades"))
    candles: list[list[Any]] = field(default_factory=lambda: _plain("exchange_candles"))
    advanced_products: Answer = field(default_factory=lambda: _plain("advanced_products"))
    advanced_books: Answer = field(default_factory=lambda: _plain("advanced_books"))
    advanced_trades: Answer = field(default_factory=lambda: _plain("advanced_trades"))
    advanced_candles: Answer = field(default_factory=lambda: _plain("advanced_candles"))
    broken: dict[str, Callable[[], httpx.Response]] = field(default_factory=dict)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, clock: Clock | None = None, **settings: Any) -> Coinbase:
        """The real client over the real transport, talking to this venue."""
        chosen = CoinbaseSettings(**{"products": PRODUCTS, **settings})
        transport = self.network.transport("coinbase", PACES)
        return Coinbase(transport, chosen, clock or FrozenClock())

    def asked(self) -> list[str]:
        """Hosts and paths of the requests so far."""
        return [f"{r.url.host}{r.url.path}" for r in self.network.requests]

    def answer(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host in self.broken:
            return self.broken[host]()
        return self._exchange(request) if host == exchange.HOST else self._advanced(request)

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        parts = request.url.path.removeprefix("/products").split("/")
        if len(parts) == 1:
            return reply(self.products, packed=True)
        _, name, kind = parts
        query = request.url.params
        if kind == "candles" and name == "BTC-USD":
            return self._candles(query)
        if kind == "trades" and name == "BTC-USD":
            older = [t for t in self.trades if t["trade_id"] < int(query.get("after", 10**9))]
            return reply(older[: int(query["limit"])])
        found = {"ticker": self.tickers, "book": self.books}.get(kind, {}).get(name)
        return reply(found) if found else nothing_there()

    def _candles(self, query: httpx.QueryParams) -> httpx.Response:
        ends = (datetime.fromisoformat(query[name]).timestamp() for name in ("start", "end"))
        first, last = ends
        if (last - first) / int(query["granularity"]) >= 300:
            return reply({"message": "granularity too small for the requested time range"}, 400)
        return reply([bar for bar in self.candles if first <= bar[0] <= last])

    def _advanced(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(httpx.URL(advanced.MARKET).path)
        query = request.url.params
        if path == "/products":
            wanted = query.get_list("product_ids")
            listed = self.advanced_products["products"]
            return reply({"products": [p for p in listed if p["product_id"] in wanted]})
        if path == "/product_book":
            book = self.advanced_books.get(query["product_id"])
            return reply(book) if book else reply({"error": "NOT_FOUND"}, 404)
        if path.endswith("/candles"):
            first, last = int(query["start"]), int(query["end"])
            bars = self.advanced_candles["candles"]
            return reply({"candles": [b for b in bars if first <= int(b["start"]) <= last]})
        return reply(self.advanced_trades)


# What the contract suite of all venues asks for.

AFTER_SETTLEMENT = NOW
SETTLED_MARKETS: list[str] = []
UNSETTLED_MARKETS = [f"coinbase:{product}" for product in PRODUCTS]


def well() -> Coinbase:
    """The venue on a good day."""
    return PlayedCoinbase().client()


def out_of_reach() -> Coinbase:
    """The venue when every request fails."""
    return _always(lambda: reply({"message": "internal"}, 500))


def refusing() -> Coinbase:
    """The venue when it does not want us."""
    return _always(lambda: reply(b"error code: 1020", 403, content_type="text/plain"))


def talking_nonsense() -> list[Coinbase]:
    """The venue when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"message": "Oops"}')
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> Coinbase:
    played = PlayedCoinbase()
    played.network.handler = lambda request: answer()
    return played.client()
