"""The one way out to venues over HTTP: allow-listed, paced, bounded in time and in size.

Nothing else in the product imports httpx, so that another library is a change of this file. It
costs about a tenth of a second to import: import this module late.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from weakref import WeakKeyDictionary

import httpx

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.venues.body import parse_json, read_body, words_in
from chalicelib.venues.pacing import Pace, TokenBucket, backoff, retry_after

ATTEMPTS = 3
BLOCKED_SECONDS = 900.0
"""How long a host that refused us is left alone, unless it names a longer time."""

LONGEST_BAN_SECONDS = 3 * 86_400.0

_TIMEOUT = httpx.Timeout(6.0, connect=3.0)
_CONNECTIONS = httpx.Limits(max_connections=20, max_keepalive_connections=10)
_PRODUCT = "MarketStrategyTester/1"
_PURPOSE = "paper trading, reads public market data"
_BANS_US = 418
_REFUSES_US = frozenset({403, _BANS_US, 451})
_MAY_PASS = frozenset({408, 425, 429})

Query = Sequence[tuple[str, str]]

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def shared_client() -> httpx.AsyncClient:
    """Return the running event loop's client.

    A connection belongs to the loop it was opened on. A process that keeps one loop, as ours do,
    therefore has one client, and pays for the certificates and connections once.
    """
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = httpx.AsyncClient(http2=True, timeout=_TIMEOUT, limits=_CONNECTIONS)
    return _clients[loop]


class NotThere(VenueUnavailable):
    """The venue does not have the thing asked for, or not any more (status 404)."""


class Declined(VenueUnavailable):
    """The venue will not answer this request (status 4xx); ``answer`` is what it says, if JSON."""

    def __init__(self, message: str, hint: str, status: int, answer: object) -> None:
        super().__init__(message, hint)
        self.status = status
        self.answer = answer


class Banned(VenueUnavailable):
    """The venue bans our address for asking too often (status 418): no mirror may be asked.

    ``seconds`` is how long.
    """

    def __init__(self, message: str, hint: str, seconds: float) -> None:
        super().__init__(message, hint)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time, chance and the network, all replaceable by a test."""

    client: Callable[[], httpx.AsyncClient] = shared_client
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class _Again:
    """An attempt that failed in a way that may pass; ``after`` is what the host asked for."""

    reason: str
    after: float | None = None


class Transport:
    """Reads JSON from the hosts of one venue. Raises VenueError and nothing else.

    ``paces`` is the allow-list. ``secrets`` are headers that are sent and shown nowhere. A deadline
    is an instant of ``until``.
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
        self._buckets = {host: TokenBucket(pace) for host, pace in paces.items()}
        self._blocked: dict[str, tuple[float, str]] = {}
        self._secrets = secrets
        self._headers = MappingProxyType(
            {
                "user-agent": f"{_PRODUCT} ({'; '.join(filter(None, (_PURPOSE, contact)))})",
                "accept": "application/json",
                "accept-encoding": "gzip",
                **secrets,
            }
        )

    def until(self, seconds: float) -> float:
        """The deadline that lies ``seconds`` from now."""
        return self._world.monotonic() + seconds

    async def get(self, url: str, query: Query = (), *, deadline: float) -> object:
        """Fetch JSON."""
        return await self._ask("GET", url, query, None, deadline)

    async def post(self, url: str, body: object, *, deadline: float) -> object:
        """Fetch JSON by a query too long for an address; must change nothing, it is repeated."""
        return await self._ask("POST", url, (), json.dumps(body).encode(), deadline)

    async def _ask(
        self, method: str, url: str, query: Query, content: bytes | None, deadline: float
    ) -> object:
        target = self._allowed(url)
        headers = dict(self._headers)
        if content is not None:
            headers["content-type"] = "application/json"
        attempt = 0
        while True:
            attempt += 1
            await self._wait_for_turn(target.host, deadline)
            request = self._world.client().build_request(
                method, target, params=list(query), content=content, headers=headers
            )
            answer = await self._attempt(request, deadline)
            if not isinstance(answer, _Again):
                return answer
            await self._pause(answer, attempt, target, deadline)

    def _allowed(self, url: str) -> httpx.URL:
        target = httpx.URL(url)
        if target.scheme != "https" or target.host not in self._buckets or target.port:
            raise VenueUnavailable(
                f"{self._venue}: {target.scheme}://{target.host} is not an address we may ask",
                f"Only https to {', '.join(sorted(self._buckets))} is allowed.",
            )
        return target

    async def _wait_for_turn(self, host: str, deadline: float) -> None:
        now = self._world.monotonic()
        blocked_until, reason = self._blocked.get(host, (now, ""))
        if blocked_until > now:
            raise VenueUnavailable(
                f"{reason}; not asked again for {blocked_until - now:.0f} s", _refusal_hint()
            )
        bucket = self._buckets[host]
        wait = bucket.wait(now)
        if now + wait >= deadline:
            raise VenueUnavailable(
                f"{self._venue}: {host} cannot be asked for another {wait:.1f} s, and this "
                f"cycle has only {max(deadline - now, 0):.1f} s left",
                "The next cycle asks again. If it goes on, scan fewer markets.",
            )
        bucket.take(now)
        if wait > 0:
            await self._world.sleep(wait)

    async def _attempt(self, request: httpx.Request, deadline: float) -> object:
        remaining = deadline - self._world.monotonic()
        try:
            # Each read has a timeout too, but a host that drips would never reach it.
            async with asyncio.timeout(remaining):
                response = await self._world.client().send(
                    request, stream=True, follow_redirects=False
                )
                try:
                    return await self._judge(response, request.url)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TransportError) as exc:
            return _Again(f"{type(exc).__name__} {exc}".strip())

    async def _judge(self, response: httpx.Response, url: httpx.URL) -> object:
        status = response.status_code
        origin = f"{self._venue}: {url.host}{url.path}"
        if status == httpx.codes.OK:
            encoding = response.headers.get("content-encoding", "").strip().lower()
            body = await read_body(response.aiter_raw(), encoding, origin)
            return parse_json(body, response.headers.get("content-type", ""), origin)
        if status in _MAY_PASS or response.is_server_error:
            words = self._words(await _answer_of(response, origin))
            return _Again(f"status {status}{words}", retry_after(response.headers))
        raise self._refusal(response, url.host, origin, await _answer_of(response, origin))

    def _words(self, answer: object) -> str:
        """What the venue itself says of a refusal, to stand behind the status."""
        words = words_in(answer)
        for secret in self._secrets.values():
            words = words.replace(secret, "(hidden)")
        return f": {words}" if words else ""

    def _refusal(
        self, response: httpx.Response, host: str, origin: str, answer: object
    ) -> Exception:
        status = response.status_code
        answered = f"{origin} answered {status}{self._words(answer)}"
        if status in _REFUSES_US:
            asked = retry_after(response.headers, LONGEST_BAN_SECONDS) or 0.0
            seconds = max(BLOCKED_SECONDS, asked)
            self._blocked[host] = (self._world.monotonic() + seconds, answered)
            if status == _BANS_US:
                return Banned(answered, _refusal_hint(), seconds)
            return VenueUnavailable(answered, _refusal_hint())
        if httpx.codes.is_redirect(status):
            return VenueUnavailable(answered, "Redirects are not followed: the API has moved.")
        if status == httpx.codes.NOT_FOUND:
            return NotThere(answered, "It may have been removed, or the API may have moved.")
        if httpx.codes.is_client_error(status):
            hint = "The venue no longer takes this request."
            return Declined(answered, hint, status, answer)
        return VenuePayloadError(answered, "Expected 200 with JSON.")

    async def _pause(self, again: _Again, attempt: int, url: httpx.URL, deadline: float) -> None:
        now = self._world.monotonic()
        if again.after is not None:
            self._buckets[url.host].hold(now + again.after)
        wait = backoff(attempt, self._world.jitter()) if again.after is None else again.after
        if attempt >= ATTEMPTS or now + wait >= deadline:
            raise VenueUnavailable(
                f"{self._venue}: {url.host}{url.path} gave no answer in {attempt} "
                f"attempt{'s' * (attempt > 1)}: {again.reason}",
                "Its markets are skipped in this cycle; the next one asks again.",
            )
        await self._world.sleep(wait)


async def _answer_of(response: httpx.Response, origin: str) -> object:
    """The JSON of a refusal; None when there is none that can be read."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    try:
        body = await read_body(response.aiter_raw(), encoding, origin)
        return parse_json(body, response.headers.get("content-type", ""), origin)
    except VenuePayloadError:
        return None


def _refusal_hint() -> str:
    return (
        "The venue refuses this address, region or program. Set VENUE_CONTACT, run from "
        "elsewhere, or take the venue out of VENUES."
    )
