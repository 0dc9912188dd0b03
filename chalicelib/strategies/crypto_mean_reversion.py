"""Buy a currency that fell far below its mean and is oversold; leave when it is back at the mean.

Far is counted in deviations of the window (J. Bollinger, "Bollinger on Bollinger Bands", 2001),
oversold by the relative strength index (J. W. Wilder, "New Concepts in Technical Trading Systems",
1978; his smoothing begins five windows back). Both have to agree: a z-score alone buys every fall.

Corrected: the predecessor measured contracts only, counted a fixed profit of 10 % whatever the
fees, and sold short what no account could borrow. The edge here is the way back to the mean less
the spread and the fees of both ways; at a venue that takes 0.6 % a trade hardly any dip has one.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import GAP, MEMORY, carried, mean_and_deviation, rsi
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys a currency two deviations below its mean with an RSI of at most 30.",
    leaves="When it is back at its mean, 3 % below its cost, or after four hours.",
    fails_when="The fall has a reason and goes on: the mean then comes down to the price.",
    exits=ExitRules.model_validate({"stop_loss": "0.03", "max_minutes": 240}),
)


@strategy("crypto-mean-reversion", ABOUT)
class CryptoMeanReversion(Strategy):
    """Buy a currency far below its mean and oversold; leave when it is back at the mean."""

    class Params(StrategyParams):
        """What counts as far, as oversold and as back."""

        window: int = Field(20, ge=5, le=500, description="Observations in the mean")
        entry_z: float = Field(2.0, gt=0, le=20, description="Deviations below the mean to enter")
        exit_z: float = Field(0.0, ge=-20, le=20, description="Deviations above the mean to leave")
        rsi_window: int = Field(14, ge=2, le=100, description="Observations in the RSI")
        oversold: float = Field(30, gt=0, lt=100, description="Highest RSI to enter")

        @model_validator(mode="after")
        def _ordered(self) -> "CryptoMeanReversion.Params":
            if self.exit_z <= -self.entry_z:
                raise ValueError(
                    f"exit_z {self.exit_z} leaves where entry_z {self.entry_z} enters: "
                    "it has to lie above the entry"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The longer of both measures, and a gap before it."""
        return max(self.params.window, MEMORY * self.params.rsi_window + 1) + GAP

    def signals(self, tape: Tape) -> Signals:
        """Only currencies are looked at."""
        return on_columns(tape, tape.spot, self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p, start = self.params, self.lookback - 1
        price = carried(tape.mid, GAP)
        mean, deviation = mean_and_deviation(price, p.window, start)
        z = (tape.mid - mean) / np.where(deviation > 0, deviation, np.nan)
        strength = rsi(price, p.rsi_window, start=start)
        sold_at = mean - (tape.ask - tape.bid) / 2
        edge = sold_at - tape.ask - tape.taker_fee(tape.ask) - tape.taker_fee(sold_at)
        return Signals(
            entry=(z <= -p.entry_z) & (strength <= p.oversold) & (edge > 0),
            exit=z >= p.exit_z,
            edge=np.nan_to_num(edge),
            confidence=np.clip(np.nan_to_num(-z) / 4, 0, 1),
            entry_reason="{z:+.1f} deviations from its mean of {mean:.6g}, RSI {rsi:.0f}",
            exit_reason="{z:+.1f} deviations from its mean of {mean:.6g}",
            facts={"z": z, "mean": mean, "rsi": strength},
        )
