"""What follows a commit: the trade log. Idempotent, so that whoever finds it undone does it."""

import gzip

from chalicelib.codec import Codec
from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.order import Fill, Settlement
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import OutboxEntry

FILL_LINE = Codec[Fill](Fill, "fill")
SETTLEMENT_LINE = Codec[Settlement](Settlement, "settlement")


async def publish(runtime: Runtime, entries: tuple[OutboxEntry, ...]) -> None:
    """Write each entry's trades to the archive once, then forget the entry."""
    for entry in entries:
        await runtime.archive.put_once(trade_log_key(entry), trade_log(entry))
        await runtime.ledger.acknowledge(entry)


def trade_log_key(entry: OutboxEntry) -> str:
    """Where the trades of a committed chunk are kept for ever."""
    day = cycle_time(entry.cycle_id)
    return (
        f"trades/dt={day:%Y-%m-%d}/hour={day:%H}/cycle={entry.cycle_id}-{entry.chunk:03d}.jsonl.gz"
    )


def trade_log(entry: OutboxEntry) -> bytes:
    """One JSON line per fill and settlement, compressed; equal entries give equal bytes."""
    lines = [
        *(b'{"kind":"fill","trade":' + FILL_LINE.encode(fill) + b"}" for fill in entry.fills),
        *(
            b'{"kind":"settlement","trade":' + SETTLEMENT_LINE.encode(settlement) + b"}"
            for settlement in entry.settlements
        ),
    ]
    return gzip.compress(b"\n".join(lines) + b"\n", 6, mtime=0)
