"""What an answer's status means: try again, leave the host alone, or give up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.venues.pacing import LONGEST_BAN_SECONDS, retry_after

BLOCKED_SECONDS = 900.0
"""How long a host that refused us is left alone, unless it says how long."""

_OK, _NOT_FOUND, _TOO_MANY = 200, 404, 429
_BANS_US = 418
_REFUSES_US = frozenset({403, _BANS_US, 451})
_MAY_PASS = frozenset({408, 425, _TOO_MANY})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSED_HINT = (
    "The venue refuses this address, region or program. Set VENUE_CONTACT, run from elsewhere, or "
    "take the venue out of VENUES."
)


class NotThere(VenueUnavailable):
    """The venue does not have the thing asked for, or not any more (status 404)."""

    usual = FaultKind.NOT_FOUND


class Declined(VenueUnavailable):
    """The venue will not answer this request (status 4xx); ``answer`` is what it says, if JSON."""

    usual = FaultKind.STATUS

    def __init__(self, message: str, hint: str, status: int, answer: object) -> None:
        super().__init__(message, hint)
        self.status = status
        self.answer = answer


class Banned(VenueUnavailable):
    """The venue bans our address for asking too often (status 418): no mirror may be asked.

    ``seconds`` is how long.
    """

    usual = FaultKind.REFUSED

    def __init__(self, message: str, hint: str, seconds: float) -> None:
        super().__init__(message, hint, retry_after=seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Again:
    """An attempt that failed in a way that may pass; ``after`` is what the host asked for."""

    reason: str
    kind: FaultKind
    after: float | None = None


def again(status: int, headers: Mapping[str, str], words: str = "") -> Again | None:
    """The failed attempt, if this status is one that may pass; ``words`` are the venue's own."""
    if status not in _MAY_PASS and not 500 <= status < 600:
        return None
    kind = FaultKind.RATE_LIMITED if status == _TOO_MANY else FaultKind.STATUS
    return Again(f"status {status}{words}", kind, retry_after(headers))


def refusal(
    status: int, origin: str, headers: Mapping[str, str], words: str = "", answer: object = None
) -> VenueError:
    """The error for a status that no repetition mends; ``answer`` is the JSON that came with it."""
    answered = f"{origin} answered {status}{words}"
    if status in _REFUSES_US:
        asked = retry_after(headers, LONGEST_BAN_SECONDS)
        left = BLOCKED_SECONDS if asked is None else asked
        if status == _BANS_US:
            return Banned(answered, _REFUSED_HINT, left)
        return VenueUnavailable(answered, _REFUSED_HINT, FaultKind.REFUSED, left)
    if status in _REDIRECTS:
        hint = "Redirects are not followed: the API has moved."
        return VenueUnavailable(answered, hint, FaultKind.STATUS)
    if status == _NOT_FOUND:
        return NotThere(answered, "It may have been removed, or the API may have moved.")
    if 400 <= status < 500:
        return Declined(answered, "The venue no longer takes this request.", status, answer)
    return VenuePayloadError(answered, f"Expected {_OK} with JSON.", FaultKind.STATUS)
