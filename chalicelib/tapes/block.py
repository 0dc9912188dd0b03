"""Blocks of a tape file: some rows of one kind as compressed bytes, and back."""

import zlib
from dataclasses import dataclass

import numpy as np

from chalicelib.tapes.column import Column
from chalicelib.tapes.decimals import AnyArray
from chalicelib.tapes.facts import moment_of
from chalicelib.tapes.kinds import COLUMNS, DTYPES, RowKind
from chalicelib.tapes.table import TapeTable, column_of

LEVEL = 6
"""Of zlib."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of one kind: from when to when (microseconds), and where they lie in the file.

    ``offset`` counts from the end of the index. ``lengths`` are those of the arrays of all columns.
    """

    kind: RowKind
    rows: int
    first: int
    last: int
    offset: int
    length: int
    sha256: str
    lengths: tuple[int, ...]

    @property
    def span(self) -> str:
        """From when to when, for people."""
        first, last = moment_of(self.first), moment_of(self.last)
        return f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S}"


def packed(part: TapeTable) -> tuple[bytes, tuple[int, ...]]:
    """The plain bytes of a block, and the lengths of its arrays."""
    by_subject = part.take(np.lexsort((part.times, part.subjects)))
    arrays = [array for column in by_subject.columns.values() for array in column.arrays()]
    return b"".join(map(_stored, arrays)), tuple(map(len, arrays))


def _stored(array: AnyArray) -> bytes:
    if array.itemsize == 1:
        return array.tobytes()
    steps = np.diff(array.view(np.uint64), prepend=np.uint64(0)).astype("<u8")
    return steps.view(np.uint8).reshape(-1, 8).T.tobytes()


def unpacked(block: Block, body: bytes) -> TapeTable:
    """The rows of a block; ValueError or zlib.error when its bytes are not what it says."""
    types = COLUMNS[block.kind]
    dtypes = [dtype for held in types.values() for dtype in DTYPES[held]]
    sizes = [n * np.dtype(d).itemsize for n, d in zip(block.lengths, dtypes, strict=True)]
    plain = inflated(body, sum(sizes))
    arrays: list[AnyArray] = []
    at = 0
    for dtype, size in zip(dtypes, sizes, strict=True):
        arrays.append(_restored(plain[at : at + size], dtype))
        at += size
    columns: dict[str, Column] = {}
    for name, held in types.items():
        count = len(DTYPES[held])
        columns[name], arrays = column_of(held, arrays[:count]), arrays[count:]
    return TapeTable(block.kind, columns).ordered()


def _restored(stored: bytes, dtype: str) -> AnyArray:
    if np.dtype(dtype).itemsize == 1:
        small: AnyArray = np.frombuffer(stored, dtype)
        return small
    steps = np.frombuffer(stored, np.uint8).reshape(8, -1).T.copy().view("<u8").reshape(-1)
    whole = np.cumsum(steps, dtype=np.uint64)
    return whole.view(np.int64) if dtype == "<i8" else whole


def inflated(body: bytes, expected: int) -> bytes:
    """Decompress what must have exactly this length; never more than it."""
    inflater = zlib.decompressobj()
    plain = inflater.decompress(body, expected + 1)
    if len(plain) != expected:
        raise ValueError(f"{len(plain):,} bytes instead of {expected:,}")
    return plain
