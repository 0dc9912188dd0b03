"""Price Up and Down of a short window from the currency itself: where it began, is, and may go.

The chance that the price at the end is no lower than at the start is N(log(S / S0) / (v * sqrt(t)))
for a price without drift, S now, S0 when the window began, v the deviation of its minute changes
and t the time left: the binary of Black and Scholes (1973) without its drift term, which over
minutes is nothing. What settles the market is an oracle's price and not the venue's that the tape
shows: the margin is for that, and for tails that are fatter than normal. The predecessor had only
the riskless version, of which no trade ever came.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.fair_value import FairValues
from chalicelib.domain.market import MarketKind
from chalicelib.domain.normal import normal_cdf
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape
from chalicelib.domain.volatility import currency_price, realised_variance

LONGEST = 60 * 60
"""Seconds of a window that is traded: its beginning has to be among the rows looked at."""
FRESH = 60
"""Seconds: the price at the beginning has to be younger then. A missed cycle leaves it unknown."""
ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys Up or Down when its chance, from the move so far and the volatility, is above "
    "ask, fee and a margin.",
    leaves="Sells when the bid, after the fee, is above that chance; else it is settled.",
    fails_when="The oracle that settles differs from the venue's price, or volatility changes.",
    sizing=Sizing(policy=SizingPolicy.KELLY),
)


@strategy("up-down-fair-value", ABOUT)
class UpDownFairValue(Strategy):
    """Buy Up or Down of a short window below its chance under the volatility of the last hour."""

    class Params(StrategyParams):
        """What the volatility is measured on, and what is worth taking."""

        returns: int = Field(60, ge=10, le=180, description="Changes in the volatility")
        min_margin: float = Field(
            0.03, ge=0, lt=1, description="Dollars of worth above ask and fee to enter"
        )
        last_minutes: float = Field(1, ge=0, le=60, description="No entry this near the end")

    params: Params

    @property
    def lookback(self) -> int:
        """The changes, and a window's beginning, with the newest observation."""
        return max(self.params.returns, LONGEST // 60) + 1

    def signals(self, tape: Tape) -> Signals:
        """Both outcomes of every window that has begun and whose beginning was seen."""
        p, asked = self.params, tape.questions
        window = asked.ends_at - asked.starts_at
        known = asked.affirmative & (asked.underlying >= 0) & (window > 0) & (window <= LONGEST)
        up = np.flatnonzero(known)
        if not up.size or len(tape) <= p.returns:
            return Signals.none(tape)
        currency, place = np.unique(asked.underlying[up], return_inverse=True)
        price = currency_price(tape, currency)
        variance = realised_variance(tape.times, price, p.returns)[:, place]
        opened = self._opening(tape, price[:, place], up)[p.returns :]
        seconds = asked.ends_at[up] - tape.times[p.returns :, np.newaxis]
        with np.errstate(invalid="ignore", divide="ignore"):
            move = np.log(price[p.returns :, place] / opened)
            deviation = np.sqrt(variance * np.where(seconds > 0, seconds, np.nan))
        facts = {"move": 100 * move, "deviation": 100 * deviation, "left": seconds / 60}
        values = FairValues(up, normal_cdf(move / deviation), facts).both_sides(tape)
        why = "{move:+.3f} % so far, {left:.1f} minutes left, in which it moves {deviation:.3f} %"
        return values.signals(tape, why, p.min_margin, p.last_minutes)

    def _opening(self, tape: Tape, price: FloatArray, up: IntArray) -> FloatArray:
        """The price when each window began, (T, K), in rows that may know it, from ``price``."""
        begins = tape.questions.starts_at[up]
        row = np.searchsorted(tape.times, begins, side="right") - 1
        seen = (row >= 0) & (begins - tape.times[row] < FRESH)
        since = np.arange(len(tape))[:, np.newaxis] - row
        remembered = seen & (since >= 0) & (since < self.lookback)
        begun = tape.times[:, np.newaxis] >= begins
        return np.where(remembered & begun, price[row, np.arange(len(up))], np.nan)
