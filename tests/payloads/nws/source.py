"""The weather service as the tests play it: our own small answers, in the shapes of the real."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.forecasts.nws.client import PACES, Nws
from chalicelib.forecasts.nws.settings import NwsSettings
from chalicelib.forecasts.stations import station
from chalicelib.ports import Forecasts
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
STATION = station("KNYC")
SQUARE = "/gridpoints/OKX/34,38"


def plain(name: str) -> Any:
    """One of the answers kept beside this file."""
    return json.loads((HERE / f"{name}.json").read_text())


@dataclass
class PlayedNws:
    """The service; change ``answers`` by path before asking. A status stands for a failure."""

    answers: dict[str, Any] = field(
        default_factory=lambda: {
            "/points/40.779,-73.9692": plain("point"),
            SQUARE: plain("grid"),
            f"{SQUARE}/forecast": plain("forecast"),
            f"{SQUARE}/forecast/hourly": plain("hourly"),
            f"{SQUARE}/stations": plain("stations"),
            "/stations/KNYC/observations": plain("observations"),
        }
    )
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> Nws:
        """The real client over the real transport, talking to this service."""
        chosen = NwsSettings(**{"contact": "ops@tester.example", **settings})
        transport = self.network.transport("nws", PACES, chosen.contact)
        return Nws(transport, chosen, FrozenClock())

    def answer(self, request: httpx.Request) -> httpx.Response:
        found = self.answers.get(request.url.path, 404)
        if isinstance(found, int):
            return reply({"title": "Not Found", "status": found, "detail": "no such thing"}, found)
        return reply(found, packed=True, content_type="application/geo+json")

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.url.path for request in self.network.requests]


def well() -> Forecasts:
    """The source on a good day."""
    return PlayedNws().client()


def out_of_reach() -> Forecasts:
    """The source when every request fails."""
    return _always(lambda: reply({"detail": "internal"}, 500))


def refusing() -> Forecasts:
    """The source when it does not want us."""
    return _always(lambda: reply(b"<html>denied</html>", 403, content_type="text/html"))


def talking_nonsense() -> list[Forecasts]:
    """The source when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"properties": {}}', b"[7]")
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> Forecasts:
    played = PlayedNws()
    played.network.handler = lambda request: answer()
    return played.client()


__all__ = ["NOW", "STATION", "out_of_reach", "refusing", "talking_nonsense", "well"]
