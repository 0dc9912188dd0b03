"""Answers that arrive, and are wrong."""

import json
from typing import Any

from bot.exchanges.faults import Kind
from bot.exchanges.wire import Reply

MEGABYTE = 1_000_000
STALE_SECONDS = 3600.0
RETRY_AFTER_SECONDS = 30
_PAGE = b"<!doctype html><html><head><title>Just a moment</title></head><body></body></html>"
_ENUM_FIELDS = ("status", "state", "type", "result", "kind", "strategy", "side")
_GATEWAY = {
    Kind.DNS: "dns_error",
    Kind.CONNECT: "connection_refused",
    Kind.TLS: "tls_protocol_error",
}
_STATUSES = {
    Kind.STATUS_429: 429,
    Kind.STATUS_429_RETRY_AFTER: 429,
    Kind.STATUS_500: 500,
    Kind.STATUS_503: 503,
    Kind.STATUS_403: 403,
    Kind.STATUS_418: 418,
    Kind.STATUS_451: 451,
}


def in_place_of_an_answer(kind: Kind) -> Reply | None:
    """What is answered without asking the venue, for those kinds that answer so.

    A host that cannot be reached is reported as a gateway reports it (RFC 9209).
    """
    if kind in _GATEWAY:
        status = f"simulator; error={_GATEWAY[kind]}"
        return Reply({"error": kind.value}, 502, {"proxy-status": status})
    if kind not in _STATUSES:
        return None
    waits = kind in (Kind.STATUS_429_RETRY_AFTER, Kind.STATUS_418)
    headers = {"retry-after": str(RETRY_AFTER_SECONDS)} if waits else {}
    return Reply({"error": f"simulated {_STATUSES[kind]}"}, _STATUSES[kind], headers)


def spoilt_content(kind: Kind | None, content: Any) -> Any:
    """The answer's content with a mistake of this kind in it; other kinds leave it as it is."""
    match kind:
        case Kind.WRONG_TYPES:
            return _wrong_types(content)
        case Kind.DUPLICATES:
            return _doubled(content)
        case Kind.RENAMED:
            return _renamed(content)
        case Kind.UNKNOWN_ENUM:
            return _unknown_enums(content)
        case Kind.EMPTY:
            return _emptied(content)
    return content


def spoilt_body(kind: Kind | None, body: bytes) -> bytes:
    """The bytes of an answer, spoilt."""
    match kind:
        case Kind.TRUNCATED:
            return body[: max(1, len(body) * 2 // 3)].rstrip(b"]}") or b"["
        case Kind.HTML:
            return _PAGE
        case Kind.TOO_LARGE:
            return body + b" " * (6 * MEGABYTE)
    return body


def _wrong_types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _wrong_types(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_wrong_types(entry) for entry in value]
    return {"unexpected": json.dumps(value)[:20]}


def _doubled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _doubled(entry) for key, entry in value.items()}
    return [_doubled(entry) for entry in value] * 2 if isinstance(value, list) else value


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{key}_v9": _renamed(entry) for key, entry in value.items()}
    return [_renamed(entry) for entry in value] if isinstance(value, list) else value


def _unknown_enums(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _unknown_enums(entry, key) for key, entry in value.items()}
    if isinstance(value, list):
        return [_unknown_enums(entry, name) for entry in value]
    is_enum = isinstance(value, str) and name.lower().endswith(_ENUM_FIELDS) and value
    return "hibernating" if is_enum else value


def _emptied(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if not isinstance(value, dict):
        return value
    return {
        key: type(entry)() if isinstance(entry, dict | list) else entry
        for key, entry in value.items()
    }
