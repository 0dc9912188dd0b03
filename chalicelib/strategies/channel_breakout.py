"""Buy a currency above the highest price of its channel; leave below the low of a shorter one.

R. Donchian's channel as the Turtles traded it: 55 observations in, 20 out, and the average true
range N as the unit of noise, of stops and of size (C. Faith, "The Original Turtle Trading Rules",
2003). Only a break of half an N counts, so that a new high by one tick does not.

Corrected: the predecessor made highs and lows up from the difference of two outcomes. A scan has no
highs and lows: the channel is that of mid prices, and the true range is the move between two scans,
so N is smaller than one of bars. Channel and N are those of the rows before the break.

Edge: a trend has no honest one. It is how far from the quoted price a fill is still the same trade,
half an N by default. Size follows from N: what the account loses when the price falls by one N.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.indicators import (
    GAP,
    MEMORY,
    atr,
    carried,
    rolling_max,
    rolling_min,
    row_before,
)
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys a currency that breaks half an average range above the highs of 55 rows.",
    leaves="When it falls below the lows of 20 rows.",
    fails_when="Prices go sideways: most breaks are false, and a few long trends pay for them.",
    sizing=Sizing(policy=SizingPolicy.VOLATILITY_TARGET),
)


@strategy("channel-breakout", ABOUT)
class ChannelBreakout(Strategy):
    """Buy a currency above the highs of its channel; leave below the lows of a shorter one."""

    class Params(StrategyParams):
        """How long the channels are, and what counts as a break."""

        window: int = Field(55, ge=2, le=500, description="Observations in the entry channel")
        exit_window: int = Field(20, ge=2, le=500, description="Observations in the exit channel")
        atr_window: int = Field(20, ge=2, le=100, description="Observations in the average range")
        min_break: float = Field(0.5, ge=0, le=20, description="Average ranges above the channel")
        chase: float = Field(0.5, gt=0, le=10, description="Average ranges a fill may be worse")

        @model_validator(mode="after")
        def _ordered(self) -> "ChannelBreakout.Params":
            if self.exit_window > self.window:
                raise ValueError(
                    f"exit_window {self.exit_window} is longer than window {self.window}: "
                    "it would give a gain back before it leaves"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The longest measure of the rows before, the row itself, and a gap before them."""
        return max(self.params.window, MEMORY * self.params.atr_window + 1) + 1 + GAP

    def signals(self, tape: Tape) -> Signals:
        """Only currencies are looked at."""
        return on_columns(tape, tape.spot, self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p, start = self.params, self.lookback - 2
        price = carried(tape.mid, GAP)
        high = row_before(rolling_max(price, p.window, start))
        low = row_before(rolling_min(price, p.exit_window, start))
        noise = row_before(atr(price, p.atr_window, start=start))
        known = np.where(noise > 0, noise, np.nan)
        edge = np.where(np.isnan(tape.ask), np.nan, p.chase * known)
        return Signals(
            entry=(tape.mid > high + p.min_break * noise) & (edge > 0),
            exit=tape.mid < low,
            edge=np.nan_to_num(edge),
            confidence=np.clip(np.nan_to_num((tape.mid - high) / (4 * known)), 0, 1),
            entry_reason="{mid:.6g} is above the highs of {high:.6g}, ranges average {noise:.3g}",
            exit_reason="{mid:.6g} is below the lows of {low:.6g}",
            facts={"mid": tape.mid, "high": high, "low": low, "noise": noise},
            volatility=noise,
        )
