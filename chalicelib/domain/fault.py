"""How a venue fails: the ways, as codes to count by, and one failure in one cycle."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Why a venue could not be used."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    READ_TIMEOUT = "read-timeout"
    STATUS = "status"
    RATE_LIMITED = "rate-limited"
    REFUSED = "refused"
    NOT_FOUND = "not-found"
    TRUNCATED = "truncated"
    NOT_JSON = "not-json"
    TOO_LARGE = "too-large"
    PAYLOAD = "payload"
    PACED = "paced"
    UNAVAILABLE = "unavailable"
    BREAKER_OPEN = "breaker-open"
    DEFECT = "defect"


@dataclass(frozen=True, slots=True)
class VenueFault:
    """A venue that could not be used in this cycle; the others went on.

    ``code`` is a FaultKind. ``retry_after`` is for how many seconds the venue asked to be left
    alone. ``call`` is what it was asked for: ``scan``, ``resolutions`` or ``books``.
    """

    venue: str
    code: str
    reason: str
    retry_after: float | None = None
    call: str = ""

    def __str__(self) -> str:
        """The venue and what was wrong; most reasons begin with the venue already."""
        named = self.reason.startswith((f"{self.venue}:", f"{self.venue} "))
        return self.reason if named else f"{self.venue}: {self.reason}"
