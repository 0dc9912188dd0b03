"""Open-Meteo as the tests play it: our own small answers, in the shapes of the real ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from chalicelib.forecasts.openmeteo.client import (
    ARCHIVE,
    ENSEMBLE,
    FORECAST,
    PACES,
    PREVIOUS_RUNS,
    STITCHED,
    OpenMeteo,
)
from chalicelib.forecasts.openmeteo.settings import OpenMeteoSettings
from chalicelib.forecasts.stations import station
from chalicelib.ports import Forecasts
from tests.unit.venues.played_http import NOW, FrozenClock, Network, reply

HERE = Path(__file__).parent
STATION = station("KNYC")


def plain(name: str) -> Any:
    """One of the answers kept beside this file."""
    return json.loads((HERE / f"{name}.json").read_text())


@dataclass
class PlayedOpenMeteo:
    """The APIs; change ``answers`` by host before asking."""

    answers: dict[str, Any] = field(
        default_factory=lambda: {
            ENSEMBLE: plain("ensemble"),
            FORECAST: plain("forecast"),
            PREVIOUS_RUNS: plain("previous"),
            STITCHED: plain("archive"),
            ARCHIVE: plain("archive"),
        }
    )
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.answer)

    def client(self, **settings: Any) -> OpenMeteo:
        """The real client over the real transport, talking to these APIs."""
        transport = self.network.transport("openmeteo", PACES)
        return OpenMeteo(transport, OpenMeteoSettings(**settings), FrozenClock())

    def answer(self, request: httpx.Request) -> httpx.Response:
        return reply(self.answers[request.url.host], packed=True)


def well() -> Forecasts:
    """The source on a good day."""
    return PlayedOpenMeteo().client()


def out_of_reach() -> Forecasts:
    """The source when every request fails."""
    return _always(lambda: reply({"error": True, "reason": "internal"}, 500))


def refusing() -> Forecasts:
    """The source when it does not want us."""
    return _always(lambda: reply({"error": True, "reason": "blocked"}, 403))


def talking_nonsense() -> list[Forecasts]:
    """The source when it answers with what cannot be: one client for each kind."""
    bodies = (b"<html>Back soon</html>", b"[[[[", b'"yes"', b"NaN", b'{"hourly": {}}', b"[7]")
    return [_always(partial(reply, body)) for body in bodies]


def _always(answer: Callable[[], httpx.Response]) -> Forecasts:
    played = PlayedOpenMeteo()
    played.network.handler = lambda request: answer()
    return played.client()


__all__ = ["NOW", "STATION", "out_of_reach", "refusing", "talking_nonsense", "well"]
