"""Polymarket as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import MarketData
from chalicelib.venues.payload import load_json
from chalicelib.venues.polymarket.client import Polymarket
from chalicelib.venues.polymarket.hosts import CATALOGUE, PACES
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
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> Polymarket:
        """The real client over the real transport, talking to this venue."""
        return Polymarket(
            self.network.transport("polymarket", PACES),
            PolymarketSettings(**settings),
            FrozenClock(),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.host == CATALOGUE and query["closed"] == "true":
            return reply(self._closed(query.get_list("condition_ids")), packed=True)
        if request.url.host == CATALOGUE and query.get_list("condition_ids"):
            return reply(self._named(query.get_list("condition_ids")), packed=True)
        if request.url.host == CATALOGUE:
            return reply(self._page(query.get("after_cursor")), packed=True)
        if request.url.path == "/books":
            asked = {entry["token_id"] for entry in json.loads(request.content)}
            return reply([book for book in self.books if book["asset_id"] in asked])
        market = self.exchange.get(request.url.path.removeprefix("/markets/"))
        return reply(market) if market else reply({"error": "market not found"}, 404)

    def _page(self, cursor: str | None) -> Answer:
        cursors = [None, *(page.get("next_cursor") for page in self.pages)]
        return self.pages[cursors.index(cursor)]

    def _named(self, ids: Sequence[str]) -> Answer:
        listed = [market for page in self.pages for market in page["markets"]]
        return {"markets": [market for market in listed if market["conditionId"] in ids]}

    def _closed(self, ids: Sequence[str]) -> Answer:
        found = [market for market in self.closed["markets"] if market["conditionId"] in ids]
        return {"markets": found}


# What the contract suite of all venues asks for.

AFTER_SETTLEMENT = NOW
SETTLED_MARKETS = [f"polymarket:{condition(number)}" for number in (11, 12)]
UNSETTLED_MARKETS = [f"polymarket:{condition(number)}" for number in (1, 13, 14, 15)]


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
