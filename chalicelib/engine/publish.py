"""What follows a commit: the trade log. Idempotent, so that whoever finds it undone does it."""

import gzip
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.codec import Codec
from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.reset import Funding, Reset
from chalicelib.engine.reconcile import Entry
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import OutboxEntry

KINDS: Mapping[type[Any], str] = {
    Fill: "fill",
    Settlement: "settlement",
    Reset: "reset",
    Funding: "funding",
}
LINES: Mapping[str, Codec[Any]] = {kind: Codec(of, kind) for of, kind in KINDS.items()}
"""How each kind of line is written and read."""


async def publish(runtime: Runtime, entries: tuple[OutboxEntry, ...]) -> None:
    """Write each entry's trades to the archive once, then forget the entry."""
    for entry in entries:
        await runtime.archive.put_once(trade_log_key(entry), trade_log(entry))
        await runtime.ledger.acknowledge(entry)


def trade_log_key(entry: OutboxEntry) -> str:
    """Where the trades of a committed chunk, or an operator's event, are kept for ever."""
    day = cycle_time(entry.cycle_id)
    return f"trades/dt={day:%Y-%m-%d}/hour={day:%H}/cycle={entry.cycle_id}-{entry.name}.jsonl.gz"


def trade_log(entry: OutboxEntry) -> bytes:
    """The entry's lines, compressed; equal entries give equal bytes."""
    return compressed((*entry.fills, *entry.settlements, *entry.resets, *entry.fundings))


def compressed(entries: Iterable[Entry]) -> bytes:
    """One JSON line per fill, settlement, reset and funding, compressed the same on every run."""
    return gzip.compress(b"".join(map(_line, entries)), 6, mtime=0)


def _line(entry: Entry) -> bytes:
    kind = KINDS[type(entry)]
    return b'{"kind":"%s","trade":%s}\n' % (kind.encode(), LINES[kind].encode(entry))
