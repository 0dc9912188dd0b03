"""Trade two related markets whose spread has been shown to come back, when it is stretched.

One price is regressed on the other, and what is left has to be stationary: Dickey and Fuller's t
below MacKinnon's critical value for two series, and half of a deviation gone within
``max_half_life`` rows (Engle and Granger 1987; see ``regression``). The slope says how many
contracts of the second belong to one of the first. The dear one cannot be sold: the outcome
against it is bought.

Corrected: the predecessor compared every pair of markets; here pairs are markets of one subject,
exclusive group or underlying (see ``pairing``). A negative correlation counted as much as a
positive one and was traded the wrong way round; here the questions decide which outcomes go
together. Its divergence, a difference in price as a share of the mean, says nothing where both
never were equal: the stretch has to pay for spreads and fees instead. It divided by the spread at
entry, which may be nothing. Its stop and target on the spread are a stop on the stretch, since an
account's rules would close one leg alone.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.market import MarketKind
from chalicelib.domain.pairing import PairParams, Stretch, pair_signals, related_pairs
from chalicelib.domain.regression import Cointegration, cointegration, correlation
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys the cheap outcome of a cointegrated pair and the outcome against the dear one.",
    leaves="When the spread is back, has gone much further, or the two no longer move together.",
    fails_when="One of the two is resolved, or news about it alone moves it for good.",
)


@strategy("statistical-arbitrage", ABOUT)
class StatisticalArbitrage(Strategy):
    """Trade two related markets whose spread has been shown to come back, when it is stretched."""

    class Params(PairParams):
        """What counts as stationary, and when a stretch is given up."""

        window: int = Field(60, ge=20, le=200, description="Observations in the regression")
        stop_z: float = Field(4.0, gt=0, le=50, description="Deviations of spread to give up at")
        critical: float = Field(-3.34, ge=-10, le=0, description="Highest Dickey-Fuller statistic")
        max_half_life: float = Field(20, gt=0, le=200, description="Observations to half of it")
        max_ratio: float = Field(3.0, ge=1, le=10, description="Hedge ratio, or one over it")

        @model_validator(mode="after")
        def _stops_later_than_it_enters(self) -> "StatisticalArbitrage.Params":
            if self.entry_z >= self.stop_z:
                raise ValueError(f"entry_z {self.entry_z} is not below stop_z {self.stop_z}")
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The rows of the regression."""
        return self.params.window

    def signals(self, tape: Tape) -> Signals:
        """Both legs as one basket, where the way back of a stationary spread pays for them."""
        p = self.params
        pairs = related_pairs(tape, ("subject", "group", "underlying"))
        one, other = tape.mid[:, pairs.first], tape.mid[:, pairs.second]
        judged = slice(self.lookback - 1, None)
        fit = Cointegration(*(each[judged] for each in cointegration(one, other, p.window)))
        together = correlation(one, other, p.window)[judged]
        z = fit.spread / np.where(fit.deviation > 0, fit.deviation, np.nan)
        near = (fit.ratio <= p.max_ratio) & (fit.ratio * p.max_ratio >= 1)
        comes_back = (fit.statistic <= p.critical) & (fit.half_life <= p.max_half_life)
        far = np.abs(z)
        fits = near & comes_back & (together >= p.min_correlation)
        fits &= (far >= p.entry_z) & (far < p.stop_z)
        stretch = Stretch(
            cheap=fits & (z < 0),
            dear=fits & (z > 0),
            closed=(far <= p.exit_z) | (far >= p.stop_z) | (together < p.breakdown),
            ratio=fit.ratio,
            gain=np.abs(fit.spread),
            confidence=np.clip(far / p.stop_z, 0, 1),
            facts={
                "z": z, "correlation": together, "ratio": fit.ratio, "spread": fit.spread,
                "statistic": fit.statistic, "half_life": fit.half_life,
            },
        )  # fmt: skip
        reasons = (
            "the spread is {z:+.1f} deviations, it halves in {half_life:.1f} rows "
            "(t {statistic:.2f}, ratio {ratio:.2f})",
            "the spread is {z:+.1f} deviations, the correlation {correlation:.2f}",
        )
        return pair_signals(tape, pairs, stretch, p.last_minutes, reasons)
