"""An HTTP/1.1 server on the loopback address: ``/HOST/PATH`` is answered as HOST would."""

import asyncio
import gzip
import hashlib
import socket
import struct
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.exchanges.exchange import Exchanges
from bot.exchanges.faults import Kind
from bot.exchanges.spoil import spoilt_body
from bot.exchanges.wire import Reply, Request

ADDRESS = "127.0.0.1"
_MOST_BODY = 1_000_000
_HEAD_LIMIT = 65_536
_REASONS = {200: "OK", 304: "Not Modified"}
_RESET = struct.pack("ii", 1, 0)


class _NotHttp(Exception):
    """The client speaks something else, such as TLS."""


class Server:
    """Serves until it is closed; ``port`` 0 takes any free one, ``delay`` is seconds an answer."""

    def __init__(self, exchanges: Exchanges, port: int = 0, delay: float = 0.0) -> None:
        self.exchanges = exchanges
        self.port = port
        self._delay = delay
        self._listener: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def gateway(self) -> str:
        """The address for VENUE_GATEWAY."""
        return f"http://{ADDRESS}:{self.port}"

    async def __aenter__(self) -> "Server":
        self._listener = await asyncio.start_server(
            self._connected, ADDRESS, self.port, limit=_HEAD_LIMIT
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listener is not None:
            self._listener.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            while await self._serve_one(reader, writer):
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return  # the client went away, or sends a head without end
        except _NotHttp:
            writer.write(_head(400, {}, 0))
        except asyncio.CancelledError:
            return  # the server is closing; raised on, it would be logged as a mistake
        finally:
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the connection is at its end."""
        request = await _read(reader)
        kind = self.exchanges.fault(request)
        reply = self.exchanges.answer(request, kind)
        await asyncio.sleep(self._delay)
        if kind is Kind.RESET:
            _reset(writer)
            return False
        if kind is Kind.READ_TIMEOUT:
            await reader.read(1)  # ends when the client gives up
            return False
        head, body = _packed(reply, request, kind)
        if kind is Kind.DRIP:
            return await _drip(reader, writer, head, body)
        if kind is Kind.BROKEN_OFF:
            writer.write(head + body[: len(body) // 2])
            await writer.drain()
            return False
        writer.write(head + body)
        return True


async def serve(exchanges: Exchanges, port: int, say: Callable[[str], None]) -> None:
    """Serve until cancelled, and say where."""
    async with Server(exchanges, port) as server:
        say(f"simulated venues on {server.gateway}: set VENUE_GATEWAY to it")
        await asyncio.Event().wait()


async def _read(reader: asyncio.StreamReader) -> Request:
    initial = await reader.readexactly(1)
    if not initial.isalpha():
        raise _NotHttp
    head = (initial + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = (*first.split(" "), "", "")[:3]
    headers = {
        name.strip().lower(): value.strip()
        for name, found, value in (line.partition(":") for line in lines)
        if found
    }
    length = headers.get("content-length", "0")
    size = min(int(length), _MOST_BODY) if length.isdigit() else 0
    body = await reader.readexactly(size) if size else b""
    parts = urlsplit(target)
    host, _, path = parts.path.removeprefix("/").partition("/")
    query = parse_qsl(parts.query, keep_blank_values=True)
    return Request(method, host, "/" + unquote(path), query, headers, body)


def _packed(reply: Reply, request: Request, kind: Kind | None) -> tuple[bytes, bytes]:
    """Head and body as sent: packed and tagged as the venues' networks do it."""
    body = spoilt_body(kind, reply.body())
    headers: dict[str, str] = {"content-type": "application/json", **reply.headers}
    if kind is Kind.HTML:
        headers["content-type"] = "text/html; charset=utf-8"
    status = reply.status
    if status == 200 and request.method == "GET":
        headers["etag"] = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == headers["etag"]:
            status, body = 304, b""
    is_whole = kind not in (Kind.TOO_LARGE, Kind.DRIP, Kind.BROKEN_OFF)
    if is_whole and len(body) > 1000 and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body, 1, mtime=0)
    return _head(status, headers, len(body)), body


def _head(status: int, headers: Mapping[str, str], length: int) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Simulated')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"content-length: {length}", "", ""]).encode("latin-1")


async def _drip(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: bytes
) -> bool:
    """One byte a second, until the client has had enough."""
    writer.write(head)
    for position in range(len(body)):
        writer.write(body[position : position + 1])
        await writer.drain()
        try:
            async with asyncio.timeout(1.0):
                await reader.read(1)
        except TimeoutError:
            continue
        return False
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection without an answer and without the usual farewell."""
    door: socket.socket | None = writer.get_extra_info("socket")
    if door is not None:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
