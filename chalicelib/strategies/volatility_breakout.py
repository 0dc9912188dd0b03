"""Buy an outcome that breaks out of its Bollinger band after having kept to it; leave at the mean.

A breakout out of calm is believed most: the state is the average true range of late over the usual
one, both before the breakout, which else would call every breakout excited. Sources: J. Bollinger,
"Bollinger on Bollinger Bands" (2001); J. W. Wilder, "New Concepts in Technical Trading Systems"
(1978), here with a plain mean as the predecessor had it.

Corrected: its range was |yes - no| / 2, the distance from a half; here a row reaches from bid to
ask, so that the true range is made of the quoted spread and the move of the mid. It never used its
``min_consolidation``. The band is that of the rows before, and "beyond" is dollars: a break below
is the break above of the other outcome, which has prices of its own and is bought. A stop at -7 %
is about what spread and fee cost at once: 10 %. The edge is what it would be if ``continuation`` of
the way from the mean were added: an assumption.
"""

from decimal import Decimal

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import (
    atr,
    mean_and_deviation_before,
    minutes_to_close,
    rolling_min,
    row_before,
)
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

CALM, EXCITED = 0.7, 1.3
"""Range over the usual one: below the first a breakout is believed most, above the second least."""

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys an outcome above the band that it kept to until then.",
    leaves="Back at the mean, at a gain of 15 %, a loss of 10 %, or after half an hour.",
    fails_when="The breakout is one trade through a thin book, and the price comes back.",
    exits=ExitRules(stop_loss=Decimal("0.10"), take_profit=Decimal("0.15"), max_minutes=30),
)


@strategy("volatility-breakout", ABOUT)
class VolatilityBreakout(Strategy):
    """Buy what breaks out of its Bollinger band after having kept to it; leave at the mean."""

    class Params(StrategyParams):
        """The band, how long it has to hold, and what is calm."""

        window: int = Field(20, ge=5, le=200, description="Observations in the band")
        deviations: float = Field(2.0, gt=0, le=10, description="Half of the band's width")
        beyond: float = Field(0.01, ge=0, lt=1, description="Dollars above the band to enter")
        min_consolidation: int = Field(10, ge=1, le=200, description="Observations inside it")
        short_range: int = Field(14, ge=2, le=200, description="Observations in the range now")
        long_range: int = Field(50, ge=3, le=200, description="Observations in the usual range")
        continuation: float = Field(
            0.5, gt=0, le=2, description="Share of the way from the mean that is added"
        )
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

        @model_validator(mode="after")
        def _ordered(self) -> "VolatilityBreakout.Params":
            if self.short_range >= self.long_range:
                raise ValueError(
                    f"short_range {self.short_range} is not below long_range {self.long_range}"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The oldest band that has to hold or the usual range, and the row that breaks out."""
        p = self.params
        return max(p.window + p.min_consolidation, p.long_range + 1) + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter the first row beyond the band, when its continuation would pay the fees."""
        p = self.params
        start = self.lookback - 1
        mean, sigma = mean_and_deviation_before(tape.mid, p.window, start - p.min_consolidation)
        upper = mean + p.deviations * sigma
        inside = np.where(np.isnan(mean), np.nan, np.abs(tape.mid - mean) <= upper - mean)
        kept = row_before(rolling_min(inside, p.min_consolidation, start - 1))
        state = self._state(tape)
        edge = p.continuation * (tape.mid - mean) - (tape.ask - tape.mid)
        edge -= 2 * tape.taker_fee(tape.ask)
        entry = (
            ~tape.spot
            & (tape.mid > mean)
            & (tape.mid >= upper + p.beyond)
            & (kept == 1)
            & ~np.isnan(state)
            & (edge > 0)
            & (minutes_to_close(tape) > p.last_minutes)
        )
        believed = np.where(state < CALM, 1.0, np.where(state > EXCITED, 0.5, 0.75))
        return Signals(
            entry=entry,
            exit=~tape.spot & (tape.mid <= mean),
            edge=np.nan_to_num(edge),
            confidence=np.where(np.isnan(state), 0, believed),
            entry_reason="broke out to {mid:.3f} above its band's {upper:.3f}, its range is "
            "{state:.2f} of the usual",
            exit_reason="back at {mid:.3f}, its mean is {mean:.3f}",
            facts={"mid": tape.mid, "mean": mean, "upper": upper, "state": state},
        )

    def _state(self, tape: Tape) -> FloatArray:
        """The range of late over the usual one, of the rows before each row."""
        start = self.lookback - 2
        now, usual = (
            row_before(atr(tape.mid, rows, rows, start, high=tape.ask, low=tape.bid))
            for rows in (self.params.short_range, self.params.long_range)
        )
        return np.asarray(now / np.where(usual > 0, usual, np.nan))
