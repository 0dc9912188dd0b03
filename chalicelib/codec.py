"""Domain values as JSON text and back, exactly: decimals are strings, times ISO 8601."""

from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.errors import StoreError

Value = TypeVar("Value")


class Codec(Generic[Value]):
    """Encode one type; decoding anything else raises StoreError that names the field."""

    def __init__(self, kind: Any, name: str) -> None:
        self._kind = kind
        self._name = name

    @cached_property
    def _adapter(self) -> TypeAdapter[Value]:
        """Built on first use: a cold start of the API needs few of them."""
        return TypeAdapter(self._kind)

    def encode(self, value: Value) -> bytes:
        """The value as compact JSON; equal values give equal bytes."""
        return self._adapter.dump_json(value)

    def text(self, value: Value) -> str:
        """The value as JSON text."""
        return self.encode(value).decode()

    def decode(self, body: bytes | str) -> Value:
        """The value, or StoreError."""
        try:
            return self._adapter.validate_json(body)
        except ValidationError as exc:
            first = exc.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise StoreError(
                f"stored {self._name} cannot be read: {where or 'it'} {first['msg'].lower()}",
                "It was written by another version, or damaged. Run `bot doctor`.",
            ) from exc
