"""The client of one feed: asks, and leaves all judgement to the parser."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from chalicelib.domain.errors import InputError
from chalicelib.domain.headline import Headline
from chalicelib.news.parse import read_feed
from chalicelib.ports import Clock
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Transport

PACE = Pace(per_second=0.1, burst=4)
"""Few feeds tell their limit; this is a request every two minutes, with its repetitions."""

FRESH_SECONDS = 120.0
BUDGET_SECONDS = 10.0
ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"


def host_of(address: str) -> str:
    """The host of a feed's address; InputError for what is no plain https address."""
    try:
        parts = urlsplit(address)
        plain = parts.port is None and parts.username is None
    except ValueError:
        plain = False
    if not plain or parts.scheme != "https" or not parts.hostname or not address.isascii():
        raise InputError(
            f"NEWS_FEEDS has {address[:100]!r}, which is not an address of a feed",
            "Write https://HOST/PATH, without a port or a password; several with commas.",
        )
    return parts.hostname


def open_feed(address: str, contact: str = "") -> "Feed":
    """Make the client of a feed."""
    host = host_of(address)
    return Feed(Transport(host, {host: PACE}, contact), address, VenueClock())


class Feed:
    """An RSS or Atom feed, asked every two minutes at most; a redirect is not followed."""

    def __init__(self, transport: Transport, address: str, clock: Clock) -> None:
        parts = urlsplit(address)
        self.name = f"{host_of(address)}{parts.path.rstrip('/')}"
        self._transport = transport
        self._address = address
        self._clock = clock

    async def headlines(self) -> Sequence[Headline]:
        """What the feed lists now, newest first."""
        answer = await self._transport.ask(
            self._address,
            deadline=self._transport.until(BUDGET_SECONDS),
            headers={"accept": ACCEPT},
            fresh_for=FRESH_SECONDS,
            reading=_as_it_is,
        )
        return read_feed(answer.body, self.name, self._clock.now())


def _as_it_is(body: bytes, content_type: str, origin: str) -> bytes:
    """The bytes: a feed says its own encoding."""
    return body
