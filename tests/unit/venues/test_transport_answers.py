"""What an answer says beside its content: headers, when it was fetched, and from where."""

from datetime import timedelta

import httpx
import pytest

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.venues.cache import AnswerCache, Kept
from chalicelib.venues.transport import Answer, Transport
from tests.unit.venues.played_http import HOST, NOW, ROOMY, Network, replies, reply, run

URL = f"https://{HOST}/list"


def ask(transport: Transport, fresh_for: float | None = None, **more: object) -> Answer:
    deadline = transport.until(20.0)
    return run(transport.ask(URL, deadline=deadline, fresh_for=fresh_for, **more))  # type: ignore[arg-type]


def test_ask_shows_the_headers_and_when_the_body_was_fetched() -> None:
    network = Network(replies(reply([1], cb_after="17")))
    answer = ask(network.transport("venue", ROOMY))
    assert answer.headers["cb-after"] == "17"
    assert (answer.body, answer.fetched_at, answer.from_cache) == ([1], NOW, False)


def test_ask_sends_the_headers_that_a_call_adds() -> None:
    network = Network(replies(reply([])))
    ask(network.transport("venue", ROOMY), headers={"x-key": "k"})
    assert network.requests[0].headers["x-key"] == "k"
    assert network.requests[0].headers["user-agent"].startswith("MarketStrategyTester/")


def test_fresh_answer_is_given_again_without_asking_and_says_how_old_it_is() -> None:
    network = Network(replies(reply([1])))
    transport = network.transport("venue", ROOMY)
    ask(transport, fresh_for=60)
    network.time += 59
    again = ask(transport, fresh_for=60)
    assert len(network.requests) == 1
    assert (again.body, again.fetched_at, again.from_cache) == ([1], NOW, True)


def test_answer_that_is_no_longer_fresh_is_fetched_again() -> None:
    network = Network(replies(reply([1]), reply([2])))
    transport = network.transport("venue", ROOMY)
    ask(transport, fresh_for=60)
    network.time += 60
    again = ask(transport, fresh_for=60)
    assert (again.body, again.fetched_at) == ([2], NOW + timedelta(seconds=60))
    assert "if-none-match" not in network.requests[1].headers


def test_answer_is_kept_only_when_asked_to() -> None:
    network = Network(replies(reply([1], etag='"a"'), reply([2])))
    transport = network.transport("venue", ROOMY)
    ask(transport)
    assert ask(transport, fresh_for=60).body == [2]
    assert "if-none-match" not in network.requests[1].headers


def test_unchanged_answer_is_confirmed_without_a_body_and_keeps_its_time() -> None:
    stamp = "Mon, 14 Sep 2026 11:59:00 GMT"
    first = reply([1], etag='W/"a"', last_modified=stamp)
    network = Network(replies(first, reply(b"", 304), reply([2])))
    transport = network.transport("venue", ROOMY)
    ask(transport, fresh_for=5)
    network.time += 10
    again = ask(transport, fresh_for=5)
    sent = network.requests[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"a"', stamp)
    assert (again.body, again.fetched_at) == ([1], NOW)
    assert again.confirmed_at == NOW + timedelta(seconds=10)
    network.time += 4
    assert ask(transport, fresh_for=5).from_cache
    network.time += 2
    assert ask(transport, fresh_for=5).body == [2]


def test_304_to_a_question_without_conditions_is_refused() -> None:
    network = Network(replies(reply(b"", 304)))
    with pytest.raises(VenuePayloadError, match="304"):
        ask(network.transport("venue", ROOMY), fresh_for=5)


def test_answer_that_cannot_be_read_is_not_kept() -> None:
    network = Network(replies(reply(b"<html>", etag='"a"'), reply([2])))
    transport = network.transport("venue", ROOMY)
    with pytest.raises(VenuePayloadError):
        ask(transport, fresh_for=60)
    assert ask(transport, fresh_for=60).body == [2]


def test_caller_that_changes_its_answer_changes_nobody_elses() -> None:
    transport = Network(replies(reply([1]))).transport("venue", ROOMY)
    mine = ask(transport, fresh_for=60).body
    assert isinstance(mine, list)
    mine.clear()
    assert ask(transport, fresh_for=60).body == [1]


def test_different_questions_have_different_answers() -> None:
    network = Network(lambda request: reply(str(request.url)))
    transport = network.transport("venue", ROOMY)
    pages = [ask(transport, fresh_for=60, query=[("page", str(n))]).body for n in (1, 2, 1)]
    assert pages == [f"{URL}?page=1", f"{URL}?page=2", f"{URL}?page=1"]
    assert len(network.requests) == 2


def test_cache_is_bounded_in_answers_and_in_bytes() -> None:
    cache = AnswerCache(most_answers=3, most_bytes=100)
    for number in range(5):
        cache.put(str(number).encode(), kept(40))
        assert len(cache) <= 3
        assert cache.size <= 100
    assert cache.get(b"2") is None
    assert cache.get(b"4") is not None
    cache.put(b"large", kept(101))
    assert cache.get(b"large") is None
    cache.put(b"4", kept(10))
    assert cache.size == 50


def test_cache_forgets_what_was_used_longest_ago() -> None:
    cache = AnswerCache(most_answers=2)
    cache.put(b"a", kept(1))
    cache.put(b"b", kept(1))
    cache.get(b"a")
    cache.put(b"c", kept(1))
    assert cache.get(b"b") is None
    assert cache.get(b"a") is not None


def kept(size: int) -> Kept:
    return Kept(b"x" * size, {}, NOW, NOW, 0.0)


def test_gateway_is_asked_in_place_of_the_host() -> None:
    network = Network(replies(reply([1])), gateway="http://127.0.0.1:8123")
    transport = network.transport("venue", ROOMY)
    query = [("id", "a b")]
    assert run(transport.get(URL, query, deadline=transport.until(5))) == [1]
    assert network.requests[0].url == httpx.URL(f"http://127.0.0.1:8123/{HOST}/list?id=a+b")
