"""Every failure has a kind, is counted by it, and says for how long the venue wants no more."""

import asyncio
import gzip
import socket
import ssl

import httpx
import pytest

from chalicelib.domain.errors import InputError, VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.usage import HostUsage
from chalicelib.venues.connection import SIDE_BY_SIDE
from chalicelib.venues.metering import take_usage
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Transport
from tests.unit.venues.played_http import HOST, ROOMY, Chunks, Network, replies, reply, run

URL = f"https://{HOST}/list"


def failure(network: Network, paces: dict[str, Pace] = ROOMY, budget: float = 20.0) -> VenueError:
    transport = network.transport("venue", paces)
    with pytest.raises(VenueError) as caught:
        run(transport.get(URL, deadline=transport.until(budget)))
    return caught.value


def caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "not known")), FaultKind.DNS),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), FaultKind.CONNECT),
        (httpx.ConnectTimeout("slow"), FaultKind.CONNECT),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("expired")), FaultKind.TLS),
        (httpx.ReadTimeout("slow"), FaultKind.READ_TIMEOUT),
        (httpx.RemoteProtocolError("disconnected without a response"), FaultKind.CONNECT),
    ],
)
def test_exchange_that_never_began_says_why(raised: Exception, kind: FaultKind) -> None:
    assert failure(Network(replies(*[raised] * 3))).kind is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(b'{"markets": [{"id": 1}, {"id"'), FaultKind.TRUNCATED),
        (reply(b'{"markets": [{"id": 1}'), FaultKind.TRUNCATED),
        (reply(gzip.compress(b"[]")[:-9], content_encoding="gzip"), FaultKind.TRUNCATED),
        (reply(b"<html>maintenance</html>"), FaultKind.NOT_JSON),
        (reply(b"[]", content_encoding="br"), FaultKind.NOT_JSON),
        (reply(b" " * 5_000_001), FaultKind.TOO_LARGE),
        (reply([], 204), FaultKind.STATUS),
        (reply([], 302), FaultKind.STATUS),
        (reply([], 422), FaultKind.STATUS),
        (reply([], 404), FaultKind.NOT_FOUND),
    ],
)
def test_answer_that_cannot_be_used_says_why(answer: httpx.Response, kind: FaultKind) -> None:
    assert failure(Network(replies(answer))).kind is kind


def test_body_that_breaks_off_is_truncated_and_tried_again() -> None:
    def broken() -> httpx.Response:
        def pieces() -> object:
            yield b"["
            raise httpx.RemoteProtocolError("peer closed connection")

        return httpx.Response(200, stream=Chunks(pieces()))  # type: ignore[arg-type]

    network = Network(lambda request: broken())
    assert failure(network).kind is FaultKind.TRUNCATED
    assert len(network.requests) == 3


@pytest.mark.parametrize("status", [500, 503])
def test_server_error_is_a_status(status: int) -> None:
    assert failure(Network(lambda request: reply([], status))).kind is FaultKind.STATUS


def test_429_says_how_long_to_wait() -> None:
    fault = failure(Network(replies(reply([], 429, retry_after="120"))))
    assert (fault.kind, fault.retry_after) == (FaultKind.RATE_LIMITED, 120)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, 900.0), ({"retry_after": "1200"}, 1200.0), ({"retry_after": "999999999"}, 259_200.0)],
)
def test_refusal_lasts_as_long_as_the_host_says(headers: dict[str, str], seconds: float) -> None:
    network = Network(replies(reply([], 418, **headers)))
    transport = network.transport("venue", ROOMY)
    for waited in (0.0, 20.0):
        network.time = 1000.0 + waited
        with pytest.raises(VenueUnavailable) as caught:
            run(transport.get(URL, deadline=transport.until(20)))
        assert (caught.value.kind, caught.value.retry_after) == (
            FaultKind.REFUSED,
            seconds - waited,
        )
    assert len(network.requests) == 1


def test_our_own_allowance_is_no_fault_of_the_host() -> None:
    slow = {HOST: Pace(per_second=0.01, burst=1)}
    network = Network(lambda request: reply([], 500))
    fault = failure(network, slow)
    assert fault.kind is FaultKind.PACED


def test_value_that_cannot_be_true_is_a_payload_fault() -> None:
    assert VenuePayloadError("price is NaN").kind is FaultKind.PAYLOAD


def test_gateway_that_cannot_reach_a_host_says_why_in_its_stead() -> None:
    for error, kind in (
        ("dns_error", FaultKind.DNS),
        ("connection_refused", FaultKind.CONNECT),
        ("tls_protocol_error", FaultKind.TLS),
        ("http_response_incomplete", FaultKind.STATUS),
    ):
        status = {"proxy_status": f"simulator; error={error}"}

        def answer(request: httpx.Request, status: dict[str, str] = status) -> httpx.Response:
            return reply(b"", 502, **status)

        assert failure(Network(answer, gateway="http://127.0.0.1:9")).kind is kind
        assert failure(Network(answer)).kind is FaultKind.STATUS


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8000",
        "http://10.0.0.1:8000",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000@evil.example",
        "http://127.0.0.1.evil.example:80",
        "yes",
    ],
)
def test_gateway_off_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("VENUE_GATEWAY", address)
    with pytest.raises(InputError, match="VENUE_GATEWAY") as caught:
        Transport("venue", ROOMY)
    assert "127.0.0.1:PORT" in caught.value.hint


def test_usage_counts_what_was_asked_of_a_host() -> None:
    take_usage()
    network = Network(
        replies(reply([], 500), reply([1], etag='"a"'), reply(b"", 304), reply(b"<html>"))
    )
    transport = network.transport("venue", {HOST: Pace(100, 100, limit=60)})
    for fresh_for in (60, 60, 0, None):
        try:
            run(transport.get(URL, deadline=transport.until(9), fresh_for=fresh_for))
        except VenuePayloadError:
            continue
    (usage,) = (u for u in take_usage() if u.host == HOST)
    assert usage == HostUsage(
        HOST,
        requests=4,
        retries=1,
        cached=1,
        unchanged=1,
        received_bytes=9,
        weight=4.0,
        limit=60,
        errors={"not-json": 1, "status": 1},
        venue="venue",
    )
    assert usage.share == pytest.approx(4 / 60)
    assert HOST not in {u.host for u in take_usage()}


def test_usage_takes_the_weight_that_the_host_itself_counts() -> None:
    take_usage()
    pace = Pace(100, 100, limit=6000, weight_header="x-mbx-used-weight-1m")
    network = Network(
        replies(*(reply([], x_mbx_used_weight_1m=seen) for seen in ("20", "45", "", "-3")))
    )
    transport = network.transport("venue", {HOST: pace})
    for _ in range(4):
        run(transport.ask(URL, deadline=transport.until(9), cost=20))
    (usage,) = (u for u in take_usage() if u.host == HOST)
    assert (usage.weight, usage.share) == (45, 45 / 6000)


def test_heavy_request_takes_more_of_the_allowance() -> None:
    network = Network(lambda request: reply([]))
    transport = network.transport("venue", {HOST: Pace(per_second=10, burst=20)})
    for _ in range(3):
        run(transport.ask(URL, deadline=transport.until(20), cost=20))
    assert network.pauses == pytest.approx([2.0, 2.0])


def test_host_that_hangs_leaves_connections_to_the_others() -> None:
    in_flight: list[int] = [0]

    async def hang(request: httpx.Request) -> httpx.Response:
        in_flight.append(in_flight[-1] + 1)
        try:
            await asyncio.sleep(30)
        finally:
            in_flight.append(in_flight[-1] - 1)
        return reply([])

    network = Network(replies())
    network.answer = hang
    transport = network.transport("venue", ROOMY)

    async def ask_often() -> None:
        calls = [transport.get(URL, deadline=transport.until(0.1)) for _ in range(40)]
        await asyncio.gather(*calls, return_exceptions=True)

    run(ask_often())
    assert max(in_flight) == SIDE_BY_SIDE
