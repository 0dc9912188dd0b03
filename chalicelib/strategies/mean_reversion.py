"""Buy an outcome far below its own recent mean; leave when it has come back.

The deviation is measured against the window before the current observation, so that the move
itself does not widen the band it is judged by.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.indicators import mean_and_deviation_before, minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape


@strategy("mean-reversion")
class MeanReversion(Strategy):
    """Buy an outcome far below its own recent mean; leave when it has come back."""

    class Params(StrategyParams):
        """What counts as far, and as back."""

        window: int = Field(20, ge=5, le=500, description="Observations in the rolling mean")
        entry_z: float = Field(2.0, gt=0, le=20, description="Deviations below the mean to enter")
        min_deviation: float = Field(0.10, ge=0, lt=1, description="Share below the mean to enter")
        exit_within: float = Field(0.02, ge=0, lt=1, description="Share of the mean that is back")
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The window, and the observation that is judged by it."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter below the band when coming back would pay for the fees of both ways."""
        p = self.params
        mean, deviation = mean_and_deviation_before(tape.mid, p.window)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (tape.mid - mean) / deviation
        edge = mean - tape.ask - tape.taker_fee(tape.ask) - tape.taker_fee(mean)
        entry = (
            (z <= -p.entry_z)
            & (tape.mid <= mean * (1 - p.min_deviation))
            & (edge > 0)
            & (minutes_to_close(tape) > p.last_minutes)
        )
        return Signals(
            entry=entry,
            exit=tape.mid >= mean * (1 - p.exit_within),
            edge=np.nan_to_num(edge),
            confidence=np.clip(np.nan_to_num(-z, posinf=0, neginf=0) / 4, 0, 1),
            entry_reason="{z:.1f} deviations below its mean of {mean:.3f}",
            exit_reason="back at {mid:.3f}, its mean is {mean:.3f}",
            facts={"z": np.abs(z), "mean": mean, "mid": tape.mid},
        )
