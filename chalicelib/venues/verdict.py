"""What an answer's status means: try again, leave the host alone, or give up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.venues.pacing import LONGEST_BAN_SECONDS, retry_after

BLOCKED_SECONDS = 900.0
"""How long a host that refused us is left alone, unless it says how long."""

_OK, _NOT_FOUND, _TOO_MANY = 200, 404, 429
_REFUSES_US = frozenset({403, 418, 451})
_MAY_PASS = frozenset({408, 425, _TOO_MANY})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSED_HINT = (
    "The venue refuses this address, region or program. Set VENUE_CONTACT, run from elsewhere, or "
    "take the venue out of VENUES."
)


class NotThere(VenueUnavailable):
    """The venue does not have the thing asked for, or not any more (status 404)."""

    usual = FaultKind.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Again:
    """An attempt that failed in a way that may pass; ``after`` is what the host asked for."""

    reason: str
    kind: FaultKind
    after: float | None = None


def again(status: int, headers: Mapping[str, str]) -> Again | None:
    """The failed attempt, if this status is one that may pass."""
    if status not in _MAY_PASS and not 500 <= status < 600:
        return None
    kind = FaultKind.RATE_LIMITED if status == _TOO_MANY else FaultKind.STATUS
    return Again(f"status {status}", kind, retry_after(headers))


def refusal(status: int, origin: str, headers: Mapping[str, str]) -> VenueError:
    """The error for a status that no repetition mends."""
    answered = f"{origin} answered {status}"
    if status in _REFUSES_US:
        asked = retry_after(headers, LONGEST_BAN_SECONDS)
        left = BLOCKED_SECONDS if asked is None else asked
        return VenueUnavailable(answered, _REFUSED_HINT, FaultKind.REFUSED, left)
    if status in _REDIRECTS:
        hint = "Redirects are not followed: the API has moved."
        return VenueUnavailable(answered, hint, FaultKind.STATUS)
    if status == _NOT_FOUND:
        return NotThere(answered, "It may have been removed, or the API may have moved.")
    if 400 <= status < 500:
        hint = "The venue no longer takes this request."
        return VenueUnavailable(answered, hint, FaultKind.STATUS)
    return VenuePayloadError(answered, f"Expected {_OK} with JSON.", FaultKind.STATUS)
