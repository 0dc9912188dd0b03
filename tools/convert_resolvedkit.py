"""Convert the sample data of the PyPI package resolvedkit to the tape of the recorded venue.

A developer's tool, run once; it needs pyarrow. The tape keeps every snapshot with every level,
and is read back and compared before it is written. See ATTRIBUTION.md beside the tape.

    pip install pyarrow resolvedkit==0.1.0
    python tools/convert_resolvedkit.py .../sample_data/books.parquet .../markets.parquet
"""

import argparse
import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chalicelib.venues.recorded.snapshots import PRICE_SCALE, SIZE_SCALE, MarketBooks
from chalicelib.venues.recorded.tape_columns import ASK_COLUMN, DOWN, UP, Changes
from chalicelib.venues.recorded.tape_file import (
    BUNDLED_TAPE,
    RecordedMarket,
    decode_tape,
    encode_tape,
)

Row = Mapping[str, Any]
SIDES = {"UP": UP, "DOWN": DOWN}

# The source holds 205 sizes such as 1.9300000000000002: binary sums of decimal sizes, off by
# less than 1e-15. They are kept as the decimal that was meant.
BINARY_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One instrument's book at one moment: levels best first, thousandths and hundredths."""

    ts: int
    side: int
    bids: tuple[tuple[int, int], ...]
    asks: tuple[tuple[int, int], ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert, compare, write; the exit code is 0 only when the tape gives everything back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("books", type=Path, help="books.parquet of resolvedkit 0.1.0")
    parser.add_argument("markets", type=Path, help="markets.parquet of resolvedkit 0.1.0")
    parser.add_argument("--output", type=Path, default=BUNDLED_TAPE, help="default: %(default)s")
    chosen = parser.parse_args(arguments)
    try:
        books, markets = read_parquet(chosen.books), read_parquet(chosen.markets)
        content = convert(books, markets)
    except (OSError, ValueError, ImportError) as problem:
        print(f"convert_resolvedkit: {problem}", file=sys.stderr)
        return 1
    fresh = chosen.output.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(chosen.output)
    print(f"{chosen.output}: {len(books):,} snapshots, {len(content):,} bytes, compared equal")
    return 0


def read_parquet(path: Path) -> list[Row]:
    """All rows of a parquet file."""
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as problem:
        raise ImportError("pyarrow is missing; install it: pip install pyarrow") from problem
    rows: list[Row] = parquet.read_table(path).to_pylist()
    return rows


def convert(books: Iterable[Row], markets: Iterable[Row]) -> bytes:
    """The bytes of the tape. ValueError for a value that the tape cannot hold exactly."""
    found: dict[str, list[Snapshot]] = {}
    for row in books:
        found.setdefault(row["market_id"], []).append(to_snapshot(row))
    ordered = sorted(markets, key=lambda row: int(row["end_ts"]))
    unknown = found.keys() - {row["market_id"] for row in ordered}
    if unknown:
        raise ValueError(f"books of markets that are not listed: {', '.join(sorted(unknown))}")
    chosen = [(row, sort_snapshots(found[row["market_id"]])) for row in ordered]
    content = encode(chosen)
    compare(content, chosen)
    return content


def to_snapshot(row: Row) -> Snapshot:
    """One row of books.parquet in whole units."""
    bids, asks = (
        tuple(
            (whole(price, PRICE_SCALE), whole(size, SIZE_SCALE))
            for price, size in zip(row[f"{side}_px"], row[f"{side}_sz"], strict=True)
        )
        for side in ("bid", "ask")
    )
    return Snapshot(int(row["ts"]), SIDES[row["side"]], bids, asks)


def whole(value: float, scale: int) -> int:
    """``value`` in units of ``1 / scale``; refuses one that is not a whole number of them."""
    units = round(value * scale)
    if units <= 0 or abs(units / scale - value) > BINARY_NOISE:
        raise ValueError(f"{value!r} is not a positive whole number of 1/{scale}")
    return units


def sort_snapshots(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Oldest first, Up before Down at the same moment; equal moments keep their order."""
    return sorted(snapshots, key=lambda snapshot: (snapshot.ts, snapshot.side))


def encode(chosen: Sequence[tuple[Row, Sequence[Snapshot]]]) -> bytes:
    """Pack each market's snapshots and list them in the index."""
    blocks, listed = b"", []
    for row, snapshots in chosen:
        changes = changes_of(snapshots)
        block = changes.pack()
        listed.append(market_of(row, snapshots, len(changes.size_steps), len(blocks), len(block)))
        blocks += block
    day = datetime.fromtimestamp(listed[0].end_ms / 1000, UTC)
    title = f"{len(listed)} settled BTC 15-minute markets of {day.day} {day:%B %Y}"
    return encode_tape(title, listed, blocks)


def market_of(
    row: Row, snapshots: Sequence[Snapshot], changes: int, offset: int, length: int
) -> RecordedMarket:
    """The index entry of one market."""
    return RecordedMarket(
        slug=row["slug"],
        question=row["question"],
        end_ms=int(row["end_ts"]),
        payout_up=f"{row['payout_up']:g}",
        payout_down=f"{row['payout_down']:g}",
        first_ms=snapshots[0].ts,
        last_ms=snapshots[-1].ts,
        snapshots=len(snapshots),
        changes=changes,
        offset=offset,
        length=length,
    )


def changes_of(snapshots: Sequence[Snapshot]) -> Changes:
    """Each snapshot as its difference from the one before, both instruments in Up's terms."""
    counts: list[int] = []
    columns: list[int] = []
    sizes: list[int] = []
    before: dict[int, int] = {}
    for snapshot in snapshots:
        now = pool_of(snapshot)
        steps = {key: now.get(key, 0) - before.get(key, 0) for key in sorted(now | before)}
        changed = {key: step for key, step in steps.items() if step}
        counts.append(len(changed))
        columns.extend(changed)
        sizes.extend(changed.values())
        before = now
    times = np.array([snapshot.ts for snapshot in snapshots], dtype=np.int64)
    return Changes(
        time_steps=np.diff(times, prepend=times[:1]).astype(np.int32),
        sides=np.array([snapshot.side for snapshot in snapshots], dtype=np.uint8),
        counts=np.array(counts, dtype=np.uint16),
        column_steps=np.diff(np.array(columns, dtype=np.int16), prepend=np.int16(0)),
        size_steps=np.array(sizes, dtype=np.int32),
    )


def pool_of(snapshot: Snapshot) -> dict[int, int]:
    """Size by column, in Up's terms; ValueError when a price is shown twice."""
    if snapshot.side == UP:
        bids, asks = snapshot.bids, snapshot.asks
    else:
        bids = tuple((PRICE_SCALE - price, size) for price, size in snapshot.asks)
        asks = tuple((PRICE_SCALE - price, size) for price, size in snapshot.bids)
    pool = dict(bids) | {ASK_COLUMN + price: size for price, size in asks}
    if len(pool) != len(bids) + len(asks):
        raise ValueError(f"a price is shown twice in the snapshot of {snapshot.ts}")
    return pool


def compare(content: bytes, chosen: Sequence[tuple[Row, Sequence[Snapshot]]]) -> None:
    """Read the tape back and refuse it unless every snapshot returns, level by level."""
    tape = decode_tape(content, "the new tape")
    for row, snapshots in chosen:
        if snapshots_of(tape.books(row["slug"])) != list(snapshots):
            raise ValueError(f"the tape does not give back the snapshots of {row['slug']}")


def snapshots_of(books: MarketBooks) -> list[Snapshot]:
    """The snapshots that a tape holds of one market, in the order of ``sort_snapshots``."""
    return sort_snapshots(
        Snapshot(int(ts), side, tuple(half.bids.levels(i)), tuple(half.asks.levels(i)))
        for side, half in ((UP, books.up), (DOWN, books.down))
        for i, ts in enumerate(half.times)
    )


if __name__ == "__main__":
    sys.exit(main())
