"""A baseline: enter and leave by a throw of the dice. A strategy has to beat luck and its fees.

The dice are a hash of the instrument's name, the time and the seed (the mixing function of
G. Steele, D. Lea and C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014), so that a
run can be repeated and a row knows nothing of others. Run it with several seeds: what they earn
lies around what the same trading costs.

Edge: there is none. It is the allowance for a worse fill: dollars, of a currency a share.
"""

from zlib import crc32

import numpy as np
from pydantic import Field

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    enters="Buys anything, by a throw of the dice.",
    leaves="By another throw, or after an hour.",
    fails_when="Always, by the spread and the fees: it is here to show what luck looks like.",
    baseline=True,
    exits=ExitRules(max_minutes=60),
)


@strategy("random-entry", ABOUT)
class RandomEntry(Strategy):
    """A baseline: enter and leave by a throw of the dice."""

    class Params(StrategyParams):
        """How often, and which dice."""

        seed: int = Field(1, ge=0, le=2**31 - 1, description="Another number, another luck")
        enter: float = Field(0.002, gt=0, lt=1, description="Probability to enter in a row")
        leave: float = Field(0.02, ge=0, lt=1, description="Probability to leave in a row")
        allowance: float = Field(0.01, gt=0, lt=0.1, description="Dollars, of a currency a share")

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """One throw decides: the lowest numbers enter, the highest leave."""
        p = self.params
        thrown = _thrown(tape, p.seed)
        offered = (tape.ask > 0) & ((tape.ask < 1) | tape.spot) & (minutes_to_close(tape) > 0)
        enters = thrown < p.enter
        return Signals(
            entry=offered & enters,
            exit=(thrown >= 1 - p.leave) & ~enters & ~np.isnan(tape.bid),
            edge=np.nan_to_num(p.allowance * tape.move_unit(tape.ask)),
            confidence=np.full(tape.ask.shape, 0.5),
            entry_reason="the dice show {thrown:.4f}",
            exit_reason="the dice show {thrown:.4f}",
            facts={"thrown": thrown},
        )


def _thrown(tape: Tape, seed: int) -> FloatArray:
    """A number in [0, 1) for every row and instrument, (T, N)."""
    names = np.array([crc32(name.encode(), seed) for name in tape.instruments], np.uint64)
    mixed = names ^ (tape.times.astype(np.uint64)[:, np.newaxis] << np.uint64(32))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((mixed >> np.uint64(11)) * 2.0**-53)
