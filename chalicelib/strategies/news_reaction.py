"""Buy an outcome that jumps on a burst of volume, as it does when something has just been learnt.

The predecessor had no news and no volume, so it could not trade. Here a shock is a rise of the
volume that the venue states, against what was usual before, together with a price move that the
noise before does not explain. A feed of headlines, where one is connected, can be required or make
a wish more confident. Kept: a spike of 300 %, both exits at 15 %, half an hour. Corrected: moves of
a contract are dollars, not shares of its price, so that both outcomes are judged alike (one that
falls is the rise of the other, which has prices of its own); usual volume of nothing makes no
spike of any trade: ``min_dollars`` have to be new.

The edge is what it would be if the price went on by ``continuation`` of its move: an assumption.
"""

from decimal import Decimal
from typing import Literal

import numpy as np
from pydantic import Field

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import change_over, minutes_to_close, rolling_max
from chalicelib.domain.market import MarketKind
from chalicelib.domain.shock import price_shock, volume_shock
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys an outcome that rises unusually far while its volume jumps.",
    leaves="When the price turns, at a gain or a loss of 15 %, or after half an hour.",
    fails_when="The market has priced the news before the next look at it, or it is a false alarm.",
    exits=ExitRules(stop_loss=Decimal("0.15"), take_profit=Decimal("0.15"), max_minutes=30),
)


@strategy("news-reaction", ABOUT)
class NewsReaction(Strategy):
    """Buy an outcome that jumps on a burst of volume, as it does when something is learnt."""

    class Params(StrategyParams):
        """What counts as a shock, what headlines do, and what counts as turning."""

        recent: int = Field(2, ge=1, le=60, description="Observations of the shock")
        baseline: int = Field(30, ge=5, le=200, description="Observations before it: the usual")
        min_spike: float = Field(
            3.0, ge=0, le=1_000, description="Share by which volume exceeds the usual"
        )
        min_dollars: float = Field(500, ge=0, le=1e9, description="Dollars of new volume")
        min_rise: float = Field(0.05, gt=0, lt=1, description="Dollars of rise")
        min_z: float = Field(3.0, ge=0, le=20, description="Deviations of noise in that rise")
        headlines: Literal["ignored", "strengthen", "required"] = Field(
            "strengthen", description="What a headline about the market means to a wish"
        )
        continuation: float = Field(0.5, gt=0, le=2, description="Share of the rise that goes on")
        reversal: float = Field(0.03, gt=0, lt=1, description="Dollars of fall to leave at")
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The shock, what was usual before it, and the row that the first change needs."""
        return self.params.recent + self.params.baseline + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter a rise on a burst of volume, when its continuation would pay the fees."""
        p = self.params
        fresh, usual = volume_shock(tape.volume, p.recent, p.baseline)
        rise, z = price_shock(tape.mid, p.recent, p.baseline, self.lookback - 1)
        news = rolling_max(np.nan_to_num(tape.news), p.recent) > 0
        edge = p.continuation * rise - (tape.ask - tape.mid) - 2 * tape.taker_fee(tape.ask)
        entry = (
            ~tape.spot
            & (fresh >= p.min_dollars)
            & (fresh >= (1 + p.min_spike) * usual)
            & (rise >= p.min_rise)
            & (z >= p.min_z)
            & (change_over(tape.mid, 1) >= 0)
            & (news | (p.headlines != "required"))
            & (edge > 0)
            & (minutes_to_close(tape) > p.last_minutes)
        )
        confidence = np.clip(np.nan_to_num(rise / (3 * p.min_rise)), 0, 1)
        if p.headlines != "ignored":
            confidence = np.where(news, (1 + confidence) / 2, confidence)
        return Signals(
            entry=entry,
            exit=~tape.spot & (rise <= -p.reversal),
            edge=np.nan_to_num(edge),
            confidence=confidence,
            entry_reason="rose {rise:.3f}, {z:.1f} deviations, on {fresh:.0f} dollars where "
            "{usual:.0f} are usual",
            exit_reason="turned: {rise:+.3f} lately",
            facts={
                "rise": rise,
                "z": z,
                "fresh": fresh,
                "usual": usual,
                "headline": np.where(news, 1.0, 0.0),
            },
        )
