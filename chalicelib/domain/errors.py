"""The exception tree. A refusal is a value; an exception is a mistake, a fault or a lost race.

TesterError
├── InputError            the caller sent something we will not act on          400
├── NotFoundError         the thing named does not exist                        404
├── ConflictError         the caller acted on an old version of a row           409
├── AuthError             no usable token (401) or a role too small (403)
├── VenueError            a venue could not be used in this cycle
│   ├── VenueUnavailable      it did not answer, or refused to
│   └── VenuePayloadError     it answered with something we do not believe
└── StoreError            our own state could not be read or written
    ├── TransactionCancelled  a condition of a write did not hold
    └── StoreUnavailable      throttled, unreachable, or the answer was lost
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.fault import FaultKind


class TesterError(Exception):
    """Anything this product raises on purpose.

    ``hint`` tells the reader what to do next; it is shown beside the message everywhere.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(TesterError):
    """The request cannot be acted on as it stands."""


class NotFoundError(TesterError):
    """The named thing does not exist."""


class ConflictError(TesterError):
    """The row has moved on; ``current`` is what it is now."""

    def __init__(self, message: str, hint: str = "", current: object = None) -> None:
        super().__init__(message, hint)
        self.current = current


class AuthError(TesterError):
    """The bearer may not do this; ``status`` is 401 (who are you) or 403 (not you)."""

    def __init__(self, message: str, hint: str, status: int) -> None:
        super().__init__(message, hint)
        self.status = status


class VenueError(TesterError):
    """A venue could not be used in this cycle.

    ``kind`` is the way in which it failed; ``retry_after`` the seconds for which it is to be left
    alone, where it said so.
    """

    usual = FaultKind.UNAVAILABLE

    def __init__(
        self,
        message: str,
        hint: str = "",
        kind: FaultKind | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.kind = kind or self.usual
        self.retry_after = retry_after


class VenueUnavailable(VenueError):
    """The venue did not answer in time, or answered that it will not serve us."""


class VenuePayloadError(VenueError):
    """The venue answered with something that cannot be true; names the field's path."""

    usual = FaultKind.PAYLOAD


class StoreError(TesterError):
    """Our own state could not be read or written."""


class StoreUnavailable(StoreError):
    """The store was throttled or unreachable, so whether the write happened is unknown."""


class TransactionCancelled(StoreError):
    """A condition did not hold.

    ``failed`` names the writes (by label) that were refused; ``current`` is the row that stood
    in the way, where the store told us.
    """

    def __init__(self, failed: tuple[str, ...], current: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"write cancelled: {', '.join(failed)} changed since it was read")
        self.failed = failed
        self.current = current
