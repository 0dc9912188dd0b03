"""What all that crosses the wire has in common: strictness, amounts as text, errors, pages."""

from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, PlainSerializer

Amount = Annotated[Decimal, PlainSerializer(lambda d: format(d, "f"), return_type=str)]
Item = TypeVar("Item")


class Wire(BaseModel):
    """Base of every answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Body(BaseModel):
    """Base of every request body and query: strict, finite, nothing unknown."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, defer_build=True
    )


class ErrorDetail(Wire):
    """What went wrong, and what to do next."""

    code: str
    message: str
    hint: str
    request_id: str


class ErrorAnswer(Wire):
    """The one shape of every error; ``current`` is the row as it is now, on a conflict."""

    error: ErrorDetail
    current: JsonValue = None


class Page(Wire, Generic[Item]):
    """A part of a list; ``next`` is the cursor of the following part, null at the end."""

    items: list[Item]
    next: str | None = None
