"""The one way out to venues over HTTP: allow-listed, paced, bounded in time and in size.

Nothing in the product imports httpx but this file and its neighbours asking, connection and
gateway. It costs about a tenth of a second to import: import this module late.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.origin import Origin
from chalicelib.venues.asking import Answer, HostState, Question
from chalicelib.venues.body import parse_json, read_body, words_in
from chalicelib.venues.cache import AnswerCache, Kept
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.connection import kind_of, shared_client
from chalicelib.venues.gateway import gateway_of_environment, through, unreached
from chalicelib.venues.metering import Meter
from chalicelib.venues.pacing import Pace, TokenBucket, backoff
from chalicelib.venues.verdict import Again, Banned, Declined, NotThere, again, refusal

__all__ = [
    "ATTEMPTS",
    "Answer",
    "Banned",
    "Declined",
    "NotThere",
    "Surroundings",
    "Transport",
    "shared_client",
]

ATTEMPTS = 3

_PRODUCT = "MarketStrategyTester/1"
_PURPOSE = "paper trading, reads public market data"

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time, chance and the network, all replaceable by a test."""

    client: Callable[[], httpx.AsyncClient] = shared_client
    clock: VenueClock = field(default_factory=VenueClock)
    jitter: Callable[[], float] = random.random
    gateway: Callable[[], str] = gateway_of_environment


class Transport:
    """Reads JSON from the hosts of one venue. Raises VenueError and nothing else.

    ``paces`` is the allow-list. ``secrets`` are headers that are sent and shown nowhere. A deadline
    is an instant of ``until``; all seconds are of the venue's clock. Making one raises InputError
    when the environment names a gateway that is not on this machine.
    """

    def __init__(
        self,
        venue: str,
        paces: Mapping[str, Pace],
        contact: str = "",
        surroundings: Surroundings | None = None,
        secrets: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._venue = venue
        self._world = surroundings or Surroundings()
        self._gateway = self._world.gateway()
        self._hosts = {
            name: HostState(TokenBucket(pace), Meter(name, pace, venue))
            for name, pace in paces.items()
        }
        self._cache = AnswerCache()
        self._secrets = secrets
        self._headers = MappingProxyType(
            {
                "user-agent": f"{_PRODUCT} ({'; '.join(filter(None, (_PURPOSE, contact)))})",
                "accept": "application/json",
                "accept-encoding": "gzip",
                **secrets,
            }
        )

    @property
    def origin(self) -> Origin:
        """Where its answers come from: behind a gateway nothing is live."""
        return Origin.SIMULATED if self._gateway else Origin.LIVE

    def until(self, seconds: float) -> float:
        """The deadline of a call that may take ``seconds``."""
        return self.seconds() + self._world.clock.budget(seconds)

    def seconds(self) -> float:
        """Seconds of the venue's clock since some moment."""
        return self._world.clock.seconds()

    async def get(
        self, url: str, query: Query = (), *, deadline: float, fresh_for: float | None = None
    ) -> object:
        """Fetch JSON."""
        return (await self.ask(url, query, deadline=deadline, fresh_for=fresh_for)).body

    async def post(self, url: str, body: object, *, deadline: float) -> object:
        """Fetch JSON by a query too long for an address; must change nothing, it is repeated."""
        return (await self.ask(url, body=body, deadline=deadline)).body

    async def ask(
        self,
        url: str,
        query: Query = (),
        *,
        deadline: float,
        body: object = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        fresh_for: float | None = None,
        cost: float = 1.0,
        reading: Callable[[bytes, str, str], object] = parse_json,
    ) -> Answer:
        """Fetch JSON, by POST where there is a ``body``, and say when it was fetched.

        ``fresh_for`` is for how many seconds a kept answer is good enough; an older one is shown to
        the host, which answers whether it has changed. None keeps nothing. ``cost`` is the
        request's weight in units of the host's pace. ``reading`` reads what is not JSON: a body,
        given its content type and who sent it.
        """
        content = None if body is None else json.dumps(body).encode()
        target = self._allowed(httpx.URL(url, params=list(query)) if query else httpx.URL(url))
        sent = {**self._headers, **headers}
        question = Question(
            self._venue, target, content, sent, deadline, fresh_for, cost, reading
        )  # fmt: skip
        host = self._hosts[target.host]
        kept = None if fresh_for is None else self._cache.get(question.key)
        if kept is not None and self.seconds() - kept.checked < (fresh_for or 0.0):
            host.meter.cached()
            return _opened(kept, question, from_cache=True)
        return await self._persist(question, host, kept)

    def _allowed(self, target: httpx.URL) -> httpx.URL:
        if target.scheme != "https" or target.host not in self._hosts or target.port:
            raise VenueUnavailable(
                f"{self._venue}: {target.scheme}://{target.host} is not an address we may ask",
                f"Only https to {', '.join(sorted(self._hosts))} is allowed.",
            )
        return target

    async def _persist(self, question: Question, host: HostState, kept: Kept | None) -> Answer:
        """Ask until there is an answer, a failure that will not pass, or no time left."""
        attempt = 0
        while True:
            attempt += 1
            wait = host.reserve(question, self.seconds())
            if wait > 0:
                await self._world.clock.sleep(wait)
            host.meter.asked(question.cost, again=attempt > 1)
            try:
                found = await self._exchange(question, host, kept)
            except VenueError as failure:
                host.meter.failed(failure.kind)
                raise
            if isinstance(found, Answer):
                return found
            host.meter.failed(found.kind)
            await self._pause(found, attempt, question, host)

    async def _exchange(
        self, question: Question, host: HostState, kept: Kept | None
    ) -> Answer | Again:
        client = self._world.client()
        headers = {**question.headers, **(kept.conditions() if kept else {})}
        if question.content is not None:
            headers["content-type"] = "application/json"
        address = through(self._gateway, question.url)
        request = client.build_request(
            question.method, address, content=question.content, headers=headers
        )
        remaining = self._world.clock.on_the_wall(question.deadline - self.seconds())
        try:
            # Each read has a timeout too, but a host that drips would never reach it.
            async with asyncio.timeout(remaining), host.lane():
                response = await client.send(request, stream=True, follow_redirects=False)
                try:
                    return await self._judge(response, question, host, kept)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TransportError) as failure:
            return Again(f"{type(failure).__name__} {failure}".strip(), kind_of(failure))

    async def _judge(
        self, response: httpx.Response, question: Question, host: HostState, kept: Kept | None
    ) -> Answer | Again:
        status = response.status_code
        host.meter.answered(response.headers)
        if status == httpx.codes.OK:
            return await self._read(response, question, host)
        if status == httpx.codes.NOT_MODIFIED and kept is not None:
            host.meter.unchanged()
            return self._keep(kept.confirmed(self._world.clock.now(), self.seconds()), question)
        unreached_by = unreached(response.headers) if self._gateway else None
        if unreached_by is not None:
            return Again(f"the gateway reports {unreached_by}", unreached_by)
        said = await _answer_of(response, question.origin)
        words = self._words(said)
        failed = again(status, response.headers, words)
        if failed is not None:
            return failed
        failure = refusal(status, question.origin, response.headers, words, said)
        if failure.kind is FaultKind.REFUSED:
            host.sent_away(failure, self.seconds())
        raise failure

    def _words(self, answer: object) -> str:
        """What the venue itself says of a refusal, to stand behind its status."""
        words = words_in(answer)
        for secret in self._secrets.values():
            words = words.replace(secret, "(hidden)")
        return f": {words}" if words else ""

    async def _read(
        self, response: httpx.Response, question: Question, host: HostState
    ) -> Answer | Again:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        try:
            body = await read_body(response.aiter_raw(), encoding, question.origin)
        except (httpx.NetworkError, httpx.ProtocolError) as failure:
            return Again(f"the answer broke off: {failure}", FaultKind.TRUNCATED)
        host.meter.received(body)
        now = self._world.clock.now()
        return self._keep(Kept(body, dict(response.headers), now, now, self.seconds()), question)

    def _keep(self, kept: Kept, question: Question) -> Answer:
        """The answer, kept for the next question if it can be read and is to be kept."""
        answer = _opened(kept, question)
        if question.fresh_for is not None:
            self._cache.put(question.key, kept)
        return answer

    async def _pause(
        self, failed: Again, attempt: int, question: Question, host: HostState
    ) -> None:
        now = self.seconds()
        if failed.after is not None:
            host.bucket.hold(now + failed.after)
        wait = backoff(attempt, self._world.jitter()) if failed.after is None else failed.after
        if attempt >= ATTEMPTS or now + wait >= question.deadline:
            raise VenueUnavailable(
                f"{question.origin} gave no answer in {attempt} "
                f"attempt{'s' * (attempt > 1)}: {failed.reason}",
                "Its markets are skipped in this cycle; the next one asks again.",
                failed.kind,
                failed.after,
            )
        await self._world.clock.sleep(wait)


def _opened(kept: Kept, question: Question, *, from_cache: bool = False) -> Answer:
    content_type = kept.headers.get("content-type", "")
    body = question.reading(kept.body, content_type, question.origin)
    return Answer(body, kept.headers, kept.fetched_at, kept.confirmed_at, from_cache)


async def _answer_of(response: httpx.Response, origin: str) -> object:
    """The JSON of a refusal; None when there is none that can be read."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    try:
        body = await read_body(response.aiter_raw(), encoding, origin)
        return parse_json(body, response.headers.get("content-type", ""), origin)
    except VenuePayloadError:
        return None
