"""Buy a currency when its fast average crosses above the slow one; leave when it is below again.

W. Brock, J. Lakonishok and B. LeBaron, "Simple Technical Trading Rules and the Stochastic
Properties of Stock Returns", Journal of Finance 47 (1992): averages with a band around the slow one
against crosses that mean nothing. R. Sullivan, A. Timmermann and H. White (1999) found nothing left
of their profit out of sample, and each cross costs two fees.

The predecessor had no such rule; it named one. A cross is an event: it is wished for in the row in
which it happens, and not again while the averages stay apart. An exponential average begins five
windows back, see ``indicators``.

Edge: a trend has no honest one. It is the allowance for a worse fill, a share of the price.
"""

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.indicators import GAP, MEMORY, carried, ema, rolling_mean, row_before
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys a currency in the row in which its fast average crosses above the slow one.",
    leaves="When the fast average is below the slow one.",
    fails_when="Prices go sideways: the averages cross to and fro, and each cross costs two fees.",
)


@strategy("moving-average-cross", ABOUT)
class MovingAverageCross(Strategy):
    """Buy a currency when its fast average crosses above the slow one."""

    class Params(StrategyParams):
        """Which averages, and how far apart they have to be."""

        kind: Literal["simple", "exponential"] = Field("simple", description="Kind of average")
        fast: int = Field(10, ge=1, le=200, description="Observations in the fast average")
        slow: int = Field(50, ge=2, le=500, description="Observations in the slow average")
        band: float = Field(0.0005, ge=0, lt=0.1, description="Share above the slow one to enter")
        allowance: float = Field(0.001, gt=0, lt=0.1, description="Share a fill may be worse")

        @model_validator(mode="after")
        def _ordered(self) -> "MovingAverageCross.Params":
            if self.fast >= self.slow:
                raise ValueError(f"fast {self.fast} is not below slow {self.slow}")
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The slow average of the row and of the one before it, and a gap before them."""
        return self.params.slow * (MEMORY if self._exponential else 1) + 1 + GAP

    @property
    def _exponential(self) -> bool:
        return self.params.kind == "exponential"

    def signals(self, tape: Tape) -> Signals:
        """Only currencies are looked at."""
        return on_columns(tape, tape.spot, self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p, start = self.params, self.lookback - 2
        average = ema if self._exponential else rolling_mean
        price = carried(tape.mid, GAP)
        fast, slow = average(price, p.fast, start=start), average(price, p.slow, start=start)
        apart = fast / np.where(slow > 0, slow, np.nan) - 1
        edge = np.nan_to_num(p.allowance * tape.ask)
        return Signals(
            entry=(apart > p.band) & (row_before(apart) <= p.band) & (edge > 0),
            exit=apart < 0,
            edge=edge,
            confidence=np.full(tape.mid.shape, 0.5),
            entry_reason="the fast average {fast:.6g} crossed to {apart:.2%} above {slow:.6g}",
            exit_reason="the fast average {fast:.6g} is {apart:.2%} from {slow:.6g}",
            facts={"fast": fast, "slow": slow, "apart": apart},
        )
