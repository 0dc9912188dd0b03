"""CoinGecko as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.ports import MarketData
from chalicelib.venues.coingecko.client import HEADERS, HOSTS, PACES, CoinGecko
from chalicelib.venues.coingecko.settings import CoinGeckoSettings
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
IDS = ("acorn", "walnut-2")


def plain(name: str) -> Any:
    """One of the answers kept beside this file."""
    return json.loads((HERE / f"{name}.json").read_text())


def hourly_points(start: datetime, hours: int) -> list[list[float]]:
    """A chart whose price is the number of the hour, from 1 on."""
    stamps = (start + timedelta(hours=hour, seconds=3) for hour in range(hours))
    return [[int(at.timestamp() * 1000), hour + 1] for hour, at in enumerate(stamps)]


@dataclass
class PlayedCoinGecko:
    """The API; change ``answers`` by path before asking. ``time`` passes when told to."""

    answers: dict[str, Any] = field(
        default_factory=lambda: {
            "/coins/markets": plain("markets"),
            "/simple/price": plain("simple_price"),
            "/coins/list": plain("coins_list"),
            "/coins/acorn/ohlc": plain("ohlc"),
            "/ping": {"gecko_says": "(V3) Squeak"},
        }
    )
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> CoinGecko:
        """The real client over the real transport, talking to this API."""
        chosen = CoinGeckoSettings(**{"ids": IDS, **settings})
        key = chosen.api_key.get_secret_value()
        secrets = {HEADERS[chosen.plan]: key} if key else {}
        paces = {HOSTS[chosen.plan]: PACES[chosen.plan]}
        transport = self.network.transport("coingecko", paces, secrets=secrets)
        return CoinGecko(transport, chosen, FrozenClock())

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v3")
        if path.endswith("/market_chart/range"):
            return reply(self._chart(request.url.params))
        if path in self.answers:
            return reply(self.answers[path], packed=True)
        return reply({"error": "coin not found"}, 404)

    def _chart(self, params: httpx.QueryParams) -> dict[str, Any]:
        first, last = int(params["from"]) * 1000, int(params["to"]) * 1000
        chart = self.answers["chart"]
        return {"prices": [p for p in chart if first <= p[0] <= last], "total_volumes": []}

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.url.path.removeprefix("/api/v3") for request in self.network.requests]


def well() -> MarketData:
    """The source on a good day."""
    return PlayedCoinGecko().client()


def out_of_reach() -> MarketData:
    """The source when every request fails."""
    return _always(lambda: reply({"error": "internal"}, 500))


def refusing() -> MarketData:
    """The source when it does not want us."""
    return _always(lambda: reply(b"error code: 1020", 403, content_type="text/plain"))


def talking_nonsense() -> list[MarketData]:
    """The source when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"acorn": 1}', b"[7]")
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> MarketData:
    played = PlayedCoinGecko()
    played.network.handler = lambda request: answer()
    return played.client()


__all__ = ["NOW", "out_of_reach", "refusing", "talking_nonsense", "well"]
