"""A feed over the real transport: as polite as a venue's client, and as hard to break."""

import gzip
from collections.abc import Callable

import httpx
import pytest

from chalicelib.domain.errors import InputError, VenueError
from chalicelib.news import open_feeds
from chalicelib.news.client import PACE, Feed
from tests.unit.news.test_feed_parse import RDF
from tests.unit.venues.played_http import FrozenClock, Handler, Network, replies, reply, run

ADDRESS = "https://news.example/world/feed.xml"


def feed_of(handler: Handler) -> tuple[Feed, Network]:
    network = Network(handler)
    transport = network.transport("news.example", {"news.example": PACE})
    return Feed(transport, ADDRESS, FrozenClock()), network


def rss(text: str = RDF, **headers: str) -> httpx.Response:
    return reply(text.encode(), content_type="application/rss+xml", **headers)


def test_feed_gives_its_headlines_under_its_name_and_asks_for_xml() -> None:
    feed, network = feed_of(lambda _: rss())
    (headline,) = run(feed.headlines())
    assert (headline.feed, headline.title) == ("news.example/world/feed.xml", "Ann resigns")
    assert network.requests[0].headers["accept"].startswith("application/rss+xml")
    assert str(network.requests[0].url) == ADDRESS


def test_feed_is_asked_again_after_two_minutes_and_only_for_what_changed() -> None:
    feed, network = feed_of(replies(rss(etag='"1"'), reply(b"", 304)))
    first = run(feed.headlines())
    network.time += 119
    assert run(feed.headlines()) == first
    assert len(network.requests) == 1
    network.time += 1
    assert run(feed.headlines()) == first
    assert network.requests[1].headers["if-none-match"] == '"1"'


BOMB = gzip.compress(b"<rss>" + b" " * 30_000_000)


def broken(failure: Exception) -> httpx.Response:
    raise failure


@pytest.mark.parametrize(("answer", "kind"), [
    (lambda: broken(httpx.ConnectError("refused")), "connect"),
    (lambda: broken(httpx.ReadTimeout("slow")), "read-timeout"),
    (lambda: reply(b"", 301, location="https://elsewhere.example/"), "status"),
    (lambda: reply({}, 403), "refused"),
    (lambda: reply({}, 404), "not-found"),
    (lambda: reply({}, 429), "rate-limited"),
    (lambda: reply({}, 500), "status"),
    (lambda: rss("<!DOCTYPE html><html/>"), "payload"),
    (lambda: rss(RDF[:-9]), "payload"),
    (lambda: reply({"a": 1}), "payload"),
    (lambda: reply(BOMB, content_encoding="gzip"), "too-large"),
    (lambda: reply(b"x" * 6_000_000), "too-large"),
    (lambda: reply(b"x", content_encoding="br"), "not-json"),
])  # fmt: skip
def test_feed_that_fails_is_a_fault_of_a_known_kind(
    answer: Callable[[], httpx.Response], kind: str
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return answer()

    feed, _ = feed_of(handler)
    with pytest.raises(VenueError) as raised:
        run(feed.headlines())
    assert raised.value.kind == kind


@pytest.mark.parametrize("address", [
    "http://news.example/feed", "https://", "news.example/feed", "https://news.example:8443/feed",
    "https://me:secret@news.example/feed", "https://[bad/feed", "https://nеws.example/feed", "",
])  # fmt: skip
def test_address_that_is_no_plain_https_one_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="NEWS_FEEDS"):
        open_feeds([address])


def test_feeds_are_opened_by_name_without_asking_anybody() -> None:
    opened = open_feeds([ADDRESS, "https://news.example/sport/"], "ops@tester.example")
    assert list(opened) == ["news.example/world/feed.xml", "news.example/sport"]
    assert open_feeds([]) == {}
