"""A baseline: buy everything once and keep it. A strategy that does not beat it adds nothing.

One outcome of every market is bought, the one that pays when the event happens (of two of which
neither is known to, the first), and every currency. Both outcomes of a market would be worth their
dollar whatever happens. A position is not added to, so each is bought once; it ends when its market
is resolved, and a currency never does.

Edge: there is none. It is the allowance for a worse fill: dollars, of a currency a share.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    enters="Buys one outcome of every market and every currency, once.",
    leaves="Never: a contract is kept until its market is resolved.",
    fails_when="The markets fall; it is here to show what doing nothing is worth.",
    baseline=True,
)


@strategy("buy-and-hold", ABOUT)
class BuyAndHold(Strategy):
    """A baseline: buy everything once and keep it."""

    class Params(StrategyParams):
        """How much worse than quoted it may be bought."""

        allowance: float = Field(0.01, gt=0, lt=0.1, description="Dollars, of a currency a share")

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Whatever is offered and has not ended."""
        asked, other = tape.questions.affirmative, tape.complement
        neither = ~asked & ~asked[other] & (np.arange(len(other)) < other)
        chosen = asked | neither | (other < 0)
        offered = (tape.ask > 0) & ((tape.ask < 1) | tape.spot)
        return Signals(
            entry=offered & chosen & (minutes_to_close(tape) > 0),
            exit=np.zeros(tape.ask.shape, bool),
            edge=np.nan_to_num(self.params.allowance * tape.move_unit(tape.ask)),
            confidence=np.ones(tape.ask.shape),
            entry_reason="a baseline buys everything once, this at {ask:.6g}",
            exit_reason="",
            facts={"ask": tape.ask},
        )
