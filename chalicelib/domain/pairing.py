"""Pairs of markets whose questions are related, and how a pair is traded without selling short.

Pairs follow from what is asked, never from prices: they are the same in every row, and each market
is in one pair at most, so that what is bought for a pair is also left for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import StrategyParams
from chalicelib.domain.tape import Tape

Relation = Literal["subject", "group", "underlying"]


class PairParams(StrategyParams):
    """What every strategy over pairs asks of them."""

    min_correlation: float = Field(0.7, gt=0, le=1, description="Least correlation to enter")
    breakdown: float = Field(0.5, ge=0, lt=1, description="Correlation to leave below")
    entry_z: float = Field(2.0, gt=0, le=20, description="Deviations of the spread to enter")
    exit_z: float = Field(0.5, ge=0, le=20, description="Deviations of the spread that are back")
    last_minutes: float = Field(60, ge=0, le=10_000, description="No entry this near the close")

    @model_validator(mode="after")
    def _leaves_later_than_it_enters(self) -> Self:
        if self.exit_z >= self.entry_z:
            raise ValueError(
                f"exit_z {self.exit_z} is not below entry_z {self.entry_z}: "
                "it would leave what it enters"
            )
        if self.breakdown >= self.min_correlation:
            raise ValueError(
                f"breakdown {self.breakdown} is not below min_correlation "
                f"{self.min_correlation}: it would leave what it enters"
            )
        return self


class Pairs(NamedTuple):
    """Columns (P,) of two outcomes that should rise together, and of the outcomes against them."""

    first: IntArray
    second: IntArray
    first_other: IntArray
    second_other: IntArray


@dataclass(frozen=True)
class Stretch:
    """What is thought of each pair in each of the newest R rows, (R, P).

    ``cheap``: the first is cheap against the second; ``dear``: it is dear. ``closed``: a position
    of either kind is to be left. ``ratio`` is how many contracts of the second belong to one of the
    first, ``gain`` what these are expected to bring in dollars, before spread and fees. Of
    ``facts`` reasons are made.
    """

    cheap: BoolArray
    dear: BoolArray
    closed: BoolArray
    ratio: FloatArray
    gain: FloatArray
    confidence: FloatArray
    facts: Mapping[str, FloatArray]


def related_pairs(tape: Tape, relations: Sequence[Relation]) -> Pairs:
    """Neighbours of one venue that share a subject, an exclusive group or an underlying.

    The first relation named has the first choice. Neighbours are next to each other in the order
    of the ends and bounds that they ask about. Of two in one exclusive group the second rises
    when the first falls, and so does "below" against "above": there its other outcome is meant.
    """
    asked = tape.questions
    free = np.flatnonzero(asked.affirmative & (tape.complement >= 0) & ~tape.spot)
    firsts, seconds = [], []
    for relation in relations:
        one, other = _neighbours(tape, free, getattr(asked, relation))
        firsts.append(one)
        seconds.append(other)
        free = np.setdiff1d(free, np.concatenate([one, other]))
    first, second = (np.concatenate([*each, free[:0]]) for each in (firsts, seconds))
    second = np.where(_opposed(tape, first, second), tape.complement[second], second)
    return Pairs(first, second, tape.complement[first], tape.complement[second])


def pair_signals(
    tape: Tape, pairs: Pairs, stretch: Stretch, last_minutes: float, reasons: tuple[str, str]
) -> Signals:
    """Buy the cheap outcome of a pair, and for the dear one the outcome against it.

    The edge is the gain less the spread of both legs and the fees of both ways; half of it is the
    first leg's, half the other's.
    """
    shape = tape.bid.shape
    entry, leave = np.zeros(shape, bool), np.zeros(shape, bool)
    edge, confidence, ratio = np.zeros(shape), np.zeros(shape), np.ones(shape)
    facts = {name: np.full(shape, np.nan) for name in stretch.facts}
    basket = np.full(shape[1], -1, np.int64)
    rows = slice(len(tape) - len(stretch.gain), None)
    newest = tape.rows(rows.start, len(tape))
    early = minutes_to_close(newest) > last_minutes
    units = np.where(stretch.ratio > 0, stretch.ratio, 1)
    sides = (
        (stretch.cheap, pairs.first, pairs.second_other),
        (stretch.dear, pairs.first_other, pairs.second),
    )
    for number, (wished, one, other) in enumerate(sides):
        both = stretch.gain - _round_trip(newest, one) - units * _round_trip(newest, other)
        basket[one] = basket[other] = 2 * np.arange(len(one)) + number
        for leg, size in ((one, np.ones(units.shape)), (other, units)):
            entry[rows, leg] = wished & (both > 0) & early[:, one] & early[:, other]
            leave[rows, leg] = stretch.closed
            edge[rows, leg] = np.nan_to_num(both / 2 / size)
            ratio[rows, leg] = size
            confidence[rows, leg] = np.nan_to_num(stretch.confidence)
            for name, values in stretch.facts.items():
                facts[name][rows, leg] = values
    return Signals(
        entry, leave, edge, confidence, *reasons, facts, basket, Unfilled.ABORT, ratio=ratio
    )


def _round_trip(tape: Tape, column: IntArray) -> FloatArray:
    """What buying at the ask and selling at the bid costs, with both fees: dollars a contract."""
    bid, ask = tape.bid[:, column], tape.ask[:, column]
    fees = tape.taker_fee(ask, column) + tape.taker_fee(bid, column)
    return np.asarray(ask - bid + fees)


def _neighbours(tape: Tape, free: IntArray, related: IntArray) -> tuple[IntArray, IntArray]:
    """Every other one of each number, in the order of ends and bounds, and the one after it."""
    columns = free[related[free] >= 0]
    venues = [tape.instruments[c].partition(":")[0] for c in columns]
    venue = np.unique(venues, return_inverse=True)[1].astype(np.int64)
    asked, number = tape.questions, related[columns]
    order = np.lexsort(
        (asked.high[columns], asked.low[columns], asked.ends_at[columns], number, venue)
    )
    columns, number, venue = columns[order], number[order], venue[order]
    fresh = np.ones(len(columns), bool)
    fresh[1:] = (number[1:] != number[:-1]) | (venue[1:] != venue[:-1])
    place = np.arange(len(columns))
    within = place - np.maximum.accumulate(np.where(fresh, place, 0))
    even = np.flatnonzero((within[:-1] % 2 == 0) & ~fresh[1:])
    return columns[even], columns[even + 1]


def _opposed(tape: Tape, one: IntArray, other: IntArray) -> BoolArray:
    """Whether what makes the one likelier makes the other less likely."""
    asked = tape.questions
    exclusive = (asked.group[one] >= 0) & (asked.group[one] == asked.group[other])
    above = np.isfinite(asked.low) * 1 - np.isfinite(asked.high)
    return np.asarray(exclusive | (above[one] * above[other] < 0))
