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
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from chalicelib.codec import Codec
from chalicelib.tapes.block import LEVEL, Block, packed
from chalicelib.tapes.facts import TapeFacts, moment_of
from chalicelib.tapes.kinds import COLUMNS, RowKind
from chalicelib.tapes.table import TapeTable, empty

MAGIC = b"MSTTAPE\n"
SCHEMA = 2
SUFFIX = ".tape"

HEAD = struct.Struct("<8sH32sII")
_ROWS_PER_BLOCK = {RowKind.BOOKS: 4_096}
_MOST_ROWS = 16_384


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
    tables: Mapping[RowKind, TapeTable] = field(default_factory=dict)

    def table(self, kind: RowKind) -> TapeTable:
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


def _parts(recording: Recording) -> Iterator[TapeTable]:
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
    return HEAD.pack(MAGIC, SCHEMA, hashlib.sha256(sizes + stored).digest(), len(stored),
                      len(plain)) + stored  # fmt: skip
