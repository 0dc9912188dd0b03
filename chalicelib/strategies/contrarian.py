"""Buy what the crowd sells off without news; leave when it has stopped selling.

The predecessor faded a "sentiment" between 0 and 1 for which it had no source. Here the pressure
is measured: the share of the order flow at the best prices that was demand (Cont, Kukanov and
Stoikov 2014, see ``order_flow``), and it has to have moved the price further than the noise before
explains. The threshold of 0.7 is the predecessor's. A crowd that buys an outcome sells the other
one, which has prices of its own here: it is judged by them and bought.

Where a feed of headlines is connected, a move with news is left alone: it has a reason. The edge is
what it would be if ``give_back`` of the move came back: an assumption, not an estimate.
"""

from decimal import Decimal

import numpy as np
from pydantic import Field

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import minutes_to_close, rolling_max, rolling_mean
from chalicelib.domain.market import MarketKind
from chalicelib.domain.order_flow import order_flow
from chalicelib.domain.shock import price_shock
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys an outcome that nearly everybody sells and that fell unusually far without news.",
    leaves="When demand is half of the order flow again, at 10 % gained or 15 % lost, or after an "
    "hour.",
    fails_when="The crowd is right: it knows what no headline has said yet.",
    exits=ExitRules(stop_loss=Decimal("0.15"), take_profit=Decimal("0.10"), max_minutes=60),
)


@strategy("contrarian", ABOUT)
class Contrarian(Strategy):
    """Buy what the crowd sells off without news; leave when it has stopped selling."""

    class Params(StrategyParams):
        """What counts as a crowd, as extreme, and as quiet."""

        window: int = Field(10, ge=1, le=200, description="Observations of the crowd's move")
        baseline: int = Field(30, ge=5, le=200, description="Observations before it: the noise")
        threshold: float = Field(
            0.7, gt=0.5, le=1, description="Share of the order flow that makes a crowd"
        )
        min_fall: float = Field(0.06, gt=0, lt=1, description="Dollars of fall to buy")
        min_z: float = Field(2.0, ge=0, le=20, description="Deviations of noise in that fall")
        give_back: float = Field(
            0.5, gt=0, le=1, description="Share of the fall taken to come back"
        )
        feed_only: bool = Field(
            False, description="Buy only where a feed of headlines says that there was no news"
        )
        last_minutes: float = Field(30, ge=0, le=10_000, description="No entry this near the close")

    params: Params

    @property
    def lookback(self) -> int:
        """The crowd's move, the noise before it, and the row that the first change needs."""
        return self.params.window + self.params.baseline + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter an unusual fall under selling pressure when coming back would pay the fees."""
        p = self.params
        start = self.lookback - 1
        flow = order_flow(tape)
        bought = rolling_mean(np.maximum(flow, 0), p.window, start)
        sold = rolling_mean(np.maximum(-flow, 0), p.window, start)
        demand = bought / np.where(bought + sold > 0, bought + sold, np.nan)
        move, z = price_shock(tape.mid, p.window, p.baseline, start)
        headlines = rolling_max(tape.news if p.feed_only else np.nan_to_num(tape.news), p.window)
        edge = -p.give_back * move - (tape.ask - tape.mid) - 2 * tape.taker_fee(tape.ask)
        entry = (
            ~tape.spot
            & (demand <= 1 - p.threshold)
            & (move <= -p.min_fall)
            & (z <= -p.min_z)
            & (headlines == 0)
            & (edge > 0)
            & (minutes_to_close(tape) > p.last_minutes)
        )
        return Signals(
            entry=entry,
            exit=~tape.spot & (demand >= 0.5),
            edge=np.nan_to_num(edge),
            confidence=np.clip(np.nan_to_num(1 - demand), 0, 0.95),
            entry_reason="fell {fall:.3f}, {z:.1f} deviations, {demand:.0%} of the flow buys",
            exit_reason="{demand:.0%} of the flow buys again",
            facts={"fall": -move, "z": np.abs(z), "demand": demand, "headlines": headlines},
        )
