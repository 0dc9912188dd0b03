"""Polymarket as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import MarketData
from chalicelib.venues.payload import load_json
from chalicelib.venues.polymarket.client import Polymarket
from chalicelib.venues.polymarket.hosts import CATALOGUE, DATA, PACES
from chalicelib.venues.polymarket.settings import PolymarketSettings
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
Answer = dict[str, Any]


def condition(number: int) -> str:
    """The condition id of a played market."""
    return "0x" + f"{number:02x}" * 32


def token(number: int, side: int) -> str:
    """The token of a played market's outcome 0 or 1."""
    return f"{7000 + number}{'0' * 60}{side + 1}"


def recorded(name: str) -> Any:
    """One of the answers kept beside this file, parsed as the client parses it."""
    return load_json((HERE / f"{name}.json").read_bytes())


def _plain(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


@dataclass
class PlayedPolymarket:
    """The catalogue and the exchange; change ``pages``, ``books`` and so on before asking."""

    pages: list[Answer] = field(
        default_factory=lambda: [_plain("markets_page_1"), _plain("markets_page_2")]
    )
    closed: Answer = field(default_factory=lambda: _plain("markets_closed"))
    exchange: Answer = field(default_factory=lambda: _plain("exchange_markets"))
    books: list[Answer] = field(default_factory=lambda: _plain("books"))
    prices: Answer = field(default_factory=lambda: _plain("prices"))
    later_prices: Answer = field(default_factory=lambda: _plain("later_prices"))
    trades: list[Answer] = field(
        default_factory=lambda: [_plain("trades_page_1"), _plain("trades_page_2")]
    )
    resolution_rows: list[Answer] = field(default_factory=list)
    terse: dict[str, Answer] = field(default_factory=dict)
    events: dict[str, Answer] = field(default_factory=dict)
    clock: FrozenClock = field(default_factory=FrozenClock)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> Polymarket:
        """The real client over the real transport, talking to this venue."""
        return Polymarket(
            self.network.transport("polymarket", PACES),
            PolymarketSettings(**settings),
            self.clock,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        query, path = request.url.params, request.url.path
        if path.startswith("/events/"):
            found = self.events.get(path.removeprefix("/events/"), 404)
            return reply({}, found) if isinstance(found, int) else reply(found)
        if request.url.host == CATALOGUE:
            return reply(self._catalogue(query), packed=True)
        if request.url.host == DATA:
            return reply(self._data(path, query))
        if path == "/books":
            asked = {entry["token_id"] for entry in json.loads(request.content)}
            return reply([book for book in self.books if book["asset_id"] in asked])
        if path == "/prices-history":
            return reply(self.prices)
        if path == "/time":
            return reply(int(NOW.timestamp()))
        known = self.terse if path.startswith("/clob-markets/") else self.exchange
        market = known.get(path.rpartition("/")[2])
        return reply(market) if market else reply({"error": "market not found"}, 404)

    def _catalogue(self, query: httpx.QueryParams) -> Answer:
        if query.get("clob_token_ids"):
            return self._holding(query["clob_token_ids"], query["closed"])
        ids = query.get_list("condition_ids")
        if query["closed"] == "true":
            return self._closed(ids)
        if ids or query.get_list("id"):
            return self._named([*ids, *query.get_list("id")])
        return self._page(query.get("after_cursor"))

    def _data(self, path: str, query: httpx.QueryParams) -> Answer:
        if path == "/v2/resolutions":
            asked = query["condition"].split(",")
            return {"data": [r for r in self.resolution_rows if r["condition_id"] in asked]}
        if path == "/v2/prices-history":
            return self.later_prices
        cursors = [None, *(page["pagination"]["next_cursor"] for page in self.trades)]
        return self.trades[cursors.index(query.get("cursor"))]

    def _holding(self, token_id: str, closed: str) -> Answer:
        listed = [market for page in self.pages for market in page["markets"]]
        among = self.closed["markets"] if closed == "true" else listed
        return {"markets": [m for m in among if token_id in (m.get("clobTokenIds") or "")]}

    def _page(self, cursor: str | None) -> Answer:
        cursors = [None, *(page.get("next_cursor") for page in self.pages)]
        return self.pages[cursors.index(cursor)]

    def _named(self, ids: Sequence[str]) -> Answer:
        listed = [market for page in self.pages for market in page["markets"]]
        return {"markets": [m for m in listed if m["conditionId"] in ids or m["id"] in ids]}

    def _closed(self, ids: Sequence[str]) -> Answer:
        found = [market for market in self.closed["markets"] if market["conditionId"] in ids]
        return {"markets": found}


# What the contract suites of all venues ask for.

AFTER_SETTLEMENT = NOW
SETTLED_MARKETS = [f"polymarket:{condition(number)}" for number in (11, 12)]
UNSETTLED_MARKETS = [f"polymarket:{condition(number)}" for number in (1, 13, 14, 15)]

HISTORY_INSTRUMENTS = [f"polymarket:{token(1, 0)}", f"polymarket:{token(1, 1)}"]
HISTORY_SPAN = (NOW - timedelta(hours=4), NOW + timedelta(hours=2))
HISTORY_INTERVAL = timedelta(hours=1)


def well() -> MarketData:
    """The venue on a good day."""
    return PlayedPolymarket().client()


def out_of_reach() -> MarketData:
    """The venue when every request fails."""
    return _always(lambda: reply({"error": "internal"}, 500))


def refusing() -> MarketData:
    """The venue when it does not want us."""
    return _always(lambda: reply(b"error code: 1010", 403, content_type="text/plain"))


def talking_nonsense() -> list[MarketData]:
    """The venue when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"error": "Too Many"}')
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> MarketData:
    played = PlayedPolymarket()
    played.network.handler = lambda request: answer()
    return played.client()
