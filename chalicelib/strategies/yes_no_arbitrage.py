"""Buy both outcomes of a market when together they cost less than the dollar that one will pay.

On Polymarket the NO book mirrors the YES book, so a sum below one is nearly always a crossed book
read at two times. The basket is therefore priced again on books fetched after the signal, both
legs are taken or none, and the fees of both legs count before anything is called a profit.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape


@strategy("yes-no-arbitrage")
class YesNoArbitrage(Strategy):
    """Buy both outcomes when together they cost less than the dollar that one will pay."""

    class Params(StrategyParams):
        """What is worth taking."""

        min_margin: float = Field(
            0.005, ge=0, lt=1, description="Dollars per pair left after both fees"
        )

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Both legs as one basket, wherever the pair with its fees costs less than it pays."""
        paired = tape.complement >= 0
        other = tape.ask[:, tape.complement]
        cost = tape.ask + other + tape.taker_fee(tape.ask) + tape.taker_fee(other)
        real = (tape.ask > 0) & (other > 0) & (minutes_to_close(tape) > 0)
        margin = np.where(paired & real, 1 - cost, np.nan)
        shape = tape.ask.shape
        return Signals(
            entry=margin >= self.params.min_margin,
            exit=np.zeros(shape, bool),
            edge=np.nan_to_num(margin) / 2,
            confidence=np.ones(shape),
            entry_reason="the pair costs {cost:.4f} with fees and pays 1",
            exit_reason="",
            facts={"cost": cost},
            basket=np.where(paired, tape.market, -1),
            unfilled=Unfilled.ABORT,
        )
