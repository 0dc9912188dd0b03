"""Buy both outcomes of a market when together they cost less than the dollar that one will pay.

Where both outcomes trade in one set of orders (Polymarket, Kalshi) the NO book mirrors the YES
book, so a sum below one is nearly always a book read at two moments: the engine refuses such a pair
unless both books, fetched after the signal, carry the same moment. Both legs are taken or none, and
the pair is merged into its dollar. The predecessor counted no fees, which near a half are up to
3.5 cents a pair, and bought the YES leg alone.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arbitrage import Baskets, pair_cost
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys both outcomes of a market when, fees included, they cost less than one dollar.",
    leaves="The pair is merged into its dollar at once.",
    fails_when="The two prices were read at different moments: the books fetched later show it.",
)


@strategy("yes-no-arbitrage", ABOUT)
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
        first = np.flatnonzero(tape.complement > np.arange(len(tape.complement)))
        legs = np.stack([first, tape.complement[first]])
        cost = pair_cost(tape, legs)
        found = Baskets(tape, "cost")
        for row, pair in np.argwhere((1 - cost >= self.params.min_margin) & (cost < 1)):
            found.add(row, legs[:, pair], 1 - cost[row, pair], cost[row, pair])
        return found.signals("the pair costs {cost:.4f} with fees and pays 1")
