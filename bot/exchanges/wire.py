"""Requests, replies and routes, as all simulated venues use them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.exchanges.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with the host that it is meant for; header names are in lower case."""

    method: str
    host: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def one(self, name: str, otherwise: str = "") -> str:
        """The first value of a parameter."""
        return next((value for key, value in self.query if key == name), otherwise)

    def every(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated."""
        return [value for key, value in self.query if key == name]

    def number(self, name: str, otherwise: int) -> int:
        """A parameter that must be a whole number; raise Refused otherwise."""
        given = self.one(name, str(otherwise))
        if not re.fullmatch(r"-?[0-9]{1,15}", given):
            raise Refused(400, {"error": f"invalid {name}"})
        return int(given)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a venue answers; ``content`` is sent as JSON."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The bytes to send."""
        return json.dumps(self.content, separators=(",", ":")).encode()


class Refused(Exception):
    """A request that the venue answers with an error of its own."""

    def __init__(self, status: int, content: Any) -> None:
        super().__init__(status)
        self.reply = Reply(content, status)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the world and the time that it meets; ``named`` are parts of its path."""

    world: World
    at: float
    request: Request
    named: Mapping[str, str]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint of a venue. ``path`` may hold ``{names}``."""

    venue: str
    host: str
    method: str
    path: str
    answer: Callable[[Asked], Reply]

    @property
    def name(self) -> str:
        """The host and the path as patterns match them, with a star for each name."""
        return self.host + re.sub(r"\{[a-z_]+\}", "*", self.path)

    def match(self, request: Request) -> Mapping[str, str] | None:
        """The named parts when the request is for this endpoint."""
        if request.method != self.method or request.host != self.host:
            return None
        pattern = re.sub(r"\{([a-z_]+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, request.path)
        return None if found is None else found.groupdict()


def iso(at: float, *, micro: bool = False) -> str:
    """An instant as venues write it: ISO 8601 with a Z."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.isoformat(timespec="microseconds" if micro else "seconds")[:-6] + "Z"
