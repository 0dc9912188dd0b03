"""Buy every YES, or every NO, of a group of which exactly one, or at most one, can pay.

Where a venue lists all outcomes and exactly one wins, every YES together pays 1. Where at most one
wins, k NOs together pay at least k - 1, whether the list is whole or not, so any of them may be
left out: each that costs less than the dollar it adds is taken. An event to which outcomes may
still be added (Polymarket's augmented negative-risk events) is never taken for whole. What is paid
for is locked until the group is settled, and that is charged for. The predecessor only named
multi-leg arbitrage: its legs always "succeeded" without a price.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arbitrage import Baskets, buying_cost, lockup
from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys all YES of a complete group under 1 dollar, or k NOs under k - 1 dollars.",
    leaves="Held until the group is settled.",
    fails_when="The venue voids the group or pays two of it; a large group may exceed the limit "
    "on orders.",
)


@strategy("multi-outcome-arbitrage", ABOUT)
class MultiOutcomeArbitrage(Strategy):
    """Buy every YES or every NO of an exclusive group for less than they will pay."""

    class Params(StrategyParams):
        """What is worth taking."""

        min_margin: float = Field(
            0.01, ge=0, lt=1, description="Dollars per basket left after fees and lock-up"
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
        """One basket for each group: the side that leaves more."""
        yes, first = _members(tape)
        if not yes.size:
            return Signals.none(tape)
        no, size = tape.complement[yes], np.diff(first, append=len(yes))
        whole = (size > 1) & (size == tape.questions.group_size[yes[first]])
        cost, left = self._left(tape, yes)
        all_yes = np.where(whole, np.add.reduceat(left, first, axis=1) - (size - 1), np.nan)
        other_cost, other_left = self._left(tape, no)
        some_no = np.add.reduceat(np.fmax(other_left, 0), first, axis=1) - 1
        gain = np.fmax(all_yes, some_no)
        found = Baskets(tape, "legs", "cost", "pays")
        for row, group in np.argwhere((gain >= self.params.min_margin) & (gain > 0)):
            span = slice(first[group], first[group] + size[group])
            if all_yes[row, group] >= some_no[row, group]:
                legs, paid, pays = yes[span], cost[row, span], 1
            else:
                kept = other_left[row, span] > 0
                legs, paid, pays = no[span][kept], other_cost[row, span][kept], kept.sum() - 1
            found.add(row, legs, gain[row, group], len(legs), paid.sum(), pays)
        return found.signals("{legs:.0f} legs cost {cost:.4f} with fees and pay {pays:.0f} or more")

    def _left(self, tape: Tape, legs: IntArray) -> tuple[FloatArray, FloatArray]:
        """What each leg costs, and what it leaves of a dollar after its lock-up, (T, K)."""
        cost = buying_cost(tape, legs)
        return cost, 1 - cost * (1 + lockup(tape, legs, self.params.annual_rate))


def _members(tape: Tape) -> tuple[IntArray, IntArray]:
    """The YES columns of all groups, group by group, and where each group begins among them."""
    asked = tape.questions
    yes = np.flatnonzero(asked.affirmative & (asked.group >= 0))
    yes = yes[np.argsort(asked.group[yes], kind="stable")]
    return yes, np.unique(asked.group[yes], return_index=True)[1]
