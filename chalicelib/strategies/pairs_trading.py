"""Trade two related markets that move together, when the difference of their prices is stretched.

Unlike ``statistical-arbitrage`` it takes one for one, asks for no proof that the difference comes
back, and looks at a short window: it is quicker and errs more often. E. Gatev, W. Goetzmann and
K. G. Rouwenhorst, "Pairs Trading", Review of Financial Studies 19 (2006).

Corrected: the predecessor took two shared words for a relation and looked at the next nine markets
of the list; here a pair is of one subject or exclusive group (see ``pairing``), and the questions
say which outcomes rise together. It counted a spread that moved by half in either direction as a
profit: here it is back, or it is not. The mean is that of the rows before.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import mean_and_deviation_before
from chalicelib.domain.market import MarketKind
from chalicelib.domain.pairing import PairParams, Stretch, pair_signals, related_pairs
from chalicelib.domain.regression import correlation
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys the cheap outcome of a pair and the outcome against the dear one.",
    leaves="When the difference is back, the two no longer move together, or after an hour.",
    fails_when="The difference has moved for a reason: it then never comes back.",
    exits=ExitRules(max_minutes=60),
)


@strategy("pairs-trading", ABOUT)
class PairsTrading(Strategy):
    """Trade two related markets that move together, when their difference is stretched."""

    class Params(PairParams):
        """Over how many observations the two are compared."""

        window: int = Field(20, ge=5, le=200, description="Observations in the usual difference")
        correlation_window: int = Field(50, ge=10, le=200, description="Observations correlated")

    params: Params

    @property
    def lookback(self) -> int:
        """The rows compared, or the usual difference and the one that is judged by it."""
        return max(self.params.window + 1, self.params.correlation_window)

    def signals(self, tape: Tape) -> Signals:
        """Both legs as one basket, where the way back of the difference pays for them."""
        p = self.params
        pairs = related_pairs(tape, ("subject", "group"))
        one, other = tape.mid[:, pairs.first], tape.mid[:, pairs.second]
        start = self.lookback - 1
        together = correlation(one, other, p.correlation_window, start)[start:]
        usual, deviation = (
            each[start:] for each in mean_and_deviation_before(one - other, p.window, start)
        )
        difference = (one - other)[start:]
        z = (difference - usual) / np.where(deviation > 0, deviation, np.nan)
        far = np.abs(z)
        fits = (together >= p.min_correlation) & (far >= p.entry_z)
        sure = (far >= 3) & (together >= 0.85)
        likely = (far >= 2.5) & (together >= 0.75)
        stretch = Stretch(
            cheap=fits & (z < 0),
            dear=fits & (z > 0),
            closed=(far <= p.exit_z) | (together < p.breakdown),
            ratio=np.ones(z.shape),
            gain=np.abs(difference - usual),
            confidence=np.where(sure, 1.0, np.where(likely, 0.75, 0.5)),
            facts={"z": z, "correlation": together, "difference": difference, "usual": usual},
        )
        reasons = (
            "the difference is {difference:+.3f}, usually {usual:+.3f}: {z:+.1f} deviations at a "
            "correlation of {correlation:.2f}",
            "the difference is {z:+.1f} deviations, the correlation {correlation:.2f}",
        )
        return pair_signals(tape, pairs, stretch, p.last_minutes, reasons)
