"""A request and an answer, free of any framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.aws.table import Table
from chalicelib.operations.tokens import Token
from chalicelib.ports import Archive
from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What came in. Header names are in lower case."""

    method: str
    path: str
    path_params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes out: JSON text, or nothing at all for 304."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Office:
    """What views work with: state, archive, settings and the time of this request."""

    table: Table
    archive: Archive
    settings: Settings
    now: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised, validated call of an endpoint."""

    office: Office
    token: Token | None
    params: Mapping[str, str]
    query: Any
    body: Any
    headers: Mapping[str, str]

    @property
    def actor(self) -> str:
        """Who is calling, for the audit trail."""
        return "nobody" if self.token is None else f"{self.token.label} ({self.token.token_id})"
