"""Trade two currencies that move together, when the price of one has left the other behind.

One price is regressed on the other over a window; the slope is the hedge ratio. What is left has to
be stationary: Dickey and Fuller's t below MacKinnon's critical value for a pair, and half of a
deviation gone soon (Engle and Granger 1987; see ``regression``). G. Vidyamurthy, "Pairs Trading"
(2004).

By default the cheap currency is bought alone. With ``hedged`` the dear one is sold short with it,
as many units as the hedge ratio says; the engine refuses that unless the account may borrow.

Corrected: the predecessor took any two questions with two words in common, one unit of each, and a
correlation of -0.7 as a pair. Trying every two currencies finds pairs by chance, one in twenty at
this critical value: here they are named, currencies that compete or are forks of each other.

Edge: the way back of the spread less the spreads and fees of both ways; alone the cheap currency is
expected to go half of it.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.currency_pair import pair_columns, read_pairs
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import GAP, carried
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.regression import cointegration
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys the cheap one of two currencies whose spread is stretched and comes back.",
    leaves="When the spread is back, has gone much further, or after four hours.",
    fails_when="One of the two has moved for good: the regression then describes the past.",
    exits=ExitRules(max_minutes=240),
)


@strategy("crypto-pairs", ABOUT)
class CryptoPairs(Strategy):
    """Trade two currencies that move together, when one has left the other behind."""

    class Params(StrategyParams):
        """Which pairs, what counts as stationary, as stretched and as back."""

        pairs: str = Field(
            "BTC/ETH SOL/AVAX LTC/BCH DOGE/SHIB XRP/XLM ADA/DOT",
            max_length=1000, description="Currencies as ONE/OTHER, each in one pair at most",
        )  # fmt: skip
        window: int = Field(120, ge=20, le=500, description="Observations in the regression")
        critical: float = Field(-3.34, ge=-20, le=0, description="Highest Dickey-Fuller statistic")
        max_half_life: float = Field(30, gt=0, le=500, description="Observations to half of it")
        entry_z: float = Field(2.0, gt=0, le=20, description="Deviations of spread to enter")
        exit_z: float = Field(0.5, ge=0, le=20, description="Deviations of spread that are back")
        stop_z: float = Field(4.0, gt=0, le=50, description="Deviations of spread to give up at")
        hedged: bool = Field(False, description="Sell the dear currency short with it")

        @model_validator(mode="after")
        def _sound(self) -> "CryptoPairs.Params":
            if not self.exit_z < self.entry_z < self.stop_z:
                raise ValueError(
                    f"exit_z {self.exit_z}, entry_z {self.entry_z} and stop_z {self.stop_z} "
                    "have to rise in this order"
                )
            read_pairs(self.pairs)
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The rows of the regression, and a gap before them."""
        return self.params.window + GAP

    def signals(self, tape: Tape) -> Signals:
        """Only currencies of the named pairs are looked at."""
        chosen = np.zeros(len(tape.instruments), bool)
        chosen[np.concatenate(pair_columns(tape, read_pairs(self.params.pairs)))] = True
        return on_columns(tape, chosen, self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p, shape = self.params, tape.mid.shape
        one, other = pair_columns(tape, read_pairs(p.pairs))
        price = carried(tape.mid, GAP)
        fit = cointegration(price[:, one], price[:, other], p.window, self.lookback - 1)
        known = (
            (fit.deviation > 0) & (fit.ratio > 0) & ~np.isnan(tape.mid[:, one] + tape.mid[:, other])
        )
        z = fit.spread / np.where(known, fit.deviation, np.nan)
        back = known & (fit.statistic <= p.critical) & (fit.half_life <= p.max_half_life)
        cost = tape.ask - tape.bid + tape.taker_fee(tape.ask) + tape.taker_fee(tape.bid)
        both = np.abs(fit.spread) - cost[:, one] - fit.ratio * cost[:, other]
        bought, sold, leave = np.zeros((3, *shape), bool)
        edge, confidence, ratio = np.zeros(shape), np.zeros(shape), np.ones(shape)
        facts = {"z": z, "ratio": fit.ratio, "t": fit.statistic, "life": fit.half_life}
        shown = {name: np.zeros(shape) for name in facts}
        for leg, cheap, units in ((one, -z, np.ones(z.shape)), (other, z, fit.ratio)):
            gain = both / 2 if p.hedged else np.abs(fit.spread) / 2 - units * cost[:, leg]
            worth = back & (gain > 0)
            bought[:, leg] = worth & (cheap >= p.entry_z) & (cheap < p.stop_z)
            sold[:, leg] = p.hedged & worth & (-cheap >= p.entry_z) & (-cheap < p.stop_z)
            far = np.abs(z) if p.hedged else cheap
            leave[:, leg] = (far <= p.exit_z) | (far >= p.stop_z)
            ratio[:, leg] = np.where(known, units, 1)
            edge[:, leg] = np.where(worth, gain, 0) / ratio[:, leg]
            confidence[:, leg] = np.clip(np.nan_to_num(np.abs(z)) / 4, 0, 1)
            for name, values in facts.items():
                shown[name][:, leg] = values
        basket = np.full(shape[1], -1)
        basket[one] = basket[other] = np.arange(len(one))
        words = "{z:+.1f} deviations from {ratio:.4g} of the other, t {t:.1f}, half-life {life:.0f}"
        return Signals(
            bought, leave, edge, confidence, words, words, shown,
            basket if p.hedged else None, Unfilled.UNWIND,
            short=sold if p.hedged else None, ratio=ratio if p.hedged else None,
        )  # fmt: skip
