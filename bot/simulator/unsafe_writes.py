"""Unsafe variants of what is written: guards dropped, transactions torn or repeated."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

from bot.simulator.patching import Patch, module, patched
from chalicelib.aws import rows
from chalicelib.aws.commit import Chunk
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import AllOf, Check, Put, Update, Write
from chalicelib.domain.errors import StoreUnavailable, TransactionCancelled
from chalicelib.ports import OutboxEntry

LEDGER = module("aws.ledger")


def _rewritten(rewrite: Callable[[int, Chunk], Chunk]) -> AbstractContextManager[None]:
    """Change every transaction, given its number, after the real code has made it."""
    real = LEDGER.commit_chunks

    def chunks(*inputs: Any) -> Iterator[Chunk]:
        for number, chunk in enumerate(real(*inputs)):
            yield rewrite(number, chunk)

    return patched(LEDGER, "commit_chunks", chunks)


def _bared(chunk: Chunk, labels: tuple[str, ...]) -> Chunk:
    """The transaction without the conditions of the writes whose labels begin like these."""
    writes: list[Write] = []
    for write in chunk.writes:
        if not write.label.startswith(labels):
            writes.append(write)
        elif not isinstance(write, Check):
            writes.append(replace(write, condition=None))
    return replace(chunk, writes=tuple(writes))


def unguarded(*labels: str) -> Patch:
    """Drop the conditions of the writes whose labels begin like these."""
    return lambda: _rewritten(lambda _, chunk: _bared(chunk, labels))


def without_attribute(label: str, attribute: str) -> Patch:
    """Drop the clauses about one attribute from a write's condition."""

    def weakened(write: Write) -> Write:
        if write.label != label or not isinstance(write.condition, AllOf):
            return write
        kept = tuple(c for c in write.condition.clauses if attribute not in repr(c))
        return replace(write, condition=AllOf(kept))

    def rewrite(_: int, chunk: Chunk) -> Chunk:
        return replace(chunk, writes=tuple(map(weakened, chunk.writes)))

    return lambda: _rewritten(rewrite)


def settlements_unguarded() -> AbstractContextManager[None]:
    """Drop all but the control check from a commit that pays out a settlement."""

    def rewrite(_: int, chunk: Chunk) -> Chunk:
        if chunk.outbox is None or not chunk.outbox.settlements:
            return chunk
        return _bared(chunk, ("lease", "account", "trade", "summary", "outbox"))

    return _rewritten(rewrite)


def numbered_from_zero() -> AbstractContextManager[None]:
    """Number the transactions of each attempt from zero, as if none had been made before."""

    def rewrite(number: int, chunk: Chunk) -> Chunk:
        if chunk.outbox is None:
            return chunk
        entry = replace(chunk.outbox, chunk=number)
        put = Put("outbox", rows.outbox_item(entry))
        writes = tuple(put if write.label == "outbox" else write for write in chunk.writes)
        return replace(chunk, writes=writes, outbox=entry)

    return _rewritten(rewrite)


def _acquired(change: Callable[[Update], Update]) -> AbstractContextManager[None]:
    real = LEDGER.acquire_lease
    return patched(LEDGER, "acquire_lease", lambda *inputs: change(real(*inputs)))


def any_cycle_may_run() -> AbstractContextManager[None]:
    """Grant the lease for a cycle that is done already."""

    def change(update: Update) -> Update:
        assert isinstance(update.condition, AllOf)  # noqa: S101 - the shape that is mutated
        return replace(update, condition=update.condition.clauses[1])

    return _acquired(change)


def lease_ignored() -> AbstractContextManager[None]:
    """Grant the lease to everyone."""
    return _acquired(lambda update: replace(update, condition=None))


def fence_restarts() -> AbstractContextManager[None]:
    """Begin the fence anew with every lease."""
    return _acquired(lambda update: replace(update, set={**update.set, "fence": 1}, add={}))


def _committing(
    send: Callable[[Any, Chunk], AsyncIterator[None]],
) -> AbstractContextManager[None]:
    """Send the transactions of a commit another way."""

    async def commit(self: Any, *inputs: Any) -> tuple[OutboxEntry, ...]:
        entries = []
        for chunk in LEDGER.commit_chunks(*inputs, []):
            async for _ in send(self._table, chunk):
                continue
            entries.extend([chunk.outbox] if chunk.outbox else [])
        return tuple(entries)

    return patched(TableLedger, "commit", commit)


def repeated_under_new_tokens() -> AbstractContextManager[None]:
    """Send a transaction again under another token when its outcome is not known."""

    async def send(table: Any, chunk: Chunk) -> AsyncIterator[None]:
        for attempt in range(3):
            with suppress(StoreUnavailable):
                yield await table.transact(chunk.writes, f"{chunk.token[:30]}-{attempt}")
                return
        raise StoreUnavailable("no answer under three tokens")

    return _committing(send)


def split() -> AbstractContextManager[None]:
    """Make the writes of a transaction one by one."""

    async def send(table: Any, chunk: Chunk) -> AsyncIterator[None]:
        for write in chunk.writes:
            if not isinstance(write, Check):
                yield await table.write(write)

    return _committing(send)


def unknown_taken_for_done() -> AbstractContextManager[None]:
    """Go on as if a transaction whose outcome is not known had succeeded."""

    async def send(table: Any, chunk: Chunk) -> AsyncIterator[None]:
        with suppress(StoreUnavailable):
            yield await table.transact(chunk.writes, chunk.token)

    return _committing(send)


def old_decision_under_new_control() -> AbstractContextManager[None]:
    """When the control moved, put its new version under the decision already taken."""
    real: Any = TableLedger.commit

    async def commit(self: Any, lease: Any, working: Any, *inputs: Any) -> Any:
        try:
            return await real(self, lease, working, *inputs)
        except TransactionCancelled as lost:
            if set(lost.failed) != {"control"}:
                raise
        fresh = replace(working, control=(await self.load()).control)
        return await real(self, lease, fresh, *inputs)

    return patched(TableLedger, "commit", commit)


def outbox_left_alone() -> AbstractContextManager[None]:
    """Leave to nobody what a crash left in the outbox."""
    real: Any = TableLedger.load

    async def load(self: Any) -> Any:
        return replace(await real(self), outbox=())

    return patched(TableLedger, "load", load)
