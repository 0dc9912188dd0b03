"""What an endpoint is: one row of the contract."""

from dataclasses import dataclass
from enum import IntEnum

from pydantic import BaseModel


class Role(IntEnum):
    """What a token may do; each role may do all that the ones before it may."""

    PUBLIC = 0
    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. ``path`` is below the API stage, so ``/v1/health`` is ``/api/v1/health``.

    ``success`` and ``errors`` are HTTP statuses; ``view`` is the name of a function in views.
    """

    method: str
    path: str
    view: str
    summary: str
    role: Role
    response: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    errors: tuple[int, ...] = (400, 401, 403, 503)
    idempotent: bool = False

    @property
    def parameters(self) -> list[str]:
        """Names in braces in the path, in order."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


WRITE_ERRORS = (400, 401, 403, 404, 409, 413, 415, 503)
