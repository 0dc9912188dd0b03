"""Buy favourites, because bettors overpay for longshots; hold them until they are settled.

Longshots win more seldom than their price says and favourites more often: R. Thaler and W. Ziemba,
Journal of Economic Perspectives 2 (1988). E. Snowberg and J. Wolfers, Journal of Political Economy
118 (2010), lay it to misjudged probabilities: a chance p is priced at exp(-(-ln p)^a), and they
fit a = 0.928 to American horse races. Kalshi's prices show the bias too: C. Buergi, W. Deng and
K. Whelan, "Makers and Takers" (2025). ``weighting`` is that a: 1 says that there is no bias, and
the edge is nothing but what it assumes. Whether it holds at a venue has to be measured there.

The other outcome of a longshot is a favourite: to buy it is to sell the longshot. In an exclusive
group both are the same bet, so one instrument of each event is wished for: that of the best edge.
The predecessor had no such strategy.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.events import best_of_each, event_of
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys the favourite of an event that its price rates too low by the assumed bias.",
    leaves="Never by itself: it is paid out when the market is settled.",
    fails_when="There is no such bias at the venue, or the favourites of a time fall together.",
    sizing=Sizing(policy=SizingPolicy.KELLY),
)


@strategy("favourite-longshot-bias", ABOUT)
class FavouriteLongshotBias(Strategy):
    """Buy favourites, because bettors overpay for longshots; hold them until they are settled."""

    class Params(StrategyParams):
        """Which favourites, and how large the bias is taken to be."""

        weighting: float = Field(
            0.928, gt=0.5, le=1, description="How chances are weighted in prices; 1 is no bias"
        )
        lowest: float = Field(0.70, ge=0.5, lt=1, description="Cheapest favourite, dollars")
        highest: float = Field(0.95, gt=0.5, lt=1, description="Dearest favourite, dollars")
        min_edge: float = Field(0.002, gt=0, lt=1, description="Dollars left after the fee")
        max_spread: float = Field(0.04, gt=0, lt=1, description="Dollars between bid and ask")
        max_days: float = Field(30, gt=0, le=3_650, description="Days of capital locked at most")

        @model_validator(mode="after")
        def _ordered(self) -> "FavouriteLongshotBias.Params":
            if self.lowest >= self.highest:
                raise ValueError(f"lowest {self.lowest} is not below highest {self.highest}")
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """The best favourite of each event whose weighted chance pays for ask and fee."""
        p = self.params
        left = minutes_to_close(tape)
        price = np.where((tape.mid > 0) & (tape.mid < 1) & ~tape.spot, tape.mid, np.nan)
        chance = np.exp(-((-np.log(price)) ** (1 / p.weighting)))
        edge = chance - tape.ask - tape.taker_fee(tape.ask)
        fits = (
            (tape.ask >= p.lowest)
            & (tape.ask <= p.highest)
            & (tape.ask - tape.bid <= p.max_spread)
            & (edge >= p.min_edge)
            & (left > 0)
            & (left <= p.max_days * 24 * 60)
        )
        return Signals(
            entry=best_of_each(np.where(fits, edge, np.nan), event_of(tape)),
            exit=np.zeros(tape.bid.shape, bool),
            edge=np.nan_to_num(edge),
            confidence=np.nan_to_num(chance),
            entry_reason="a favourite at {ask:.3f} wins with {chance:.3f} if the bias holds",
            exit_reason="",
            facts={"ask": tape.ask, "mid": tape.mid, "chance": chance, "minutes": left},
        )
