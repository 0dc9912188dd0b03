"""Buy Up and Down of a short window when together they cost less than the dollar one will pay.

Bitcoin's 15-minute markets and their like: new ones every quarter of an hour, thin at first, and
dead when the window closes. It is the arithmetic of yes-no arbitrage, looked for where the venue
says that the question is a change over 5 to 60 minutes, within bounds on the time that is left. The
predecessor looked for words in titles (one with both "up" and "down" was both), reported fees
without deducting them, which at 3.5 cents a pair was its whole margin, and bought the Up leg alone.
Its measure of confidence is kept, on the margin that is left after fees.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.arbitrage import Baskets, pair_cost
from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

SHORTEST, LONGEST = 5 * 60, 60 * 60
"""Seconds of a window that counts as short."""
ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys Up and Down of a 5 to 60 minute window when both cost less than 1 with fees.",
    leaves="The pair is merged into its dollar at once.",
    fails_when="The two prices were read at different moments: the books fetched later show it.",
)


@strategy("up-down-arbitrage", ABOUT)
class UpDownArbitrage(Strategy):
    """Buy both outcomes of a short up-or-down market for less than the dollar that one pays."""

    class Params(StrategyParams):
        """What is worth taking, and when."""

        min_margin: float = Field(
            0.02, ge=0, lt=1, description="Share of the cost that is left after both fees"
        )
        least_minutes_left: float = Field(
            1, ge=0, le=1440, description="No entry with less time to the end of the window"
        )
        most_minutes_left: float = Field(
            60, gt=0, le=1440, description="No entry with more time to the end of the window"
        )

        @model_validator(mode="after")
        def _bounds_in_order(self) -> "UpDownArbitrage.Params":
            if self.least_minutes_left >= self.most_minutes_left:
                raise ValueError(
                    f"least_minutes_left is {self.least_minutes_left:g} and most_minutes_left "
                    f"{self.most_minutes_left:g}: no time lies between them"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Both legs as one basket, in windows that are short and neither too new nor over."""
        p, asked = self.params, tape.questions
        window = asked.ends_at - asked.starts_at
        short = (window >= SHORTEST) & (window <= LONGEST) & (tape.complement >= 0)
        up = np.flatnonzero(asked.affirmative & short)
        legs = np.stack([up, tape.complement[up]])
        cost = pair_cost(tape, legs)
        left = (asked.ends_at[up] - tape.times[:, np.newaxis]) / 60
        timely = (left >= p.least_minutes_left) & (left <= p.most_minutes_left)
        margin = (1 - cost) / cost
        confidence = _confidence(margin, left, tape.mid[:, up])
        found = Baskets(tape, "cost", "margin", "left")
        for row, pair in np.argwhere(timely & (margin >= p.min_margin) & (margin > 0)):
            cell = row, pair
            numbers = cost[cell], 100 * margin[cell], left[cell]
            found.add(row, legs[:, pair], 1 - cost[cell], *numbers, confidence=confidence[cell])
        return found.signals(
            "Up and Down cost {cost:.4f} with fees and pay 1: {margin:.1f} %, "
            "{left:.1f} minutes left"
        )


def _confidence(margin: FloatArray, minutes: FloatArray, mid: FloatArray) -> FloatArray:
    """From 0.6 up to 0.95: more for a wide margin, for time left, and for a price near a half."""
    uncertain = np.abs(mid - 0.5)
    points = (
        np.select([margin > 0.05, margin > 0.03], [0.3, 0.2], 0.1)
        + np.select([minutes > 10, minutes > 5], [0.1, 0.05], 0.0)
        + np.select([uncertain < 0.1, uncertain < 0.2], [0.1, 0.05], 0.0)
    )
    return np.asarray(np.minimum(0.5 + points, 0.95))
