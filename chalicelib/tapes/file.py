"""The tape file, schema 2: columns in compressed blocks, read in parts, checked in parts.

Layout, little-endian: magic (8 bytes), schema (uint16), SHA-256 of the index (32 bytes), stored and
plain length of the index (2 x uint32), the index (JSON, zlib), then the blocks. The index holds the
SHA-256 of every block; the digest of the index therefore stands for the whole file, and is the
tape's checksum. Schema 1 is the bundled tape: chalicelib/venues/recorded/tape_file.py.

In a block lie the arrays of its columns one after the other, rows by subject and then time. Of
numbers with 64 bits the differences are stored, modulo 2^64, all first bytes first; then all of it
is compressed with zlib.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import numpy as np

from chalicelib.codec import Codec
from chalicelib.domain.errors import InputError, StoreError
from chalicelib.tapes.block import LEVEL, Block, inflated, packed, unpacked
from chalicelib.tapes.facts import TapeFacts, microseconds, moment_of
from chalicelib.tapes.kinds import COLUMNS, RowKind
from chalicelib.tapes.table import Table, empty, join

MAGIC = b"MSTTAPE\n"
SCHEMA = 2
SUFFIX = ".tape"

_HEAD = struct.Struct("<8sH32sII")
_MOST_INDEX = 2**28
_ROWS_PER_BLOCK = {RowKind.BOOKS: 4_096}
_MOST_ROWS = 16_384
_HINT = (
    "Take it from a copy, or export or fetch it again. `bot tape verify` shows which parts of it "
    "are damaged."
)


@dataclass(frozen=True, slots=True)
class TapeIndex:
    """The header of the file: the facts, the columns of each kind, and where their rows are."""

    schema: int
    venues: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    columns: dict[str, dict[str, str]]
    facts: TapeFacts
    blocks: tuple[Block, ...]


INDEX = Codec[TapeIndex](TapeIndex, "tape index")


@dataclass(frozen=True, eq=False)
class Recording:
    """A tape in memory: its facts, and the tables of the kinds that it has."""

    facts: TapeFacts
    tables: Mapping[RowKind, Table] = field(default_factory=dict)

    def table(self, kind: RowKind) -> Table:
        """The rows of a kind; none is an answer."""
        return self.tables.get(kind) or empty(kind)

    def same_as(self, other: "Recording") -> bool:
        """Whether both say the same, digit for digit."""
        return self.facts == other.facts and all(
            self.table(kind).same_as(other.table(kind)) for kind in RowKind
        )


def encode(recording: Recording) -> bytes:
    """The bytes of a tape file; equal recordings give equal bytes."""
    bodies: list[bytes] = []
    blocks: list[Block] = []
    offset = 0
    for part in _parts(recording):
        plain, lengths = packed(part)
        body = zlib.compress(plain, LEVEL)
        digest = hashlib.sha256(body).hexdigest()
        first, last = int(part.times[0]), int(part.times[-1])
        blocks.append(
            Block(part.kind, len(part), first, last, offset, len(body), digest, lengths)
        )  # fmt: skip
        bodies.append(body)
        offset += len(body)
    return _with_index(recording.facts, blocks) + b"".join(bodies)


def _parts(recording: Recording) -> Iterator[Table]:
    for kind in RowKind:
        table = recording.table(kind).ordered()
        step = _ROWS_PER_BLOCK.get(kind, _MOST_ROWS)
        for start in range(0, len(table), step):
            yield table.take(np.arange(start, min(start + step, len(table))))


def _with_index(facts: TapeFacts, blocks: Sequence[Block]) -> bytes:
    index = TapeIndex(
        SCHEMA,
        facts.venues,
        moment_of(min(block.first for block in blocks)) if blocks else None,
        moment_of(max(block.last for block in blocks)) if blocks else None,
        {kind: {n: t.value for n, t in COLUMNS[kind].items()} for kind in RowKind},
        facts,
        tuple(blocks),
    )
    plain = INDEX.encode(index)
    stored = zlib.compress(plain, LEVEL)
    sizes = struct.pack("<II", len(stored), len(plain))
    return _HEAD.pack(MAGIC, SCHEMA, hashlib.sha256(sizes + stored).digest(), len(stored),
                      len(plain)) + stored  # fmt: skip


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
    ) -> Table:
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
        head = self._stream.read(_HEAD.size)
        if not head.startswith(MAGIC):
            raise InputError(
                f"{self._where} is not a tape",
                "Tapes are made by `bot tape export`, `fetch` and `import`.",
            )
        if len(head) < _HEAD.size:
            raise InputError(f"{self._where} ends within its head", _HINT)
        _, schema, digest, stored, plain = _HEAD.unpack(head)
        self._require_schema(schema)
        self.checksum = digest.hex()
        body = self._stream.read(stored)
        if hashlib.sha256(struct.pack("<II", stored, plain) + body).digest() != digest:
            raise InputError(
                f"{self._where} is damaged: its index does not match its SHA-256", _HINT
            )
        return self._index(body, plain), _HEAD.size + stored

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

    def _block(self, block: Block) -> Table:
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
