"""Buy what is far below its own recent mean, and against what is far above; leave when it is back.

The deviation is measured against the window before the current observation, so that the move
itself does not widen the band it is judged by. Of an outcome far above its mean the other one is
bought; a currency is not sold short. Kept from the predecessor: window, both bounds, a target of
10 %, an hour at most. Corrected: its stop at -5 % is less than spread and fee cost at once: 15 %.
"""

from decimal import Decimal

import numpy as np
from pydantic import Field

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import mean_and_deviation_before, minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    enters="Buys what lies far below its mean, and the other outcome of what lies far above it.",
    leaves="When it is back at its mean, at 10 % gained or 15 % lost, or after an hour.",
    fails_when="The price has moved for good: there is nothing to come back to.",
    exits=ExitRules(stop_loss=Decimal("0.15"), take_profit=Decimal("0.10"), max_minutes=60),
)


@strategy("mean-reversion", ABOUT)
class MeanReversion(Strategy):
    """Buy what is far below its own recent mean, and against what is far above it."""

    class Params(StrategyParams):
        """What counts as far, and as back."""

        window: int = Field(20, ge=5, le=500, description="Observations in the rolling mean")
        entry_z: float = Field(2.0, gt=0, le=20, description="Deviations from the mean to enter")
        min_deviation: float = Field(0.10, ge=0, lt=1, description="Share of the mean to enter")
        exit_within: float = Field(0.02, ge=0, lt=1, description="Share of the mean that is back")
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The window, and the observation that is judged by it."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter outside the band when coming back would pay for the fees of both ways."""
        p = self.params
        mean, deviation = mean_and_deviation_before(tape.mid, p.window)
        z = (tape.mid - mean) / np.where(deviation > 0, deviation, np.nan)
        early = minutes_to_close(tape) > p.last_minutes
        back = tape.mid >= mean * (1 - p.exit_within)
        edge = mean - tape.ask - tape.taker_fee(tape.ask) - tape.taker_fee(mean)
        low = (z <= -p.entry_z) & (tape.mid <= mean * (1 - p.min_deviation))
        entry = low & (edge > 0) & early
        ask = np.where(tape.complement >= 0, tape.ask[:, tape.complement], np.nan)
        against = 1 - mean - ask - tape.taker_fee(ask) - tape.taker_fee(mean)
        high = (z >= p.entry_z) & (tape.mid >= mean * (1 + p.min_deviation))
        busy = (entry | back)[:, tape.complement]
        short = high & (against > 0) & early & ~busy
        return Signals(
            entry=entry,
            exit=back,
            edge=np.nan_to_num(np.where(short, against, edge)),
            confidence=np.clip(np.nan_to_num(np.abs(z)) / 4, 0, 1),
            entry_reason="at {mid:.3f}, {z:+.1f} deviations from its mean of {mean:.3f}",
            exit_reason="back at {mid:.3f}, its mean is {mean:.3f}",
            facts={"z": z, "mean": mean, "mid": tape.mid},
            short=short,
        )
