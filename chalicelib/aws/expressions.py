"""Conditions and updates as DynamoDB expressions. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.aws.table import Absent, AllOf, AnyOf, Condition, Equals, LessThan


class Expression:
    """Collects the names and values that an expression refers to (names may be reserved words)."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """A placeholder for an attribute's name, the same one each time."""
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        """A placeholder for a value."""
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder

    def condition(self, condition: Condition) -> str:
        """The condition as text."""
        match condition:
            case Absent(attribute):
                return f"attribute_not_exists({self.name(attribute)})"
            case Equals(attribute, value):
                return f"{self.name(attribute)} = {self.value(value)}"
            case LessThan(attribute, value):
                return f"{self.name(attribute)} < {self.value(value)}"
            case AllOf(clauses):
                return "(" + " AND ".join(self.condition(c) for c in clauses) + ")"
            case AnyOf(clauses):
                return "(" + " OR ".join(self.condition(c) for c in clauses) + ")"

    def update(self, sets: Mapping[str, Any], adds: Mapping[str, int]) -> str:
        """An update expression that sets some attributes and adds to others."""
        parts = []
        if sets:
            assigned = (f"{self.name(k)} = {self.value(v)}" for k, v in sets.items())
            parts.append("SET " + ", ".join(assigned))
        if adds:
            added = (f"{self.name(k)} {self.value(v)}" for k, v in adds.items())
            parts.append("ADD " + ", ".join(added))
        return " ".join(parts)

    def attributes(self, serialize: Callable[[Any], Any]) -> dict[str, Any]:
        """The request's name and value maps; a map that would be empty is left out."""
        found: dict[str, Any] = {}
        if self._names:
            found["ExpressionAttributeNames"] = {v: k for k, v in self._names.items()}
        if self._values:
            found["ExpressionAttributeValues"] = {k: serialize(v) for k, v in self._values.items()}
        return found
