"""Where the outcomes of markets stand on a tape: facts of a market become columns by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from chalicelib.domain.arrays import BoolArray, IntArray
from chalicelib.domain.market import InstrumentId, Market

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Placed:
    """Markets in the order of their ids, and their outcomes on a tape of ``width`` columns.

    The arrays run over the outcomes that are on the tape: their ``columns``, the number of their
    market in ``markets``, whether they are its ``first`` outcome, and the column of the
    ``complement``, -1 for none.
    """

    markets: Sequence[Market]
    width: int
    columns: IntArray
    numbers: IntArray
    first: BoolArray
    complement: IntArray

    @classmethod
    def on(cls, columns: Mapping[InstrumentId, int], markets: Iterable[Market]) -> "Placed":
        """Find the outcomes; ``columns`` says where each instrument of the tape stands."""
        ordered = sorted(markets, key=lambda m: m.market_id)
        found = [
            (column, number, place == 0, columns.get(outcome.complement or "", -1))
            for number, market in enumerate(ordered)
            for place, outcome in enumerate(market.outcomes)
            if (column := columns.get(outcome.instrument_id)) is not None
        ]
        table = np.array(found, np.int64).reshape(-1, 4)
        return cls(
            ordered, len(columns), table[:, 0], table[:, 1], table[:, 2] == 1, table[:, 3]
        )  # fmt: skip

    def spread(self, by_market: npt.NDArray[Number], otherwise: float) -> npt.NDArray[Number]:
        """One value per market as one per column; ``otherwise`` where no market is known."""
        return self.scatter(by_market[self.numbers], otherwise)

    def scatter(self, by_outcome: npt.NDArray[Number], otherwise: float) -> npt.NDArray[Number]:
        """One value per outcome as one per column."""
        spread = np.full(self.width, otherwise, by_outcome.dtype)
        spread[self.columns] = by_outcome
        return spread
