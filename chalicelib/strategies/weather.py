"""Bet on weather where a forecast's distribution and the market disagree.

The forecast is the chance that a calibrated distribution around an outside model's forecast gives
to the market's own bucket, bounds and time zone included. It is drawn towards the market by a
share, as even a calibrated model is wrong somewhere and the market has seen later readings; and it
is believed no nearer to 0 or 1 than ``tail``, where a distribution fitted to past errors knows
least. Stakes are a quarter of Kelly (trading notes: Kelly 1956, Thorp 2006) with a cap. The
predecessor used fixed confidences by degrees above the threshold, bet its minimum where Kelly said
nothing, and priced NO at the YES price.
"""

from decimal import Decimal

import numpy as np
from pydantic import Field

from chalicelib.domain.fair_value import FairValues
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys the outcome that the forecast makes worth more than its ask, fee and a margin.",
    leaves="Sells when the bid, after the fee, is more than the forecast makes it worth.",
    fails_when="The forecast is older than what the market knows, or its errors are not those of "
    "the past.",
    sizing=Sizing(
        policy=SizingPolicy.KELLY, kelly_fraction=Decimal("0.25"), kelly_cap=Decimal("0.02")
    ),
)


@strategy("weather", ABOUT)
class Weather(Strategy):
    """Buy what a forecast makes likelier than its price; sell when it no longer does."""

    class Params(StrategyParams):
        """How far the forecast is believed, and what is worth taking."""

        min_margin: float = Field(
            0.05, ge=0, lt=1, description="Dollars of worth above ask and fee to enter"
        )
        shrink: float = Field(
            0.25, ge=0, le=1, description="Share by which the forecast is drawn to the market"
        )
        tail: float = Field(
            0.02, ge=0, lt=0.5, description="No forecast is believed nearer to 0 or 1 than this"
        )
        last_minutes: float = Field(60, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The newest forecast and prices are enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Wherever there is a forecast and a price on both sides to draw it towards."""
        p = self.params
        at = np.flatnonzero(~np.isnan(tape.forecast).all(axis=0) & ~tape.spot)
        forecast, mid = tape.forecast[:, at], tape.mid[:, at]
        believed = np.clip(forecast, p.tail, 1 - p.tail)
        chance = believed + p.shrink * (mid - believed)
        facts = {"forecast": forecast, "market": mid}
        why = "the forecast says {forecast:.3f}, the market {market:.3f}"
        return FairValues(at, chance, facts).signals(tape, why, p.min_margin, p.last_minutes)
