"""How one market's snapshots lie in the tape: changes of one pool of orders, as columns.

A bid for Down at p is the same order as an offer of Up at 1 - p, and the venue shows it twice.
Both instruments are therefore kept in Up's terms, in order of time, and each snapshot as its
difference from the one before. A *column* is the price in thousandths, plus ASK_COLUMN on the
offered side. A size difference carries its sign; a level that is gone has fallen to zero.
"""

import lzma
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.venues.recorded.snapshots import (
    PRICE_SCALE,
    Ladder,
    MarketBooks,
    Prices,
    Sizes,
    Snapshots,
    join_market,
)

ASK_COLUMN = 1024
UP, DOWN = 0, 1

FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 1}]


@dataclass(frozen=True, slots=True)
class Changes:
    """The columns of one market: three as long as its snapshots, two as long as its changes."""

    time_steps: NDArray[np.int32]
    sides: NDArray[np.uint8]
    counts: NDArray[np.uint16]
    column_steps: NDArray[np.int16]
    size_steps: NDArray[np.int32]

    def pack(self) -> bytes:
        """Compress the columns, in the order in which they are declared."""
        columns = (
            self.time_steps.astype("<i4"),
            self.sides.astype("u1"),
            self.counts.astype("<u2"),
            self.column_steps.astype("<i2"),
            self.size_steps.astype("<i4"),
        )
        plain = b"".join(column.tobytes() for column in columns)
        return lzma.compress(plain, format=lzma.FORMAT_RAW, filters=FILTERS)


def unpack(block: bytes, snapshots: int, changes: int) -> Changes:
    """Read back what ``Changes.pack`` wrote."""
    plain = lzma.decompress(block, format=lzma.FORMAT_RAW, filters=FILTERS)
    columns, at = [], 0
    for kind, length in zip(
        ("<i4", "u1", "<u2", "<i2", "<i4"), [snapshots] * 3 + [changes] * 2, strict=True
    ):
        columns.append(np.frombuffer(plain, dtype=kind, count=length, offset=at))
        at += columns[-1].nbytes
    return Changes(*columns)


def restore(changes: Changes, first_ms: int) -> MarketBooks:
    """Add the changes up again, exactly; ``first_ms`` is the time of the first snapshot."""
    times = first_ms + np.cumsum(changes.time_steps, dtype=np.int64)
    columns, sizes = _pool(changes)
    return join_market(
        _instrument(times, sizes, columns, changes.sides, UP),
        _instrument(times, sizes, columns, changes.sides, DOWN),
    )


def _pool(changes: Changes) -> tuple[NDArray[np.int64], Sizes]:
    """The columns in use, ascending, and the size in each (snapshots by columns)."""
    columns, where = np.unique(np.cumsum(changes.column_steps, dtype=np.int64), return_inverse=True)
    snapshot = np.repeat(np.arange(len(changes.counts)), changes.counts)
    sizes = np.zeros((len(changes.counts), len(columns)), dtype=np.int32)
    sizes[snapshot, where] = changes.size_steps
    np.cumsum(sizes, axis=0, out=sizes)
    return columns, sizes


def _instrument(
    times: NDArray[np.int64],
    sizes: Sizes,
    columns: NDArray[np.int64],
    sides: NDArray[np.uint8],
    side: int,
) -> Snapshots:
    mine = sides == side
    first_ask = int(np.searchsorted(columns, ASK_COLUMN))
    pool = sizes[mine]
    # Best first: bids from the highest price down, offers from the lowest up.
    bids = _ladder(pool[:, :first_ask][:, ::-1], columns[:first_ask][::-1])
    asks = _ladder(pool[:, first_ask:], columns[first_ask:] - ASK_COLUMN)
    if side == UP:
        return Snapshots(times[mine], bids, asks)
    return Snapshots(times[mine], _mirror(asks), _mirror(bids))


def _ladder(sizes: Sizes, prices: NDArray[np.int64]) -> Ladder:
    snapshot, column = np.nonzero(sizes)
    counts = np.bincount(snapshot, minlength=len(sizes))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    short: Prices = prices.astype(np.int16)
    return Ladder(offsets, short[column], sizes[snapshot, column])


def _mirror(ladder: Ladder) -> Ladder:
    mirrored: Prices = (PRICE_SCALE - ladder.prices).astype(np.int16)
    return Ladder(ladder.offsets, mirrored, ladder.sizes)
