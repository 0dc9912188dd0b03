"""Buy what has risen steadily; leave when it turns.

The predecessor scored momentum with volume that its feed never had. This one uses prices alone:
the move over the window, and that the newer half of it still goes the same way. Moves of a
contract are dollars, those of a currency are shares of the price that they began at. A fall of one
outcome is the rise of the other, which has prices of its own and is bought; the predecessor bought
the falling one. Its stop and its least target of 10 % are kept. The edge is what it would be if the
price went on by ``continuation`` of its move: an assumption, not an estimate.
"""

from decimal import Decimal

import numpy as np
from pydantic import Field

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import change_over, minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

NOISE = 1e-9
"""Prices move in cents or tenths of one: a smaller difference is the rounding of floats."""


ABOUT = About(
    enters="Buys what has risen over the window and is still rising; either outcome of a market.",
    leaves="When the price turns, or at 10 % gained or lost.",
    fails_when="Prices wander without direction: it then buys high, and pays fees for it.",
    exits=ExitRules(stop_loss=Decimal("0.10"), take_profit=Decimal("0.10")),
)


@strategy("momentum", ABOUT)
class Momentum(Strategy):
    """Buy what has risen steadily; leave when it turns."""

    class Params(StrategyParams):
        """What counts as rising, and as turning."""

        window: int = Field(10, ge=2, le=500, description="Observations in the move")
        min_rise: float = Field(
            0.06, gt=0, lt=1, description="Rise to enter: dollars, on spot a share"
        )
        continuation: float = Field(0.5, gt=0, le=2, description="Share of the move that goes on")
        reversal: float = Field(
            0.03, gt=0, lt=1, description="Fall to leave: dollars, on spot a share"
        )
        highest: float = Field(
            0.85, gt=0, lt=1, description="Dearest contract that is still bought"
        )
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The move's first and last observation and all between."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter a rise whose newer half rose too, when its continuation would pay the fees."""
        p = self.params
        half = p.window // 2
        rise = change_over(tape.mid, p.window)
        recent = change_over(tape.mid, half)
        unit = tape.move_unit(tape.mid - rise)
        edge = p.continuation * rise - (tape.ask - tape.mid) - 2 * tape.taker_fee(tape.ask)
        entry = (
            (rise >= (p.min_rise - NOISE) * unit)
            & (recent >= rise * half / p.window - NOISE * unit)
            & ((tape.ask <= p.highest) | tape.spot)
            & (edge > 0)
            & (minutes_to_close(tape) > p.last_minutes)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            share = rise / (3 * p.min_rise * unit)
        return Signals(
            entry=entry,
            exit=recent <= (NOISE - p.reversal) * unit,
            edge=np.nan_to_num(edge),
            confidence=np.clip(np.nan_to_num(share), 0, 1),
            entry_reason="rose {rise:.3f} over the window, {recent:.3f} of it lately",
            exit_reason="turned: {recent:+.3f} lately",
            facts={"rise": rise, "recent": recent},
        )
