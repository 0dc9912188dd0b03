"""The ways in which a venue fails, as codes to count by."""

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
