"""Binance as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import Clock
from chalicelib.venues.binance.client import PACE, Binance
from chalicelib.venues.binance.settings import BinanceSettings
from chalicelib.venues.payload import load_json
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
SYMBOLS = ("BTCUSDT", "ETHUSDC", "TINYUSDT")
Answer = dict[str, Any]


def recorded(name: str) -> Any:
    """One of the answers kept beside this file, parsed as the client parses it."""
    return load_json((HERE / f"{name}.json").read_bytes())


def _plain(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def error(code: int, words: str, status: int = 400, **headers: str) -> httpx.Response:
    """One of the venue's error bodies."""
    return reply({"code": code, "msg": words}, status, **headers)


@dataclass
class PlayedBinance:
    """One exchange behind all its hosts; change its answers before asking.

    ``broken`` plays hosts that are out of order, each by how it answers.
    """

    rules: Answer = field(default_factory=lambda: _plain("exchange_info"))
    tickers: list[Answer] = field(default_factory=lambda: _plain("book_ticker"))
    days: list[Answer] = field(default_factory=lambda: _plain("day_ticker"))
    depth: Answer = field(default_factory=lambda: _plain("depth"))
    klines: list[list[Any]] = field(default_factory=lambda: _plain("klines"))
    agg_trades: list[Answer] = field(default_factory=lambda: _plain("agg_trades"))
    broken: dict[str, Callable[[], httpx.Response]] = field(default_factory=dict)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, clock: Clock | None = None, **settings: Any) -> Binance:
        """The real client over the real transport, talking to this venue."""
        chosen = BinanceSettings(**{"symbols": SYMBOLS, **settings})
        transport = self.network.transport("binance", dict.fromkeys(chosen.hosts, PACE))
        return Binance(transport, chosen, clock or FrozenClock())

    def asked(self) -> list[str]:
        """The paths of the requests so far, without what they all begin with."""
        return [r.url.path.removeprefix("/api/v3/") for r in self.network.requests]

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.broken:
            return self.broken[request.url.host]()
        path, query = request.url.path.removeprefix("/api/v3/"), request.url.params
        answers: Mapping[str, Callable[[httpx.QueryParams], httpx.Response]] = {
            "exchangeInfo": self._rules,
            "ticker/bookTicker": lambda _: reply(self.tickers, packed=True),
            "ticker/24hr": self._days,
            "depth": self._depth,
            "klines": self._klines,
            "aggTrades": self._trades,
        }
        return answers[path](query)

    def _rules(self, query: httpx.QueryParams) -> httpx.Response:
        wanted = json.loads(query["symbols"]) if "symbols" in query else [query["symbol"]]
        found = [entry for entry in self.rules["symbols"] if entry["symbol"] in wanted]
        if len(found) < len(wanted):
            return error(-1121, "Invalid symbol.")
        return reply({**self.rules, "symbols": found})

    def _days(self, query: httpx.QueryParams) -> httpx.Response:
        wanted = json.loads(query["symbols"])
        return reply([entry for entry in self.days if entry["symbol"] in wanted])

    def _depth(self, query: httpx.QueryParams) -> httpx.Response:
        book = self.depth.get(query["symbol"])
        return reply(book) if book else error(-1121, "Invalid symbol.")

    def _klines(self, query: httpx.QueryParams) -> httpx.Response:
        first, last = int(query["startTime"]), int(query["endTime"])
        found = [bar for bar in self.klines if first <= bar[0] <= last]
        return reply(found[: int(query["limit"])])

    def _trades(self, query: httpx.QueryParams) -> httpx.Response:
        number, time = int(query.get("fromId", 0)), int(query.get("startTime", 0))
        found = [t for t in self.agg_trades if t["a"] >= number and t["T"] >= time]
        return reply(found[: int(query["limit"])])


# What the contract suite of all venues asks for.

AFTER_SETTLEMENT = NOW
SETTLED_MARKETS: list[str] = []
UNSETTLED_MARKETS = [f"binance:{symbol}" for symbol in SYMBOLS]


def well() -> Binance:
    """The venue on a good day."""
    return PlayedBinance().client()


def out_of_reach() -> Binance:
    """The venue when every request fails."""
    return _always(lambda: reply({"code": -1000, "msg": "internal"}, 500))


def refusing() -> Binance:
    """The venue when it does not want us."""
    return _always(lambda: error(0, "Service unavailable from a restricted location", 451))


def talking_nonsense() -> list[Binance]:
    """The venue when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"code": -1102, "msg": "?"}')
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> Binance:
    played = PlayedBinance()
    played.network.handler = lambda request: answer()
    return played.client()
