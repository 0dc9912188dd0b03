"""Hold a question about a currency's price against the currency itself.

A price without drift that moves by v over the time left ends at or above K with the chance N(d2)
of Black and Scholes (1973), between two bounds with the difference of two of them, and touches a
barrier until then with the chance that the reflection principle gives (Shreve 2004, section 7.3).
v comes from the changes that the tape shows, so questions far ahead are left alone: two hours say
little of a month. Where a barrier was passed within the tape but is not now, it may have settled
the question or come before it began: no wish. One passed earlier the tape cannot show, but the
market can: what costs less than ``cheapest`` is not bought. The predecessor had a table by distance
(0.95, 0.45, 0.35, 0.20) that ignored time and volatility, took years for thresholds and a word for
an asset when it only contained one, and could not buy NO.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.fair_value import FairValues
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape
from chalicelib.domain.volatility import (
    chance_between,
    chance_touched,
    currency_price,
    realised_variance,
)

DAY = 24 * 60 * 60
ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys YES or NO of a price question when its chance, from distance, volatility and time "
    "left, is above ask, fee and a margin.",
    leaves="Sells when the bid, after the fee, is above that chance; else it is settled.",
    fails_when="Volatility changes, jumps come, or the source that settles shows other prices.",
    sizing=Sizing(policy=SizingPolicy.KELLY),
)


@strategy("spot-mispricing", ABOUT)
class SpotMispricing(Strategy):
    """Buy an outcome about a currency's price below the chance that its volatility gives."""

    class Params(StrategyParams):
        """What the volatility is measured on, and what is worth taking."""

        returns: int = Field(120, ge=10, le=199, description="Changes in the volatility")
        min_margin: float = Field(
            0.05, ge=0, lt=1, description="Dollars of worth above ask and fee to enter"
        )
        cheapest: float = Field(
            0.05, ge=0, lt=1, description="Cheapest ask that is bought: below, the market knows"
        )
        most_days: float = Field(2, gt=0, le=366, description="No question that ends later")
        last_minutes: float = Field(3, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The changes and the newest observation."""
        return self.params.returns + 1

    def signals(self, tape: Tape) -> Signals:
        """Both outcomes of every question about the price of a currency on the tape."""
        p, asked = self.params, tape.questions
        bounded = ~np.isnan(asked.low) & ~np.isnan(asked.high) & np.isnan(asked.starts_at)
        yes = np.flatnonzero(asked.affirmative & (asked.underlying >= 0) & bounded)
        if not yes.size or len(tape) <= p.returns:
            return Signals.none(tape)
        currency, place = np.unique(asked.underlying[yes], return_inverse=True)
        price = currency_price(tape, currency)
        variance = realised_variance(tape.times, price, p.returns)[:, place]
        seconds = asked.ends_at[yes] - tape.times[p.returns :, np.newaxis]
        timely = (seconds > 0) & (seconds <= p.most_days * DAY)
        deviation = np.sqrt(variance * np.where(timely, seconds, np.nan))
        now, low, high = price[p.returns :, place], asked.low[yes], asked.high[yes]
        deviation[_passed_before(price, p.returns, place, low, high) & asked.touch[yes]] = np.nan
        chance = np.empty(now.shape)
        for chance_of, where in (
            (chance_touched, asked.touch[yes]),
            (chance_between, ~asked.touch[yes]),
        ):
            chance[:, where] = chance_of(
                now[:, where], low[where], high[where], deviation[:, where]
            )
        facts = {"price": now, "deviation": 100 * deviation, "hours": seconds / 3600}
        values = FairValues(yes, chance, facts).both_sides(tape)
        why = "price {price:.6g}, {hours:.1f} hours left, in which it moves {deviation:.2f} %"
        return values.signals(tape, why, p.min_margin, p.last_minutes, p.cheapest)


def _passed_before(
    price: FloatArray, returns: int, place: IntArray, low: FloatArray, high: FloatArray
) -> BoolArray:
    """Whether the price was between the bounds, or beyond, in the rows before, and is not now."""
    seen = sliding_window_view(price, returns + 1, axis=0)
    highest, lowest = (each.reduce(seen, axis=-1)[:, place] for each in (np.fmax, np.fmin))
    now = price[returns:, place]
    return np.asarray(((now < low) & (highest >= low)) | ((now >= high) & (lowest < high)))
