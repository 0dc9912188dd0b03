"""Send every request to a gateway on this machine instead of the venue: for tests and simulations.

The path to ask for is the venue's host and path. A gateway that cannot serve a host says why in
the words of RFC 9209, so that a simulated fault counts as what it stands for.
"""

import os
import re
from collections.abc import Mapping

import httpx

from chalicelib.domain.fault import FaultKind
from chalicelib.settings import GATEWAY_VARIABLE, loopback_gateway

_ERROR = re.compile(r";\s*error=([a-z_]+)")
_KINDS = {
    "dns_error": FaultKind.DNS,
    "dns_timeout": FaultKind.DNS,
    "connection_refused": FaultKind.CONNECT,
    "connection_timeout": FaultKind.CONNECT,
    "destination_unavailable": FaultKind.CONNECT,
    "tls_protocol_error": FaultKind.TLS,
    "tls_certificate_error": FaultKind.TLS,
}


def gateway_of_environment() -> str:
    """The gateway's address, or nothing; raise InputError for one that is not on this machine."""
    return loopback_gateway(os.environ.get(GATEWAY_VARIABLE, ""))


def through(gateway: str, target: httpx.URL) -> httpx.URL:
    """The address to ask for ``target``: itself where there is no gateway."""
    return httpx.URL(f"{gateway}/{target.host}{target.raw_path.decode()}") if gateway else target


def unreached(headers: Mapping[str, str]) -> FaultKind | None:
    """Why the gateway did not reach the host, where its answer says so."""
    error = _ERROR.search(headers.get("proxy-status", ""))
    return _KINDS.get(error[1]) if error else None
