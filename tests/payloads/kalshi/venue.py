"""Kalshi as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import MarketData
from chalicelib.venues.kalshi.client import Kalshi
from chalicelib.venues.kalshi.hosts import PACES
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.payload import load_json
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
BASE = "/trade-api/v2"
Answer = dict[str, Any]


def recorded(name: str) -> Any:
    """One of the answers kept beside this file, parsed as the client parses it."""
    return load_json((HERE / f"{name}.json").read_bytes())


def _plain(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


@dataclass
class PlayedKalshi:
    """The exchange; change ``pages``, ``books`` and so on before asking."""

    pages: list[Answer] = field(
        default_factory=lambda: [_plain("events_page_1"), _plain("events_page_2")]
    )
    updated: list[Answer] = field(default_factory=list)
    ended: Answer = field(default_factory=lambda: _plain("markets_ended"))
    archived: Answer = field(default_factory=lambda: _plain("markets_archived"))
    series: Answer = field(default_factory=lambda: _plain("series"))
    books: Answer = field(default_factory=lambda: _plain("books"))
    candles: Answer = field(default_factory=lambda: _plain("candles"))
    trades: list[Answer] = field(
        default_factory=lambda: [_plain("trades_page_1"), _plain("trades_page_2")]
    )
    old_trades: list[Answer] = field(default_factory=lambda: [{"trades": [], "cursor": ""}])
    status: Answer = field(
        default_factory=lambda: {"exchange_active": True, "trading_active": True}
    )
    schedule: Answer = field(default_factory=lambda: {"standard_hours": []})
    cutoff: Answer = field(
        default_factory=lambda: {
            "market_settled_ts": "2026-07-01T00:00:00Z",
            "trades_created_ts": "2026-07-01T00:00:00Z",
        }
    )
    clock: FrozenClock = field(default_factory=FrozenClock)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> Kalshi:
        """The real client over the real transport, talking to this venue."""
        return Kalshi(
            self.network.transport("kalshi", PACES), KalshiSettings(**settings), self.clock
        )

    def paths(self) -> list[str]:
        """What has been asked for, in order."""
        return [request.url.path.removeprefix(BASE) for request in self.network.requests]

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, query = request.url.path.removeprefix(BASE), request.url.params
        whole: dict[str, Callable[[], Answer]] = {
            "/events": lambda: _paged(self.pages, query.get("cursor")),
            "/markets": lambda: self._markets(query),
            "/historical/markets": lambda: _named(self.archived, query["tickers"].split(",")),
            "/markets/orderbooks": lambda: self._books(query.get_list("tickers")),
            "/markets/candlesticks": lambda: self._many(query["market_tickers"].split(",")),
            "/markets/trades": lambda: _paged(self.trades, query.get("cursor")),
            "/historical/trades": lambda: _paged(self.old_trades, query.get("cursor")),
            "/series": lambda: self._series(query["category"]),
            "/exchange/status": lambda: self.status,
            "/exchange/schedule": lambda: {"schedule": self.schedule},
            "/historical/cutoff": lambda: self.cutoff,
        }
        if path in whole:
            return reply(whole[path](), packed=True)
        found = self._one(path.split("/")[1:])
        return reply(found) if found else reply({"error": {"code": "not_found"}}, 404)

    def _one(self, parts: list[str]) -> Answer | None:
        match parts:
            case ["events", ticker]:
                found = [event for event in self._events() if event["event_ticker"] == ticker]
                return {"event": found[0], "markets": []} if found else None
            case ["series", ticker]:
                known = [one for one in self.series["series"] if one["ticker"] == ticker]
                return {"series": known[0]} if known else None
            case ["markets", ticker, "orderbook"]:
                books = self._books([ticker])["orderbooks"]
                return books[0] if books else None
            case ["series", _, "markets", ticker, "candlesticks"]:
                return self.candles if ticker == self.candles["ticker"] else None
            case ["historical", "markets", ticker, "candlesticks"]:
                return {"ticker": ticker, "candlesticks": []}
        return None

    def _events(self) -> list[Answer]:
        return [event for page in self.pages for event in page["events"]]

    def _markets(self, query: httpx.QueryParams) -> Answer:
        if "min_updated_ts" in query:
            return {"markets": self.updated, "cursor": ""}
        listed = [market for event in self._events() for market in event["markets"]]
        every = {"markets": [*listed, *self.updated, *self.ended["markets"]]}
        return _named(every, query["tickers"].split(","))

    def _books(self, tickers: list[str]) -> Answer:
        return {"orderbooks": [b for b in self.books["orderbooks"] if b["ticker"] in tickers]}

    def _many(self, tickers: list[str]) -> Answer:
        ours = [self.candles["ticker"]] if self.candles["ticker"] in tickers else []
        candles = self.candles["candlesticks"]
        return {"markets": [{"market_ticker": t, "candlesticks": candles} for t in ours]}

    def _series(self, category: str) -> Answer:
        return {"series": [s for s in self.series["series"] if s["category"] == category]}


def _paged(pages: list[Answer], cursor: str | None) -> Answer:
    cursors = [None, *(page.get("cursor") for page in pages)]
    return pages[cursors.index(cursor)]


def _named(markets: Answer, tickers: list[str]) -> Answer:
    return {"markets": [m for m in markets["markets"] if m["ticker"] in tickers], "cursor": ""}


# What the contract suites of all venues ask for.

AFTER_SETTLEMENT = NOW
SETTLED_MARKETS = [
    *(f"kalshi:KXOLD-26AUG-{end}" for end in ("YES", "NO", "VOID")),
    "kalshi:KXOLD-26JAN-CENT",
]
UNSETTLED_MARKETS = [
    *(f"kalshi:KXOLD-26AUG-{end}" for end in ("DET", "DIS", "AMD", "SHUT")),
    "kalshi:KXCUP-26SEP-ADA",
]

HISTORY_INSTRUMENTS = ["kalshi:KXCUP-26SEP-ADA:yes", "kalshi:KXCUP-26SEP-ADA:no"]
HISTORY_SPAN = (NOW - timedelta(hours=4), NOW + timedelta(hours=2))
HISTORY_INTERVAL = timedelta(hours=1)


def well() -> MarketData:
    """The venue on a good day."""
    return PlayedKalshi().client()


def out_of_reach() -> MarketData:
    """The venue when every request fails."""
    return _always(lambda: reply({"error": {"code": "internal"}}, 500))


def refusing() -> MarketData:
    """The venue when it does not want us."""
    return _always(lambda: reply(b"blocked", 403, content_type="text/plain"))


def talking_nonsense() -> list[MarketData]:
    """The venue when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"error": "Too Many"}')
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> MarketData:
    played = PlayedKalshi()
    played.network.handler = lambda request: answer()
    return played.client()
