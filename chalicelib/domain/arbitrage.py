"""What it costs to be paid for certain: complete outcomes with every fee, and which to take."""

from collections.abc import Iterator

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.tape import Tape

MINUTES_OF_YEAR = 365 * 24 * 60


def buying_cost(tape: Tape, columns: IntArray) -> FloatArray:
    """Dollars for one contract at the ask with the taker's fee, (T, K).

    NaN where none can be bought for less than it may pay: no offer between 0 and 1, a market that
    has ended, a fee that is not known, a currency, no column (-1).
    """
    ask = tape.ask[:, columns]
    there = (ask > 0) & (ask < 1) & (minutes_to_close(tape, columns) > 0)
    ask = np.where(there & ~tape.spot[columns] & (columns >= 0), ask, np.nan)
    return ask + tape.taker_fee(ask, columns)


def lockup(tape: Tape, columns: IntArray, annual_rate: float) -> FloatArray:
    """What a dollar costs that is locked until the market ends, (T, K); NaN if no end is known."""
    left = minutes_to_close(tape, columns)
    return np.where(np.isinf(left), np.nan, np.maximum(left, 0)) * annual_rate / MINUTES_OF_YEAR


def pair_cost(tape: Tape, legs: IntArray) -> FloatArray:
    """Dollars for one contract of each of two legs with both fees; ``legs`` is (2, K)."""
    return buying_cost(tape, legs[0]) + buying_cost(tape, legs[1])


def apart(legs: IntArray, row: IntArray, pair: IntArray, gain: FloatArray) -> Iterator[int]:
    """Which of M pairs to take, best ``gain`` first: in one row no instrument is in two of them.

    The first is in the columns ``legs[:, pair[0]]`` (2, K) at ``row[0]``, and so on. Of those with
    the same first leg only the best is considered.
    """
    order = np.lexsort((pair, -gain, row))
    firsts = np.stack([row[order], legs[0, pair[order]]])
    best = order[np.sort(np.unique(firsts, axis=1, return_index=True)[1])]
    taken: set[tuple[int, int]] = set()
    columns = legs[:, pair[best]].T.tolist()
    for found, at, both in zip(best.tolist(), row[best].tolist(), columns, strict=True):
        cells = {(at, leg) for leg in both}
        if not cells & taken:
            taken |= cells
            yield found


class Baskets:
    """Legs that pay for certain, written into the columns of a tape as they are found."""

    def __init__(self, tape: Tape, *facts: str) -> None:
        """``facts`` name the numbers that come with each basket."""
        shape = tape.bid.shape
        self._entry, self._basket = np.zeros(shape, np.bool_), np.full(shape, -1)
        self._edge, self._confidence = np.zeros(shape), np.zeros(shape)
        self._facts = {name: np.zeros(shape) for name in facts}

    def add(
        self, row: int, legs: IntArray, gain: float, *numbers: float, confidence: float = 1.0
    ) -> None:
        """Legs in these columns, none of which is in another basket of the row.

        ``gain`` is dollars for one contract of each leg, after everything.
        """
        self._entry[row, legs], self._basket[row, legs] = True, legs[0]
        self._edge[row, legs], self._confidence[row, legs] = gain / len(legs), confidence
        for fact, number in zip(self._facts.values(), numbers, strict=True):
            fact[row, legs] = number

    def signals(
        self, reason: str, unfilled: Unfilled = Unfilled.ABORT, first_venue: str = ""
    ) -> Signals:
        """The wishes for what was found, held until it pays."""
        return Signals(
            entry=self._entry,
            exit=np.zeros(self._entry.shape, np.bool_),
            edge=self._edge,
            confidence=self._confidence,
            entry_reason=reason,
            exit_reason="",
            facts=self._facts,
            basket=self._basket,
            unfilled=unfilled,
            first_venue=first_venue,
        )
