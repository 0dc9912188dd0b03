"""What the ledger needs of a key-value table: conditional writes, one transaction, one query.

Conditions are values, not text, so that DynamoDB and the simulator's table judge the same ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

Item: TypeAlias = dict[str, Any]
"""One row: text, whole numbers, lists and maps of them; always with ``pk`` and ``sk``."""


class Key(NamedTuple):
    """Where a row lives."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Holds when the row has no such attribute (or there is no row)."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Equals:
    """Holds when the attribute is exactly this value."""

    attribute: str
    value: str | int


@dataclass(frozen=True, slots=True)
class LessThan:
    """Holds when the attribute exists and is below this value."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every clause does."""

    clauses: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one clause does."""

    clauses: tuple["Condition", ...]


Condition: TypeAlias = Absent | Equals | LessThan | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Put:
    """Store a whole row."""

    label: str
    item: Item
    condition: Condition | None = None

    @property
    def key(self) -> Key:
        """Where the row goes."""
        return Key(self.item["pk"], self.item["sk"])


@dataclass(frozen=True, slots=True)
class Update:
    """Set some attributes of a row and add to others, making the row if there is none."""

    label: str
    key: Key
    set: Mapping[str, Any]
    add: Mapping[str, int] = field(default_factory=dict)
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row; removing what is not there is not an error."""

    label: str
    key: Key
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Change nothing, but cancel the transaction unless the condition holds."""

    label: str
    key: Key
    condition: Condition


Write: TypeAlias = Put | Update | Delete | Check

MAX_WRITES = 100
"""Most writes in one transaction (DynamoDB service limit)."""


@dataclass(frozen=True, slots=True)
class QueryPage:
    """Rows of one partition in key order; ``more`` says that the limit cut the list."""

    items: list[Item]
    more: bool


class Table(Protocol):
    """A table with single-row conditional writes and all-or-nothing transactions.

    Every method raises StoreUnavailable when the outcome is not known, and writes raise
    TransactionCancelled when a condition did not hold.
    """

    async def get(self, key: Key) -> Item | None:
        """One row, read consistently."""
        ...

    async def query(
        self,
        pk: str,
        *,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> QueryPage:
        """Rows of one partition, read consistently; ``before`` keeps sort keys below it."""
        ...

    async def write(self, write: Write) -> Item | None:
        """One conditional write; an Update answers the row as it is now."""
        ...

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """All writes or none; the same token again within minutes changes nothing."""
        ...


def holds(condition: Condition | None, item: Mapping[str, Any] | None) -> bool:
    """Whether a condition is true of a row, with DynamoDB's rules for missing attributes."""
    row = item or {}
    match condition:
        case None:
            return True
        case Absent():
            return condition.attribute not in row
        case Equals():
            name = condition.attribute
            return name in row and row[name] == condition.value
        case LessThan():
            name = condition.attribute
            return name in row and row[name] < condition.value
        case AllOf():
            return all(holds(clause, row) for clause in condition.clauses)
        case AnyOf():
            return any(holds(clause, row) for clause in condition.clauses)
