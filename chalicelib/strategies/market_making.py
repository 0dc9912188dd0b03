"""Rest a purchase at the bid and, once it is held, a sale at the ask: earn the spread, not a view.

Quotes follow M. Avellaneda and S. Stoikov, Quantitative Finance 8 (2008). The fair price is the
mid weighted by the sizes shown; while one entry is held it is valued lower by the risk of holding
it, ``risk_aversion`` times the variance of ``holding`` rows, which is also what half a spread must
pay for. Inventory is none or one entry of one outcome of a market: the one with more shown on its
bid, because the engine adds to no position. The queue is the engine's: all that is shown at our
price is served before us; where a book has come to our price meanwhile it takes, as a taker.

The edge is the spread between both quotes less ``adverse_selection``, what those who trade with us
know better on average, and the maker's fees of both. It is earned only if both quotes fill.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.events import best_of_each, market_of
from chalicelib.domain.indicators import change_over, minutes_to_close, rolling_deviation
from chalicelib.domain.market import MarketKind
from chalicelib.domain.order import OrderType, TimeInForce
from chalicelib.domain.order_flow import weighted_mid
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Rests a purchase at the bid, or a step above it, where the spread pays for the risk.",
    leaves="Rests a sale at the ask or a step below; sells at once when it is wild or ends soon.",
    fails_when="It is filled just when the price is about to fall: informed traders come first.",
)


@strategy("market-making", ABOUT)
class MarketMaking(Strategy):
    """Rest a purchase at the bid and a sale at the ask: earn the spread, not a view."""

    class Params(StrategyParams):
        """What a round trip costs and risks, and where it is not tried."""

        adverse_selection: float = Field(
            0.01, ge=0, lt=1, description="Dollars lost to better informed traders a round trip"
        )
        maker_fee_share: float = Field(
            0.25, ge=0, le=1, description="A maker's fee as a share of a taker's"
        )
        risk_aversion: float = Field(
            5, ge=0, le=1_000, description="Dollars given up per dollar squared of variance"
        )
        holding: int = Field(10, ge=1, le=500, description="Observations an entry is held")
        window: int = Field(30, ge=5, le=200, description="Observations that the variance is of")
        step: float = Field(0.01, gt=0, le=0.1, description="Dollars inside the spread to rest")
        min_edge: float = Field(0.002, gt=0, lt=1, description="Dollars left of a round trip")
        max_volatility: float = Field(
            0.015, gt=0, lt=1, description="Deviation of a row's change, dollars, to stop at"
        )
        margin: float = Field(0.10, ge=0, lt=0.5, description="Dollars to stay off 0 and 1")
        last_minutes: float = Field(
            60, ge=0, le=10_000, description="Nothing is held this near the close"
        )

    params: Params

    @property
    def lookback(self) -> int:
        """The changes that the variance is of, and the row before the first of them."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Quote both sides where a round trip pays; offer what is held, or sell it at once."""
        p = self.params
        volatility = rolling_deviation(change_over(tape.mid, 1), p.window, self.lookback - 1)
        left = minutes_to_close(tape)
        known = ~np.isnan(volatility) & (tape.ask > tape.bid) & ~tape.spot
        stopped = (volatility > p.max_volatility) | (left <= p.last_minutes)
        buy, sell, fair = self._quotes(tape, volatility)
        fees = p.maker_fee_share * (tape.taker_fee(buy) + tape.taker_fee(sell))
        edge = sell - buy - p.adverse_selection - fees
        fits = known & ~stopped & (edge >= p.min_edge)
        fits &= np.abs(tape.mid - 0.5) <= 0.5 - p.margin
        leave = np.where(stopped, tape.bid, sell)
        return Signals(
            entry=best_of_each(np.where(fits, fair - tape.mid, np.nan), market_of(tape)),
            exit=known,
            edge=np.nan_to_num(edge),
            confidence=np.where(np.isnan(edge), 0, 0.5),
            entry_reason="rests at {buy:.3f} to be sold at {sell:.3f}: {edge:.3f} of it is left",
            exit_reason="leaves at {leave:.3f}: a row moves {volatility:.4f}, "
            "{minutes:.0f} minutes are left",
            facts={
                "buy": buy, "sell": sell, "edge": edge, "leave": leave, "volatility": volatility,
                "fair": fair, "minutes": left,
            },
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            cancel_when_unwished=True,
            limit_price=buy,
            exit_limit_price=np.where(stopped, np.nan, sell),
        )  # fmt: skip

    def _quotes(
        self, tape: Tape, volatility: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where to rest purchase and sale, and the fair price between them.

        The purchase is NaN where not even the bid pays for half of a round trip. Both are rounded
        to a millionth: a step is added in binary, and the engine takes the next tick that is harder
        to reach.
        """
        p = self.params
        fair = weighted_mid(tape)
        risk = p.risk_aversion * volatility**2 * p.holding
        half = (p.adverse_selection + risk) / 2
        better = np.round(tape.bid + p.step, 6)
        buy = np.where((better <= fair - half) & (better < tape.ask), better, tape.bid)
        buy = np.where(buy <= fair - half, buy, np.nan)
        lower = np.round(tape.ask - p.step, 6)
        eager = (lower >= fair - risk + half) & (lower > tape.bid)
        return buy, np.where(eager, lower, tape.ask), fair
