"""A table and an archive in memory that judge conditions as DynamoDB and S3 do."""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.aws.table import (
    MAX_WRITES,
    Check,
    Delete,
    Item,
    Key,
    Put,
    QueryPage,
    Update,
    Write,
    holds,
)
from chalicelib.domain.errors import TransactionCancelled


class Change(NamedTuple):
    """What became of one row; None stands for no row."""

    key: Key
    before: Item | None
    after: Item | None


def _unwatched(_: object) -> None:
    """See nothing: nobody watches."""


class MemoryTable:
    """The Table port over dictionaries. Rows are replaced, never changed in place.

    ``watch`` is told the changes of each write or transaction once they are made.
    """

    def __init__(self, watch: Callable[[Sequence[Change]], None] = _unwatched) -> None:
        self.rows: dict[str, dict[str, Item]] = {}
        self.sort_keys: dict[str, list[str]] = {}
        self.tokens: dict[str, Sequence[Write]] = {}
        self._watch = watch

    async def get(self, key: Key) -> Item | None:
        """One row."""
        return self.rows.get(key.pk, {}).get(key.sk)

    async def query(
        self,
        pk: str,
        *,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> QueryPage:
        """Rows of one partition in key order."""
        names = self.sort_keys.get(pk, [])
        if before is not None:
            names = names[: bisect_left(names, before)]
        if newest_first:
            names = names[::-1]
        cut = names if limit is None else names[:limit]
        rows = self.rows.get(pk, {})
        return QueryPage([rows[name] for name in cut], len(cut) < len(names))

    async def write(self, write: Write) -> Item | None:
        """One conditional write."""
        current = self._row(write.key)
        if not holds(write.condition, current):
            raise TransactionCancelled((write.label,), current)
        self._apply_all((write,))
        return self._row(write.key) if isinstance(write, Update) else None

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """All or none; a token that was seen changes nothing."""
        if len(writes) > MAX_WRITES or len({write.key for write in writes}) != len(writes):
            raise ValueError("a transaction takes at most 100 writes, one for each row")
        if token in self.tokens:
            if self.tokens[token] != writes:
                raise ValueError("one token was used for two different transactions")
            return
        failed = tuple(
            write.label for write in writes if not holds(write.condition, self._row(write.key))
        )
        if failed:
            raise TransactionCancelled(failed)
        self._apply_all(writes)
        self.tokens[token] = writes

    def drop_oldest(self, pk: str, keep: int) -> list[str]:
        """Forget all but the last ``keep`` rows of a partition, unwatched, and answer their keys.

        What has been checked long ago need not be kept through a long simulation.
        """
        names = self.sort_keys.get(pk, [])
        dropped = names[: max(0, len(names) - keep)]
        del names[: len(dropped)]
        for name in dropped:
            del self.rows[pk][name]
        return dropped

    def _apply_all(self, writes: Sequence[Write]) -> None:
        changes = [self._changed(write) for write in writes if not isinstance(write, Check)]
        self._watch(changes)

    def _row(self, key: Key) -> Item | None:
        partition = self.rows.get(key[0])
        return None if partition is None else partition.get(key[1])

    def _changed(self, write: Write) -> Change:
        key = write.key
        before = self._row(key)
        after: Item | None = None
        if isinstance(write, Delete):
            self._remove(key)
        elif isinstance(write, Update):
            after = self._store(key, self._updated(write, before or {}))
        elif isinstance(write, Put):
            after = self._store(key, dict(write.item))
        return Change(key, before, after)

    def _remove(self, key: Key) -> None:
        if self.rows.get(key.pk, {}).pop(key.sk, None) is not None:
            names = self.sort_keys[key.pk]
            del names[bisect_left(names, key.sk)]

    def _updated(self, write: Update, old: Item) -> Item:
        added = {name: old.get(name, 0) + by for name, by in write.add.items()}
        return {**old, "pk": write.key.pk, "sk": write.key.sk, **write.set, **added}

    def _store(self, key: Key, item: Item) -> Item:
        partition = self.rows.setdefault(key.pk, {})
        if key.sk not in partition:
            insort(self.sort_keys.setdefault(key.pk, []), key.sk)
        partition[key.sk] = item
        return item


class MemoryArchive:
    """The Archive port over a dictionary. ``watch`` is told each key that is really stored."""

    def __init__(self, watch: Callable[[str], None] = _unwatched) -> None:
        self.objects: dict[str, bytes] = {}
        self._watch = watch

    async def put_once(self, key: str, body: bytes) -> None:
        """Keep the first body stored under a key."""
        if key not in self.objects:
            self.objects[key] = body
            self._watch(key)

    async def get(self, key: str) -> bytes | None:
        """The object, or None."""
        return self.objects.get(key)

    async def keys(self, prefix: str) -> list[str]:
        """The keys below a prefix, in order."""
        return sorted(key for key in self.objects if key.startswith(prefix))
