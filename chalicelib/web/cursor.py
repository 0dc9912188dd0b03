"""Cursors that only we can have made: signed with the caller's own token hash."""

import hashlib
import hmac

from chalicelib.domain.errors import InputError
from chalicelib.operations.tokens import Token

SIGNATURE_LENGTH = 16


def sign(place: str | None, token: Token | None, path: str) -> str | None:
    """A place in a list as a cursor for this bearer and this list alone."""
    return None if place is None else f"{_signature(place, token, path)}.{place}"


def verify(cursor: str | None, token: Token | None, path: str) -> str | None:
    """The place in a cursor, or InputError when we did not make it."""
    if cursor is None:
        return None
    signature, _, place = cursor.partition(".")
    genuine = cursor.isascii() and hmac.compare_digest(signature, _signature(place, token, path))
    if not genuine:
        raise InputError("the cursor is not one of ours", "Start the list again without a cursor.")
    return place


def _signature(place: str, token: Token | None, path: str) -> str:
    key = (token.digest if token else "public").encode()
    return hmac.new(key, f"{path}|{place}".encode(), hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]
