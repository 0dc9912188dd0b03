"""Buy an outcome at one venue and its opposite at another, where an operator confirmed the match.

With P(neither pays) = n and P(both pay) = b, the two legs pay 1 + b - n on average and nothing at
worst: the same question is not the same contract where source, cut-off or void rule differ. So the
cost with the fees of both has to leave the chance of a mismatch (n - b), the interest on what is
locked until the later market ends, and a margin. The legs are filled one after the other, Kalshi
first: there an order is refused more often, and a first leg that was refused costs nothing. A
second leg that does not fill has the first one sold again, at a loss. The predecessor matched texts
by similarity, without fees, and its legs always "succeeded".
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arbitrage import Baskets, apart, lockup, pair_cost
from chalicelib.domain.arrays import IntArray
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

FIRST_VENUE = "kalshi"
ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys YES at one venue and NO of the confirmed same question at another, when fees, "
    "mismatch and interest leave a margin under 1 dollar.",
    leaves="Held until both markets are settled.",
    fails_when="The venues resolve the same question differently, or the second leg is gone.",
)


@strategy("cross-venue-arbitrage", ABOUT)
class CrossVenueArbitrage(Strategy):
    """Buy opposite outcomes of one question at two venues for less than they pay on average."""

    class Params(StrategyParams):
        """What is worth taking."""

        min_margin: float = Field(
            0.01, ge=0, lt=1, description="Dollars per pair left after everything else"
        )
        mismatch: float = Field(
            0.01, ge=0, lt=1, description="Chance that neither leg pays, less that both do"
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
        """One basket for each orientation of a pair: YES here with NO there, and the reverse."""
        p, legs = self.params, _opposites(tape)
        cost = pair_cost(tape, legs)
        interest = np.maximum(*(lockup(tape, leg, p.annual_rate) for leg in legs)) * cost
        gain = 1 - cost - p.mismatch - interest
        row, pair = np.nonzero((gain >= p.min_margin) & (gain > 0))
        found = Baskets(tape, "cost", "mismatch", "interest")
        for n in apart(legs, row, pair, gain[row, pair]):
            cell = row[n], pair[n]
            numbers = cost[cell], p.mismatch, interest[cell]
            found.add(row[n], legs[:, pair[n]], gain[cell], *numbers, confidence=1 - p.mismatch)
        reason = (
            "both legs cost {cost:.4f} with fees and pay 1, less {mismatch:.4f} for a mismatch and "
            "{interest:.4f} of interest"
        )
        return found.signals(reason, Unfilled.UNWIND, FIRST_VENUE)


def _opposites(tape: Tape) -> IntArray:
    """Columns that pay when the other one does not, at another venue, (2, K), each pair once."""
    here = np.flatnonzero(tape.questions.twin >= 0)
    there = tape.complement[tape.questions.twin[here]]
    pairs = np.sort(np.stack([here, there]), axis=0)
    return np.unique(pairs[:, there >= 0], axis=1)
