"""Reading a tape file: its index at once, its blocks when they are asked for, all of it checked."""

import hashlib
import io
import struct
import zlib
from datetime import datetime
from typing import BinaryIO

from chalicelib.domain.errors import InputError, StoreError
from chalicelib.tapes.block import Block, inflated, unpacked
from chalicelib.tapes.facts import microseconds
from chalicelib.tapes.file import HEAD, INDEX, MAGIC, SCHEMA, Recording, TapeIndex
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.table import TapeTable, empty, join

_MOST_INDEX = 2**28
_HINT = (
    "Take it from a copy, or export or fetch it again. `bot tape verify` shows which parts of it "
    "are damaged."
)


class TapeReader:
    """An open tape file. Its index is read and checked at once, blocks when they are asked for.

    ``where`` names it in errors. Everything raises InputError for a file that is damaged.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self.size = stream.seek(0, io.SEEK_END)
        self.index, self._base = self._opened()
        self.facts = self.index.facts
        expected = self._base + sum(block.length for block in self.index.blocks)
        if self.size != expected:
            what = "ends too early" if self.size < expected else "goes on after its end"
            raise InputError(
                f"{where} {what}: it has {self.size:,} bytes and should have {expected:,}", _HINT
            )

    def rows(self, kind: RowKind) -> int:
        """How many rows of a kind there are."""
        return sum(block.rows for block in self.index.blocks if block.kind is kind)

    def table(
        self, kind: RowKind, start: datetime | None = None, end: datetime | None = None
    ) -> TapeTable:
        """The rows of a kind with ``start <= time < end``; only their blocks are read."""
        first = None if start is None else microseconds(start)
        last = None if end is None else microseconds(end)
        wanted = [
            block
            for block in self.index.blocks
            if block.kind is kind
            and (first is None or block.last >= first)
            and (last is None or block.first < last)
        ]
        parts = [self._block(block) for block in wanted]
        return (join(parts) if parts else empty(kind)).between(first, last)

    def recording(self, start: datetime | None = None, end: datetime | None = None) -> Recording:
        """All rows of a range of time, with all facts."""
        return Recording(self.facts, {kind: self.table(kind, start, end) for kind in RowKind})

    def damage(self) -> list[str]:
        """What cannot be read, in words; empty for a sound tape. Reads every block."""
        found = []
        for block in self.index.blocks:
            try:
                self._block(block)
            except InputError as exc:
                found.append(exc.message)
        return found

    def _opened(self) -> tuple[TapeIndex, int]:
        self._stream.seek(0)
        head = self._stream.read(HEAD.size)
        if not head.startswith(MAGIC):
            raise InputError(
                f"{self._where} is not a tape",
                "Tapes are made by `bot tape export`, `fetch` and `import`.",
            )
        if len(head) < HEAD.size:
            raise InputError(f"{self._where} ends within its head", _HINT)
        _, schema, digest, stored, plain = HEAD.unpack(head)
        self._require_schema(schema)
        self.checksum = digest.hex()
        body = self._stream.read(stored)
        if hashlib.sha256(struct.pack("<II", stored, plain) + body).digest() != digest:
            raise InputError(
                f"{self._where} is damaged: its index does not match its SHA-256", _HINT
            )
        return self._index(body, plain), HEAD.size + stored

    def _require_schema(self, schema: int) -> None:
        if schema == 1:
            raise InputError(
                f"{self._where} has tape schema 1, the bundled tape's",
                "Convert it: `bot tape import FILE --out NEW.tape`.",
            )
        if schema != SCHEMA:
            raise InputError(
                f"{self._where} has tape schema {schema}; this release reads {SCHEMA}",
                "Read it with the release that wrote it.",
            )

    def _index(self, body: bytes, plain: int) -> TapeIndex:
        if plain > _MOST_INDEX:
            raise InputError(f"{self._where} has an index of {plain:,} bytes", _HINT)
        try:
            return INDEX.decode(inflated(body, plain))
        except (zlib.error, StoreError, ValueError) as exc:
            raise InputError(f"{self._where} has an unreadable index: {exc}", _HINT) from exc

    def _block(self, block: Block) -> TapeTable:
        self._stream.seek(self._base + block.offset)
        body = self._stream.read(block.length)
        if hashlib.sha256(body).hexdigest() != block.sha256:
            start = self._base + block.offset
            raise InputError(
                f"{self._where} is damaged: {block.rows:,} {block.kind} from {block.span} (bytes "
                f"{start:,} to {start + block.length:,}) do not match their SHA-256",
                _HINT,
            )
        try:
            return unpacked(block, body)
        except (ValueError, zlib.error) as exc:
            raise InputError(
                f"{self._where} holds {block.kind} from {block.span} that cannot be read: {exc}",
                _HINT,
            ) from exc


def read_bytes(body: bytes, where: str) -> TapeReader:
    """Open a tape that is in memory."""
    return TapeReader(io.BytesIO(body), where)
