"""The way out: only where we may, only as fast, as long and as much as we may."""

import asyncio
import subprocess
import sys
from functools import partial

import httpx
import pytest

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import (
    ATTEMPTS,
    Declined,
    NotThere,
    Transport,
    shared_client,
)
from tests.unit.venues.played_http import HOST, ROOMY, Network, attempt, replies, reply, run

URL = f"https://{HOST}/list"


def get(network: Network, url: str = URL, budget: float = 20.0) -> object:
    transport = network.transport("venue", ROOMY)
    return run(transport.get(url, deadline=transport.until(budget)))


def test_get_answers_json_and_says_who_asks() -> None:
    network = Network(replies(reply({"a": [1]})))
    transport = network.transport("venue", ROOMY, contact="ops@tester.example")
    query = [("limit", "5"), ("id", "a"), ("id", "b")]
    assert run(transport.get(URL, query, deadline=transport.until(5))) == {"a": [1]}
    sent = network.requests[0]
    assert str(sent.url) == f"{URL}?limit=5&id=a&id=b"
    assert sent.headers["user-agent"].startswith("MarketStrategyTester/")
    assert "ops@tester.example" in sent.headers["user-agent"]
    assert sent.headers["accept-encoding"] == "gzip"


def test_post_sends_json_and_is_repeated_whole() -> None:
    network = Network(replies(reply(status=502), reply([])))
    transport = network.transport("venue", ROOMY)
    run(transport.post(URL, [{"token_id": "7"}], deadline=transport.until(5)))
    assert [r.content for r in network.requests] == [b'[{"token_id": "7"}]'] * 2
    assert network.requests[1].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/list",
        "https://169.254.169.254/latest/meta-data",
        f"https://{HOST}.evil.example/",
        f"https://{HOST}@evil.example/",
        f"https://{HOST}:8443/list",
        "file:///etc/passwd",
    ],
)
def test_addresses_off_the_list_are_never_asked(url: str) -> None:
    network = Network(replies())
    with pytest.raises(VenueUnavailable, match="not an address we may ask"):
        get(network, url)
    assert network.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed(status: int) -> None:
    network = Network(replies(reply(status=status, location="https://evil.example/")))
    with pytest.raises(VenueUnavailable, match=str(status)):
        get(network)
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [
        reply(status=500),
        reply(status=503),
        reply(status=408),
        httpx.ConnectTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("the connection had been closed"),
    ],
)
def test_failure_that_may_pass_is_tried_again(failure: httpx.Response | Exception) -> None:
    network = Network(replies(failure, reply([1])))
    assert get(network) == [1]
    assert network.pauses == [0.25]


def test_tries_are_bounded_and_further_apart() -> None:
    network = Network(lambda request: reply(status=500))
    with pytest.raises(VenueUnavailable, match="in 3 attempts: status 500"):
        get(network)
    assert len(network.requests) == ATTEMPTS
    assert network.pauses == [0.25, 0.5]


def test_no_try_starts_that_the_deadline_would_cut() -> None:
    network = Network(lambda request: reply(status=500))
    with pytest.raises(VenueUnavailable):
        get(network, budget=0.5)
    assert len(network.requests) == 2


def test_429_waits_as_long_as_the_host_asks() -> None:
    network = Network(replies(reply(status=429, retry_after="4"), reply([1])))
    assert get(network) == [1]
    assert network.pauses == [4.0]


def test_429_beyond_the_deadline_fails_at_once_and_holds_the_next_calls_back() -> None:
    network = Network(replies(reply(status=429, retry_after="60"), reply([1])))
    transport = network.transport("venue", ROOMY)
    with pytest.raises(VenueUnavailable, match="429"):
        run(transport.get(URL, deadline=transport.until(20)))
    with pytest.raises(VenueUnavailable, match=r"another 60\.0 s"):
        run(transport.get(URL, deadline=transport.until(20)))
    assert (len(network.requests), network.pauses) == (1, [])
    network.time += 61
    assert run(transport.get(URL, deadline=transport.until(20))) == [1]


def test_429_without_a_time_backs_off() -> None:
    network = Network(replies(reply(status=429), reply(status=429), reply([1])))
    assert get(network) == [1]
    assert network.pauses == [0.25, 0.5]


@pytest.mark.parametrize("status", [403, 418, 451])
def test_host_that_refuses_us_is_left_alone(status: int) -> None:
    network = Network(replies(reply(b"error code: 1010", status), reply([1])))
    transport = network.transport("venue", ROOMY)
    for _ in range(3):
        with pytest.raises(VenueUnavailable, match=str(status)) as caught:
            run(transport.get(URL, deadline=transport.until(20)))
        assert "VENUE_CONTACT" in caught.value.hint
    assert (len(network.requests), network.pauses) == (1, [])
    network.time += 901
    assert run(transport.get(URL, deadline=transport.until(20))) == [1]


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_request_that_is_wrong_is_not_repeated(status: int) -> None:
    network = Network(replies(reply({"error": "invalid"}, status)))
    with pytest.raises(VenueUnavailable, match=str(status)) as caught:
        get(network)
    assert len(network.requests) == 1
    assert isinstance(caught.value, NotThere) is (status == 404)


@pytest.mark.parametrize("status", [201, 204, 206])
def test_success_that_is_not_an_answer_is_refused(status: int) -> None:
    with pytest.raises(VenuePayloadError, match=str(status)):
        get(Network(replies(reply([], status))))


def test_host_that_drips_is_cut_at_the_deadline() -> None:
    async def drip(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return reply([])

    network = Network(replies())
    network.answer = drip  # type: ignore[assignment, method-assign]
    with pytest.raises(VenueUnavailable, match="TimeoutError"):
        get(network, budget=0.05)


def test_requests_are_spread_to_the_agreed_pace() -> None:
    network = Network(lambda request: reply([]))
    transport = network.transport("venue", {HOST: Pace(per_second=2, burst=1)})

    async def three() -> None:
        for _ in range(3):
            await transport.get(URL, deadline=transport.until(20))

    run(three())
    assert network.pauses == pytest.approx([0.5, 0.5])


def test_call_that_cannot_have_its_turn_in_time_fails_without_asking() -> None:
    network = Network(lambda request: reply([]))
    transport = network.transport("venue", {HOST: Pace(per_second=0.1, burst=1)})

    async def two() -> None:
        for _ in range(2):
            await transport.get(URL, deadline=transport.until(5))

    with pytest.raises(VenueUnavailable, match="cannot be asked"):
        run(two())
    assert len(network.requests) == 1


def test_cancelling_the_cycle_cancels_the_request() -> None:
    network = Network(replies())

    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return reply([])

    network.answer = hang  # type: ignore[assignment, method-assign]
    transport = network.transport("venue", ROOMY)

    async def cycle() -> None:
        async with asyncio.timeout(0.05):
            await transport.get(URL, deadline=transport.until(20))

    with pytest.raises(TimeoutError):
        run(cycle())


def test_no_status_gets_past_the_error_tree() -> None:
    for status in range(200, 600):
        answer = attempt(partial(get, Network(replies(*(reply([], status) for _ in range(3))))))
        assert (answer == []) is (status == 200)
        assert status == 200 or (isinstance(answer, VenueError) and answer.hint)


def test_client_is_one_per_event_loop() -> None:
    async def pair() -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
        first, second = shared_client(), shared_client()
        await first.aclose()
        return first, second

    first, second = run(pair())
    third, _ = run(pair())
    assert first is second
    assert third is not first


def test_real_client_has_timeouts_and_follows_nothing() -> None:
    async def settings() -> tuple[bool, httpx.Timeout]:
        client = shared_client()
        await client.aclose()
        return client.follow_redirects, client.timeout

    follows, timeout = run(settings())
    assert follows is False
    assert None not in (timeout.connect, timeout.read, timeout.write, timeout.pool)


def test_unreachable_network_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_route(*_: object, **__: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr("anyio.connect_tcp", no_route)
    transport = Transport("venue", ROOMY)

    async def ask() -> object:
        try:
            return await transport.get(URL, deadline=transport.until(0.2))
        finally:
            await shared_client().aclose()

    with pytest.raises(VenueUnavailable, match="gave no answer"):
        run(ask())


def test_naming_a_venue_does_not_load_the_http_library() -> None:
    program = (
        "import sys, chalicelib.venues, chalicelib.venues.polymarket, chalicelib.ports;"
        "sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"status": {"error_code": 10, "error_message": "not in your plan"}}},
        {"status": {"error_code": 10, "error_message": "not in your plan"}},
        {"error": True, "reason": "not in your plan"},
        {"title": "Refused", "status": 400, "detail": "not in your plan"},
        {"code": -1, "msg": "not in your plan"},
        {"error": "not in your plan"},
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_venue(answer: dict[str, object]) -> None:
    with pytest.raises(Declined, match="answered 400: not in your plan") as caught:
        get(Network(replies(reply(answer, 400))))
    assert (caught.value.status, caught.value.answer) == (400, answer)


@pytest.mark.parametrize("body", [b"<html>no</html>", b"", b"\xff", b"[1]", b"{}", b"null"])
def test_a_refusal_without_words_is_told_by_its_status(body: bytes) -> None:
    with pytest.raises(Declined, match=r"answered 400$"):
        get(Network(replies(reply(body, 400))))


def test_words_of_a_venue_are_told_when_it_asks_to_wait_for_ever() -> None:
    network = Network(replies(*(reply({"msg": "too many requests"}, 429) for _ in range(ATTEMPTS))))
    with pytest.raises(VenueUnavailable, match="status 429: too many requests"):
        get(network)


def test_a_secret_is_sent_and_never_told() -> None:
    network = Network(replies(reply({"error": "bad key k-123"}, 401)))
    transport = network.transport("venue", ROOMY, secrets={"x-key": "k-123"})
    with pytest.raises(Declined) as caught:
        run(transport.get(URL, deadline=transport.until(5)))
    assert network.requests[0].headers["x-key"] == "k-123"
    assert "k-123" not in str(caught.value) + caught.value.hint
    assert "bad key (hidden)" in caught.value.message
