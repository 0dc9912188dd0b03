"""Trade contracts whose chance to pay is thought to be known: buy below it, sell above it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arbitrage import buying_cost
from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray, placed
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.tape import Tape


@dataclass(frozen=True)
class FairValues:
    """The chance that each of ``columns`` (K,) pays 1, (R, K) for the last R rows of a tape.

    ``facts`` (R, K) are what it follows from.
    """

    columns: IntArray
    chance: FloatArray
    facts: Mapping[str, FloatArray]

    def both_sides(self, tape: Tape) -> "FairValues":
        """The same for the other outcomes too, which pay when these do not."""
        other = tape.complement[self.columns]
        there = other >= 0
        return FairValues(
            np.concatenate([self.columns, other[there]]),
            np.hstack([self.chance, 1 - self.chance[:, there]]),
            {name: np.hstack([each, each[:, there]]) for name, each in self.facts.items()},
        )

    def signals(
        self,
        tape: Tape,
        why: str,
        margin: float,
        last_minutes: float = 0,
        cheapest: float = 0,
    ) -> Signals:
        """Buy what is worth ``margin`` more than it costs; sell what the bid overpays after fees.

        ``why`` is put into words over ``facts``. Of both outcomes of one market the better one is
        bought, and nothing at an ask below ``cheapest``.
        """
        recent = tape.rows(len(tape) - len(self.chance), len(tape))
        at, shape = self.columns, tape.bid.shape
        bid, ask = recent.bid[:, at], recent.ask[:, at]
        gain = self.chance - buying_cost(recent, at)
        on_sale = np.where((bid > 0) & (bid < 1), bid, np.nan)
        overpaid = on_sale - recent.taker_fee(on_sale, at) - self.chance
        entry = (
            (gain >= margin)
            & (gain > 0)
            & (ask >= cheapest)
            & (minutes_to_close(recent, at) > last_minutes)
            & ~self._beaten(tape, gain)
        )
        facts = {"chance": self.chance, "bid": bid, "ask": ask, **self.facts}
        return Signals(
            entry=placed(entry, at, shape),
            exit=placed((overpaid > 0) & ~entry, at, shape),
            edge=placed(np.nan_to_num(gain), at, shape),
            confidence=placed(np.clip(np.nan_to_num(self.chance), 0, 1), at, shape),
            entry_reason=f"worth {{chance:.3f}}, offered at {{ask:.3f}}: {why}",
            exit_reason=f"worth {{chance:.3f}}, bid at {{bid:.3f}}: {why}",
            facts={name: placed(each, at, shape) for name, each in facts.items()},
        )

    def _beaten(self, tape: Tape, gain: FloatArray) -> BoolArray:
        """Whether the other outcome of the same market is as good a purchase or a better one."""
        place = np.full(len(tape.instruments) + 1, -1)  # the last one is for no other outcome
        place[self.columns] = np.arange(len(self.columns))
        other = place[tape.complement[self.columns]]
        rival = np.where(other >= 0, gain[:, other], np.nan)
        return np.asarray((rival > gain) | ((rival == gain) & (other < np.arange(len(other)))))
