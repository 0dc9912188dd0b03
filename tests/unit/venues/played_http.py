"""A network and a clock that a test controls: the real transport, no socket, no waiting."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

import httpx

from chalicelib.domain.errors import VenueError
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Surroundings, Transport

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
HOST = "api.venue.example"
ROOMY = {HOST: Pace(per_second=1000, burst=1000)}
Result = TypeVar("Result")
Handler = Callable[[httpx.Request], httpx.Response]


def attempt(read: Callable[[], Result]) -> Result | VenueError:
    """What a call gives, be it a result or a fault of the venue."""
    try:
        return read()
    except VenueError as fault:
        return fault


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


class FrozenClock:
    """A wall clock that stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass
class MovedClock(FrozenClock):
    """A wall clock that a test moves on."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def wait(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Chunks(httpx.AsyncByteStream):
    """A body that arrives in pieces, and says whether all of it was read."""

    pieces: Iterable[bytes]
    delivered: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.delivered += 1
            yield piece

    async def aclose(self) -> None:
        return None


def reply(
    answer: object = None, status: int = 200, *, packed: bool = False, **headers: str
) -> httpx.Response:
    """An answer; ``answer`` is sent as JSON, or as it is when it is bytes."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    names = {"content_type": "application/json", **headers}
    if packed:
        body, names["content_encoding"] = gzip.compress(body), "gzip"
    wire = {name.replace("_", "-"): value for name, value in names.items()}
    return httpx.Response(status, headers=wire, stream=Chunks([body]))


class PlayedClock(VenueClock):
    """The venue's seconds as a network counts them; whoever sleeps moves them on."""

    def __init__(self, network: "Network", pace: float = 1.0) -> None:
        self.network = network
        self.pace = pace

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.network.time - 1000.0)

    def seconds(self) -> float:
        return self.network.time

    async def sleep(self, seconds: float) -> None:
        self.network.pauses.append(seconds)
        self.network.time += seconds


@dataclass
class Network:
    """Plays the hosts: keeps the requests, and the pauses that were taken between them."""

    handler: Handler
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    time: float = 1000.0
    gateway: str = ""
    pace: float = 1.0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.handler(request)

    def transport(
        self,
        venue: str,
        paces: Mapping[str, Pace],
        contact: str = "",
        secrets: Mapping[str, str] = MappingProxyType({}),
    ) -> Transport:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        surroundings = Surroundings(
            client=lambda: client,
            clock=PlayedClock(self, self.pace),
            jitter=lambda: 0.5,
            gateway=lambda: self.gateway,
        )
        return Transport(venue, paces, contact, surroundings, secrets)


def replies(*answers: httpx.Response | Exception) -> Handler:
    """Play the answers one after the other; an exception is raised as the network would."""
    queue = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = queue.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler
