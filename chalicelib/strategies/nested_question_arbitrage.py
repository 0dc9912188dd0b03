"""Buy YES of a wider question and NO of a narrower one that are priced the wrong way round.

Bitcoin above 120,000 implies Bitcoin above 100,000; "by June" implies "by December". So where one
event lies within another, YES of the wider with NO of the narrower pays at least 1, and 2 when only
the wider happens. What is nested is read from bounds and times, not from words: a value that is
looked at once is nested at the same moment only, one that has to be touched may be touched earlier.
Two venues may read the same words differently, so the legs are of one venue. The predecessor
compared the first integer in two titles, years included, and forgot fees and dates.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arbitrage import Baskets, apart, buying_cost, lockup
from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

MOST_CELLS = 2_000_000
"""Pairs times rows that are judged at once: a long tape of many thresholds goes in parts."""
ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys YES of a wider question and NO of a narrower one when both cost less than 1.",
    leaves="Held until both markets are settled.",
    fails_when="The two questions differ in more than bounds and times, or one of them is voided.",
)


@strategy("nested-question-arbitrage", ABOUT)
class NestedQuestionArbitrage(Strategy):
    """Buy the likelier of two nested events and sell the other when prices say the opposite."""

    class Params(StrategyParams):
        """What is worth taking."""

        min_margin: float = Field(
            0.01, ge=0, lt=1, description="Dollars per pair left after fees and lock-up"
        )
        annual_rate: float = Field(
            0.04, ge=0, le=1, description="What locked dollars would earn in a year, a share"
        )

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Pairs that pay 1 at least and cost less, the best first, each leg once."""
        asked = _comparable(tape)
        wider, narrower = _nested(tape, asked)
        if not wider.size:
            return Signals.none(tape)
        legs = np.stack([asked[wider], tape.complement[asked[narrower]]])
        yes, no = self._cost(tape, asked), self._cost(tape, tape.complement[asked])
        found = Baskets(tape, "cost")
        step = max(1, MOST_CELLS // wider.size)
        for start in range(0, len(tape), step):
            part = slice(start, start + step)
            gain = 1 - yes[part][:, wider] - no[part][:, narrower]
            row, pair = np.nonzero((gain >= self.params.min_margin) & (gain > 0))
            for n in apart(legs, row, pair, gain[row, pair]):
                left = gain[row[n], pair[n]]
                found.add(start + row[n], legs[:, pair[n]], left, 1 - left)
        return found.signals("the wider YES and the narrower NO cost {cost:.4f} and pay 1 or 2")

    def _cost(self, tape: Tape, columns: IntArray) -> FloatArray:
        return buying_cost(tape, columns) * (1 + lockup(tape, columns, self.params.annual_rate))


def _comparable(tape: Tape) -> IntArray:
    """The YES columns of questions with a subject and a known end."""
    asked = tape.questions
    known = (asked.subject >= 0) & ~np.isnan(asked.ends_at) & np.isnan(asked.starts_at)
    return np.flatnonzero(asked.affirmative & known & (tape.complement >= 0))


def _nested(tape: Tape, yes: IntArray) -> tuple[IntArray, IntArray]:
    """Positions in ``yes`` of a wider question and of one within it, for every such pair."""
    asked = tape.questions
    touch, ends, bounds = asked.touch[yes], asked.ends_at[yes], (asked.low[yes], asked.high[yes])
    moment = np.where(touch, 0, ends)  # what is looked at once is nested at that moment only
    unbounded = np.isnan(bounds)
    low, high = np.where(unbounded, 0, bounds)
    venue = np.unique([tape.instruments[c].partition(":")[0] for c in yes], return_inverse=True)[1]
    wider, narrower = _alike(np.stack([asked.subject[yes], touch, moment, *unbounded, venue]))
    within = (
        (low[wider] <= low[narrower])
        & (high[narrower] <= high[wider])
        & (ends[narrower] <= ends[wider])
    )
    strictly = (
        (low[wider] < low[narrower])
        | (high[narrower] < high[wider])
        | (ends[narrower] < ends[wider])
    )
    return wider[within & strictly], narrower[within & strictly]


def _alike(keys: FloatArray) -> tuple[IntArray, IntArray]:
    """Every ordered pair of columns of ``keys`` (F, K) that are equal in all rows."""
    number, count = np.unique(keys, axis=1, return_inverse=True, return_counts=True)[1:]
    order = np.argsort(number, kind="stable")
    start, partners = np.cumsum(count) - count, count[number[order]]
    place = np.arange(partners.sum()) - np.repeat(np.cumsum(partners) - partners, partners)
    return np.repeat(order, partners), order[np.repeat(start[number[order]], partners) + place]
