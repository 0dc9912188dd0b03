"""Tapes in a stage's archive, and the committed cycles that they are made of."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.tapes.recorder import Recorder
from chalicelib.aws.table import Table
from chalicelib.domain.cycle import CYCLE_SECONDS, CycleRecord, cycle_time
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.engine.record import read_record
from chalicelib.operations.reading import list_cycles, read_overview
from chalicelib.ports import Archive
from chalicelib.tapes.file import SUFFIX

SHELF = "tapes/"


class Shelf(Archive, Protocol):
    """An archive that can say what it holds."""

    async def keys(self, prefix: str) -> list[str]:
        """The keys of all objects below a prefix, in order."""
        ...


async def shelved(archive: Shelf) -> list[str]:
    """The keys of the tapes in the archive."""
    return [key for key in await archive.keys(SHELF) if key.endswith(SUFFIX)]


async def put_on_shelf(archive: Shelf, name: str, body: bytes) -> str:
    """Store a tape; answers its key. InputError when another tape has its name."""
    key = f"{SHELF}{name}"
    await archive.put_once(key, body)
    if await archive.get(key) != body:
        raise InputError(
            f"the archive has another tape at {key}", "Objects there never change: rename yours."
        )
    return key


async def recorded(
    table: Table,
    archive: Archive,
    start: datetime,
    end: datetime,
    now: datetime,
    seen: Callable[[CycleRecord], None],
) -> Recorder:
    """All committed cycles with ``start <= time < end``; ``seen`` is told each as it is read.

    Follows the links from record to record: what was recorded and never committed is no part.
    """
    key = await _last_key(table, end, now)
    records: list[CycleRecord] = []
    while key:
        record = await read_record(archive, key)
        at = cycle_time(record.cycle_id)
        if at < start:
            break
        if at < end:
            records.append(record)
        seen(record)
        key = record.previous
    if not records:
        raise NotFoundError(
            f"no cycle was committed from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC",
            "`bot status` shows the last one.",
        )
    recorder = Recorder()
    for record in reversed(records):
        recorder.add(record)
    return recorder


async def _last_key(table: Table, end: datetime, now: datetime) -> str | None:
    """The record of the last cycle before ``end``; of the very last where summaries have expired.

    From there on the links lead back.
    """
    last = (await read_overview(table)).last_cycle
    if last is None:
        return None
    before_end = -(-int(end.timestamp()) // CYCLE_SECONDS) - 1
    for newest in (min(last, before_end), last):
        listing = await list_cycles(table, newest, 1, None, now)
        if listing.items:
            key: str | None = listing.items[0].record_key
            return key
    return None
