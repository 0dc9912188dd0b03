"""The record of a cycle: where it is kept, how it is read back, how it is decided again."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.codec import Codec
from chalicelib.domain.cycle import (
    RECORD_SCHEMA,
    CycleRecord,
    Decision,
    HistoryRow,
    cycle_time,
)
from chalicelib.domain.errors import StoreError
from chalicelib.domain.market import Market, MarketId
from chalicelib.domain.strategy import REGISTRY, Strategy
from chalicelib.engine.decide import Inputs, decide
from chalicelib.engine.history import TapeRow, build_tape
from chalicelib.engine.wish import Wishes, active_strategies, wish
from chalicelib.ports import Archive


@dataclass(frozen=True, slots=True)
class Link:
    """The part of a record that the history is made of."""

    schema: int
    previous: str | None
    row: HistoryRow
    window: tuple[HistoryRow, ...] | None
    window_kept: int = 0

    def reaches(self, rows: int) -> bool:
        """Whether its window holds so many rows, or everything that there was before it."""
        held = len(self.window or ())
        return self.window is not None and (held >= rows or held < self.window_kept)


@dataclass(frozen=True, slots=True)
class Markets:
    """The markets of an observation."""

    markets: dict[MarketId, Market]


@dataclass(frozen=True, slots=True)
class Listed:
    """The part of a record that says what was listed."""

    schema: int
    observation: Markets


RECORD = Codec[CycleRecord](CycleRecord, "cycle record")
LINK = Codec[Link](Link, "cycle record")
LISTED = Codec[Listed](Listed, "cycle record")
Part = TypeVar("Part", CycleRecord, Link, Listed)
COMPRESSION = 1
"""A fifth more bytes than level 6 for half of its time: the cycle waits for this one."""


def seal(record: CycleRecord) -> tuple[str, bytes]:
    """The archive key and the bytes of a record; the key names its content."""
    plain = RECORD.encode(record)
    day = cycle_time(record.cycle_id)
    digest = hashlib.sha256(plain).hexdigest()[:12]
    key = f"records/dt={day:%Y-%m-%d}/hour={day:%H}/cycle={record.cycle_id}-{digest}.json.gz"
    return key, gzip.compress(plain, COMPRESSION, mtime=0)


def unseal(body: bytes) -> CycleRecord:
    """The record in these bytes, or StoreError."""
    return _opened(body, RECORD)


def _opened(body: bytes, codec: Codec[Part]) -> Part:
    try:
        plain = gzip.decompress(body)
    except (OSError, EOFError) as exc:
        raise StoreError("a cycle record is not valid gzip", "The object was damaged.") from exc
    record = codec.decode(plain)
    if record.schema != RECORD_SCHEMA:
        raise StoreError(
            f"a cycle record is in schema {record.schema}, this version reads {RECORD_SCHEMA}",
            "Read it with the version that wrote it.",
        )
    return record


async def read_record(archive: Archive, key: str) -> CycleRecord:
    """Fetch and open a record; a committed key always has one."""
    return unseal(await _fetched(archive, key))


async def read_markets(archive: Archive, key: str) -> Mapping[MarketId, Market]:
    """What was listed when a record was made, without reading the rest of it."""
    return _opened(await _fetched(archive, key), LISTED).observation.markets


async def _fetched(archive: Archive, key: str) -> bytes:
    body = await archive.get(key)
    if body is None:
        raise StoreError(f"record {key} is missing from the archive", "Run `bot doctor`.")
    return body


async def recall(archive: Archive, key: str | None, most: int) -> list[HistoryRow]:
    """The newest ``most`` committed rows up to this record, oldest first.

    Walks back from record to record until one whose window holds the rest, or goes back to the
    first cycle: a few reads. A window that was kept for a shorter lookback is passed over.
    """
    newest_first: list[HistoryRow] = []
    while key and len(newest_first) < most:
        link = _opened(await _fetched(archive, key), LINK)
        newest_first.append(link.row)
        if link.reaches(most - len(newest_first)):
            newest_first.extend(reversed(link.window or ()))
            break
        key = link.previous
    return newest_first[:most][::-1]


@dataclass(frozen=True, slots=True)
class Replay:
    """A recorded decision, the same decision taken again, and the wishes behind it."""

    record: CycleRecord
    again: Decision
    wishes: dict[str, Wishes]

    @property
    def identical(self) -> bool:
        """Whether deciding again gave exactly what was recorded."""
        return self.again == self.record.decision


def most_rows(strategies: dict[str, Strategy]) -> int:
    """The longest lookback of the active strategies: all the history that is ever read."""
    return max((strategy.lookback for strategy in strategies.values()), default=1)


async def replay(
    archive: Archive, key: str, registry: Mapping[str, type[Strategy]] = REGISTRY
) -> Replay:
    """Decide a recorded cycle again from its own inputs."""
    record = await read_record(archive, key)
    strategies, faults = active_strategies(record.config, registry)
    before = await recall(archive, record.previous, most_rows(strategies) - 1)
    window = [TapeRow.of(row) for row in (*before, record.row)]
    tape = build_tape(window, record.observation.markets.values(), record.twins)
    wishes, more = wish(strategies, tape)
    inputs = Inputs(
        record.cycle_id,
        record.control,
        record.config,
        record.accounts,
        record.observation,
        record.books,
        wishes,
        (*faults, *more),
        record.house,
        record.book_faults,
    )
    return Replay(record, decide(inputs), wishes)
