"""Buy a currency that rises over three windows at once; let the account's rules sell it.

The score adds the rises over a fast, a middle and a slow window with the predecessor's weights, 40,
30, 20 and 10 points for volume. N. Jegadeesh and S. Titman, "Returns to Buying Winners and Selling
Losers", Journal of Finance 48 (1993), found such persistence over months, nobody over minutes.

Corrected: the predecessor scored a fall as high as a rise and bought it. It wanted 70 of 100
points, which needs a rise of some 8 % in five minutes; 20 are a steady rise of 2 %, 3 % and 4 %.
Its volume was compared within a history that never came, and was a division by zero without trades;
here it is what the middle window traded more than the same window a day before, as a share of the
average rate (the venue states a sum over 24 hours), and counts nothing where no volume is known.
The stop, target and trailing stop are the account's rules, so they see every price, not one a scan.

Edge: nobody can say what the rest of a move is worth. It is the allowance for a worse fill.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import change_over
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

DAY = 1440
ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys a currency whose rises over 5, 15 and 60 rows, with volume, score high enough.",
    leaves="At a stop loss of 2 %, a profit of 5 %, 1.5 % below the best price, or when it turns.",
    fails_when="The rise is over by the time it is seen: most are, and each costs two fees.",
    exits=ExitRules.model_validate(
        {"stop_loss": "0.02", "take_profit": "0.05", "trailing_stop": "0.015"}
    ),
)


@strategy("crypto-momentum", ABOUT)
class CryptoMomentum(Strategy):
    """Buy a currency that rises over three windows at once."""

    class Params(StrategyParams):
        """What counts as rising, and as turning."""

        fast: int = Field(5, ge=1, le=200, description="Observations in the fast window")
        middle: int = Field(15, ge=2, le=300, description="Observations in the middle window")
        slow: int = Field(60, ge=3, le=500, description="Observations in the slow window")
        min_rise: float = Field(0.02, gt=0, lt=1, description="Share risen over the fast window")
        min_score: float = Field(20, gt=0, le=100, description="Least score to enter")
        reversal: float = Field(0.01, gt=0, lt=1, description="Share fallen over the fast window")
        allowance: float = Field(0.001, gt=0, lt=0.1, description="Share a fill may be worse")

        @model_validator(mode="after")
        def _ordered(self) -> "CryptoMomentum.Params":
            if not self.fast < self.middle < self.slow:
                raise ValueError(
                    f"fast {self.fast}, middle {self.middle} and slow {self.slow} have to rise"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The slow window's first observation and all after it."""
        return self.params.slow + 1

    def signals(self, tape: Tape) -> Signals:
        """Only currencies are looked at."""
        return on_columns(tape, tape.spot, self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p = self.params
        fast, middle, slow = (_rise(tape.mid, rows) for rows in (p.fast, p.middle, p.slow))
        surge = np.nan_to_num(self._surge(tape))
        score = (
            0.4 * np.clip(1000 * fast, -100, 100)
            + 0.3 * np.clip(700 * middle, -100, 100)
            + 0.2 * np.clip(500 * slow, -100, 100)
            + 0.1 * np.clip(50 * surge, -100, 100)
        )
        edge = np.nan_to_num(p.allowance * tape.ask)
        return Signals(
            entry=(fast >= p.min_rise) & (score >= p.min_score) & (edge > 0),
            exit=fast <= -p.reversal,
            edge=edge,
            confidence=np.clip(np.nan_to_num(score / 100), 0, 1),
            entry_reason="score {score:.0f}: {fast:+.1%} fast, {middle:+.1%}, {slow:+.1%} slow, "
            "volume {surge:+.0%}",
            exit_reason="turned: {fast:+.1%} over the fast window",
            facts={"score": score, "fast": fast, "middle": middle, "slow": slow, "surge": surge},
        )

    def _surge(self, tape: Tape) -> FloatArray:
        minutes = change_over(tape.times[:, np.newaxis] / 60, self.params.middle)
        usual = tape.volume * minutes / DAY
        more = change_over(tape.volume, self.params.middle)
        return np.asarray(more / np.where(usual > 0, usual, np.nan))


def _rise(price: FloatArray, rows: int) -> FloatArray:
    """The change as a share of the price that it began at."""
    change = change_over(price, rows)
    before = price - change
    return np.asarray(change / np.where(before > 0, before, np.nan))
