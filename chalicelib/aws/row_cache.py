"""What this process last read or wrote, so that a row which stayed as it is need not be decoded."""

from collections.abc import Callable
from typing import Any, TypeVar

from chalicelib.aws.table import Item

Value = TypeVar("Value")


class RowCache:
    """Values of rows under their sort keys. A row that differs in anything is decoded anew."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Item, Any]] = {}

    def read(self, item: Item, decode: Callable[[Item], Value]) -> Value:
        """The value of a row; what ``decode`` raises is not remembered."""
        known = self._known.get(item["sk"])
        if known is not None and known[0] == item:
            remembered: Value = known[1]
            return remembered
        value = decode(item)
        self.wrote(item, value)
        return value

    def wrote(self, item: Item, value: object) -> None:
        """Remember the value that was stored as this row."""
        self._known[item["sk"]] = item, value
