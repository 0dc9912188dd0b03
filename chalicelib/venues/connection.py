"""The process's HTTP client, and why an exchange over it failed.

HTTP/1.1 on purpose: docs/adr/0006-http-1.1-to-venues.md.
"""

import asyncio
import socket
import ssl
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from weakref import WeakKeyDictionary

import httpx

from chalicelib.domain.fault import FaultKind

SIDE_BY_SIDE = 10
"""Requests in flight to one host: one that hangs must not take the connections of the others."""

_TIMEOUT = httpx.Timeout(6.0, connect=3.0)
# Idle connections outlive the minute between two cycles.
_CONNECTIONS = httpx.Limits(
    max_connections=10 * SIDE_BY_SIDE, max_keepalive_connections=20, keepalive_expiry=75.0
)
_NEVER_BY_PROXY = ("all://127.0.0.1", "all://[::1]")

if find_spec("sniffio") is None:
    # httpcore tries to import it three times a request; each try searches the whole path, which
    # is a fifth of a request's time. So is said once that it is not there.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def shared_client() -> httpx.AsyncClient:
    """Return the running event loop's client.

    A connection belongs to the loop it was opened on. A process that keeps one loop, as ours do,
    therefore has one client, and pays for the certificates and connections once.
    """
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = httpx.AsyncClient(
            timeout=_TIMEOUT, limits=_CONNECTIONS, mounts=dict.fromkeys(_NEVER_BY_PROXY)
        )
    return _clients[loop]


def kind_of(failure: BaseException) -> FaultKind:
    """Why no answer began: the first cause that says it."""
    if isinstance(failure, httpx.ConnectTimeout):
        return FaultKind.CONNECT
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return FaultKind.READ_TIMEOUT
    for cause in _causes(failure):
        if isinstance(cause, socket.gaierror):
            return FaultKind.DNS
        if isinstance(cause, ssl.SSLError):
            return FaultKind.TLS
    return FaultKind.CONNECT


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__
