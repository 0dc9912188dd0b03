"""Read an answer's body within limits: on the wire, unpacked, and as JSON."""

import zlib
from collections.abc import AsyncIterator

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.fault import FaultKind
from chalicelib.venues.payload import load_json
from chalicelib.venues.text import clean_text

_MEGABYTE = 1_000_000
WIRE_LIMIT = 5 * _MEGABYTE
UNPACKED_LIMIT = 25 * _MEGABYTE
_GZIP_WINDOW = 31
_CUT_HINT = "The next cycle asks again. If it goes on, ask the venue's status page."


async def read_body(chunks: AsyncIterator[bytes], encoding: str, origin: str) -> bytes:
    """Collect and unpack a body; raise VenuePayloadError as soon as it passes a limit."""
    if encoding not in ("", "identity", "gzip"):
        raise VenuePayloadError(
            f"{origin} answered in encoding {encoding[:20]!r}, expected gzip",
            "Only gzip was offered: something between us and the venue changes its answers.",
            FaultKind.NOT_JSON,
        )
    inflater = zlib.decompressobj(_GZIP_WINDOW) if encoding == "gzip" else None
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > WIRE_LIMIT:
            raise _too_large(origin, WIRE_LIMIT)
        body += chunk if inflater is None else _inflate(inflater, chunk, len(body), origin)
        if len(body) > UNPACKED_LIMIT:
            raise _too_large(origin, UNPACKED_LIMIT)
    if inflater is not None and not inflater.eof:
        raise VenuePayloadError(
            f"{origin} sent a gzip body that is cut off", _CUT_HINT, FaultKind.TRUNCATED
        )
    return bytes(body)


def _inflate(inflater: "zlib._Decompress", chunk: bytes, unpacked: int, origin: str) -> bytes:
    # One byte more than allowed is enough to know, and a bomb never unfolds in memory.
    try:
        return inflater.decompress(chunk, UNPACKED_LIMIT - unpacked + 1)
    except zlib.error as exc:
        raise VenuePayloadError(
            f"{origin} sent a broken gzip body: {exc}", _CUT_HINT, FaultKind.NOT_JSON
        ) from exc


def _too_large(origin: str, limit: int) -> VenuePayloadError:
    return VenuePayloadError(
        f"{origin} sent more than {limit // _MEGABYTE} MB",
        "Ask for less per request; a larger answer is not read.",
        FaultKind.TOO_LARGE,
    )


def parse_json(body: bytes, content_type: str, origin: str) -> object:
    """Parse a body; an error page sent with status 200 is a VenuePayloadError."""
    try:
        return load_json(body)
    except ValueError as exc:
        if _is_cut_off(body):
            raise VenuePayloadError(
                f"{origin} sent JSON that is cut off after {len(body)} bytes",
                _CUT_HINT,
                FaultKind.TRUNCATED,
            ) from exc
        kind = content_type.split(";", maxsplit=1)[0][:40] or "unnamed content"
        raise VenuePayloadError(
            f"{origin} sent {kind} that is not JSON: {str(exc)[:80]}",
            "An HTML page here usually means a proxy, a login wall or maintenance.",
            FaultKind.NOT_JSON,
        ) from exc


_SPOKEN = ("error_message", "detail", "reason", "message", "msg", "error", "status", "title")
"""Where APIs put the words of an error, most telling first; the RFC 7807 names among them."""


def words_in(answer: object) -> str:
    """The sentence in which an answer says what is wrong, cleaned; nothing when it has none."""
    if isinstance(answer, str):
        return clean_text(answer, 160)
    if not isinstance(answer, dict):
        return ""
    return next((words for key in _SPOKEN if (words := words_in(answer.get(key)))), "")


def _is_cut_off(body: bytes) -> bool:
    """Whether it begins as JSON begins and stops before as much is closed as was opened."""
    text = body.strip()
    opened = text.count(b"[") + text.count(b"{")
    closed = text.count(b"]") + text.count(b"}")
    return text[:1] in (b"[", b"{") and opened > closed
