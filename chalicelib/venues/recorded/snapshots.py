"""Order-book snapshots as columns, and the two questions a replay asks of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRICE_SCALE = 1000
"""Prices are whole thousandths of a dollar: the finest tick that Polymarket uses."""

SIZE_SCALE = 100
"""Sizes are whole hundredths of a contract."""

COARSE_TICK = 10
"""One cent, in thousandths: the tick of a market until a price nears 0 or 1."""

Times = NDArray[np.int64]
Prices = NDArray[np.int16]
Sizes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ladder:
    """One side of many snapshots: those of snapshot i are at ``offsets[i]:offsets[i + 1]``.

    Levels are best first; prices in thousandths, sizes in hundredths.
    """

    offsets: NDArray[np.int64]
    prices: Prices
    sizes: Sizes

    def best(self, index: int) -> int | None:
        """The best price of a snapshot in thousandths, or None when this side is empty."""
        first = self.offsets[index]
        return None if first == self.offsets[index + 1] else int(self.prices[first])

    def levels(self, index: int, depth: int | None = None) -> list[tuple[int, int]]:
        """Price and size of the first ``depth`` levels of a snapshot, best first."""
        first, last = int(self.offsets[index]), int(self.offsets[index + 1])
        if depth is not None:
            last = min(last, first + depth)
        return list(
            zip(self.prices[first:last].tolist(), self.sizes[first:last].tolist(), strict=True)
        )

    def first_finer_than(self, tick: int) -> int | None:
        """The first snapshot that shows a price off the ``tick`` grid, or None."""
        finer = np.flatnonzero(self.prices % tick)
        if not finer.size:
            return None
        return int(np.searchsorted(self.offsets, finer[0], side="right")) - 1


@dataclass(frozen=True, slots=True)
class Snapshots:
    """All snapshots of one instrument, oldest first; times in milliseconds since 1970."""

    times: Times
    bids: Ladder
    asks: Ladder

    def newest(self, not_after: int, not_before: int) -> int | None:
        """The newest usable snapshot in the closed interval, by time; None when there is none."""
        index = int(np.searchsorted(self.times, not_after, side="right")) - 1
        while index >= 0 and self.times[index] >= not_before:
            if not self.is_crossed(index):
                return index
            index -= 1
        return None

    def oldest(self, not_before: int, not_after: int) -> int | None:
        """The oldest usable snapshot in the closed interval, by time; None when there is none."""
        index = int(np.searchsorted(self.times, not_before, side="left"))
        while index < len(self.times) and self.times[index] <= not_after:
            if not self.is_crossed(index):
                return index
            index += 1
        return None

    def is_crossed(self, index: int) -> bool:
        """Whether the best bid reaches the best ask: its sides were read at two moments."""
        bid, ask = self.bids.best(index), self.asks.best(index)
        return bid is not None and ask is not None and bid >= ask

    def is_empty(self, index: int) -> bool:
        """Whether neither side of a snapshot shows anything."""
        return self.bids.best(index) is None and self.asks.best(index) is None


@dataclass(frozen=True, slots=True)
class MarketBooks:
    """Both instruments of one market. ``fine_from`` is when its tick became a tenth of a cent.

    ``fine_from`` is in milliseconds since 1970, None when it never did.
    """

    up: Snapshots
    down: Snapshots
    fine_from: int | None

    def side(self, name: str) -> Snapshots:
        """The instrument called ``up`` or ``down``."""
        return {"up": self.up, "down": self.down}[name]


def join_market(up: Snapshots, down: Snapshots) -> MarketBooks:
    """Put both instruments together and find when the first finer price was shown."""
    moments = [
        int(side.times[index])
        for side in (up, down)
        for ladder in (side.bids, side.asks)
        if (index := ladder.first_finer_than(COARSE_TICK)) is not None
    ]
    return MarketBooks(up, down, min(moments, default=None))
