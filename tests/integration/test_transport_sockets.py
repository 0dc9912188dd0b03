"""What the real network stack raises, by kind; and what the simulated venues send in its place."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import Kind, Rule
from bot.exchanges.server import Server
from bot.exchanges.world import World
from chalicelib.domain.errors import VenueError
from chalicelib.domain.fault import FaultKind
from chalicelib.venues.connection import shared_client
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Surroundings, Transport

HOST = "clob.polymarket.com"
PACES = {HOST: Pace(per_second=1000, burst=1000)}
URL = f"https://{HOST}/time"


async def kind_of_failure(transport: Transport, budget: float = 1.0) -> FaultKind:
    """How one question fails."""
    with pytest.raises(VenueError) as caught:
        await transport.get(URL, deadline=transport.until(budget))
    return caught.value.kind


async def closing(work: Any) -> Any:
    """Do it, and close the loop's client behind it."""
    try:
        return await work
    finally:
        await shared_client().aclose()


def led_to(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> None:
    """Lead every connection of this test to one place."""
    connect: Callable[..., Any] = anyio.connect_tcp

    async def elsewhere(remote_host: str, remote_port: int, **more: Any) -> Any:
        return await connect(host, port, **more)

    monkeypatch.setattr(anyio, "connect_tcp", elsewhere)


def directly() -> Transport:
    return Transport("polymarket", PACES, surroundings=Surroundings(gateway=lambda: ""))


def test_name_that_is_not_known_is_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    led_to(monkeypatch, "nowhere.invalid", 443)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert asyncio.run(closing(kind_of_failure(directly()))) is FaultKind.DNS


def test_port_that_is_closed_is_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        led_to(monkeypatch, "127.0.0.1", taken.getsockname()[1])
        assert asyncio.run(closing(kind_of_failure(directly()))) is FaultKind.CONNECT


def test_server_without_tls_is_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> FaultKind:
        async with Server(Exchanges()) as server:
            led_to(monkeypatch, "127.0.0.1", server.port)
            return await kind_of_failure(directly())

    assert asyncio.run(closing(work())) is FaultKind.TLS


@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        (Kind.DNS, FaultKind.DNS),
        (Kind.CONNECT, FaultKind.CONNECT),
        (Kind.TLS, FaultKind.TLS),
        (Kind.RESET, FaultKind.CONNECT),
        (Kind.READ_TIMEOUT, FaultKind.READ_TIMEOUT),
        (Kind.DRIP, FaultKind.READ_TIMEOUT),
        (Kind.STATUS_429, FaultKind.RATE_LIMITED),
        (Kind.STATUS_429_RETRY_AFTER, FaultKind.RATE_LIMITED),
        (Kind.STATUS_500, FaultKind.STATUS),
        (Kind.STATUS_503, FaultKind.STATUS),
        (Kind.STATUS_403, FaultKind.REFUSED),
        (Kind.STATUS_418, FaultKind.REFUSED),
        (Kind.STATUS_451, FaultKind.REFUSED),
        (Kind.BROKEN_OFF, FaultKind.TRUNCATED),
        (Kind.HTML, FaultKind.NOT_JSON),
        (Kind.TOO_LARGE, FaultKind.TOO_LARGE),
    ],
)
def test_simulated_fault_counts_as_what_it_stands_for(
    monkeypatch: pytest.MonkeyPatch, sent: Kind, counted: FaultKind
) -> None:
    async def work() -> FaultKind:
        async with Server(Exchanges(faults=[Rule(sent)])) as server:
            monkeypatch.setenv("VENUE_GATEWAY", server.gateway)
            return await kind_of_failure(Transport("polymarket", PACES))

    assert asyncio.run(closing(work())) is counted


def test_unchanged_answer_is_confirmed_over_a_real_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work() -> tuple[bool, bool]:
        listing = "https://gamma-api.polymarket.com/markets/keyset"
        async with Server(Exchanges(World(markets=3), lambda: 1.8e9)) as server:
            monkeypatch.setenv("VENUE_GATEWAY", server.gateway)
            host = "gamma-api.polymarket.com"
            transport = Transport("polymarket", {host: PACES[HOST]})
            first = await transport.ask(listing, deadline=transport.until(5), fresh_for=0)
            again = await transport.ask(listing, deadline=transport.until(5), fresh_for=0)
            assert server.exchanges.asked.total() == 2
            return first.body == again.body, first.fetched_at == again.fetched_at

    assert asyncio.run(closing(work())) == (True, True)
