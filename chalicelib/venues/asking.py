"""A question to a host, its answer, and what is remembered of the host between questions."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

import httpx

from chalicelib.domain.errors import VenueError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.venues.body import parse_json
from chalicelib.venues.connection import SIDE_BY_SIDE
from chalicelib.venues.metering import Meter
from chalicelib.venues.pacing import TokenBucket

Lanes = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said, with its headers under lower-case names.

    ``fetched_at`` is when this body left the host, which is when its content was seen: earlier than
    now where it came from our cache. ``confirmed_at`` is when the host last said that it holds.
    """

    body: object
    headers: Mapping[str, str]
    fetched_at: datetime
    confirmed_at: datetime
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask; it may take several attempts. ``cost`` is in units of the host's pace.

    ``reading`` makes the answer of a body, its content type and who sent it.
    """

    venue: str
    url: httpx.URL
    content: bytes | None
    headers: Mapping[str, str]
    deadline: float
    fresh_for: float | None
    cost: float
    reading: Callable[[bytes, str, str], object] = parse_json

    @property
    def method(self) -> str:
        """POST where there is something to send."""
        return "GET" if self.content is None else "POST"

    @property
    def key(self) -> bytes:
        """Equal for questions with the same answer."""
        return b"\0".join((str(self.url).encode(), self.content or b""))

    @property
    def origin(self) -> str:
        """Who is asked for what, for messages."""
        return f"{self.venue}: {self.url.host}{self.url.path}"


@dataclass(slots=True)
class HostState:
    """A host's allowance and counters, and whether it has sent us away."""

    bucket: TokenBucket
    meter: Meter
    _lanes: Lanes = field(default_factory=WeakKeyDictionary)
    _refused: VenueError | None = None
    _refused_until: float = float("-inf")

    def lane(self) -> asyncio.Semaphore:
        """Keeps one host from taking every connection."""
        return self._lanes.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(SIDE_BY_SIDE))

    def sent_away(self, refused: VenueError, now: float) -> None:
        """Ask nothing more until the host's ban has passed."""
        self._refused, self._refused_until = refused, now + (refused.retry_after or 0.0)

    def reserve(self, question: Question, now: float) -> float:
        """Take a turn and answer how long to wait for it; raise VenueUnavailable if there is none.

        There is none while the host refuses us, nor one that comes before the deadline.
        """
        if self._refused is not None and self._refused_until > now:
            left = self._refused_until - now
            raise VenueUnavailable(
                f"{self._refused.message}; not asked again for {left:.0f} s",
                self._refused.hint,
                FaultKind.REFUSED,
                left,
            )
        wait = self.bucket.wait(now, question.cost)
        if now + wait >= question.deadline:
            raise VenueUnavailable(
                f"{question.venue}: {question.url.host} cannot be asked for another {wait:.1f} s, "
                f"and this cycle has only {max(question.deadline - now, 0):.1f} s left",
                "The next cycle asks again. If it goes on, scan fewer markets.",
                FaultKind.PACED,
            )
        self.bucket.take(now, question.cost)
        return wait
