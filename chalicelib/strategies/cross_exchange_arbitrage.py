"""Buy a currency where it is cheap, sell it short where it is dear, and close both when they meet.

What two exchanges quote for one pair of currencies is one thing at two prices. A trader with coins
at both would sell the dear one; an account here holds none, so the dear leg is a short sale, which
the engine refuses unless the account may borrow. I. Makarov and A. Schoar, "Trading and Arbitrage
in Cryptocurrency Markets", Journal of Financial Economics 135 (2020).

Corrected: the predecessor named the rule and had no second price. Here four fees are paid, two legs
in and out, and the spreads of both books. Venues that quote in different dollars differ for good:
only the gap beyond its mean of the rows before is counted. One currency is one ``subject``.

Edge: half of what is left per unit of both legs when the gap is back at its mean, the loan apart.
A leg that does not fill has the other one undone.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.indicators import mean_and_deviation_before
from chalicelib.domain.market import MarketKind
from chalicelib.domain.narrow import on_columns
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    trades=(MarketKind.SPOT,),
    enters="Buys a currency at one venue and sells it short at another where it costs more.",
    leaves="When the prices of the venues are as far apart as usual, or after four hours.",
    fails_when="The gap stays: a venue that lets nothing be withdrawn is cheap for a reason.",
    exits=ExitRules(max_minutes=240),
)


@strategy("cross-exchange-arbitrage", ABOUT)
class CrossExchangeArbitrage(Strategy):
    """Buy a currency where it is cheap and sell it short where it is dear."""

    class Params(StrategyParams):
        """What is worth taking, what is back, and which leg goes first."""

        window: int = Field(60, ge=5, le=500, description="Observations in the usual gap")
        min_margin: float = Field(0.0005, ge=0, lt=1, description="Share of the price left over")
        closed: float = Field(0.0002, ge=0, lt=1, description="Share from the usual gap to leave")
        first_venue: str = Field("", max_length=40, description="Venue whose leg is filled first")

    params: Params

    @property
    def lookback(self) -> int:
        """The usual gap, and the observation that is judged by it."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Only currencies that are quoted twice are looked at."""
        subject = tape.questions.subject
        known = tape.spot & (subject >= 0)
        quoted = np.bincount(subject[known], minlength=subject.max(initial=-1) + 2)
        return on_columns(tape, known & (quoted[subject] > 1), self._judge)

    def _judge(self, tape: Tape) -> Signals:
        p = self.params
        cheap, dear = _pairs(tape)
        gap = tape.mid[:, dear] - tape.mid[:, cheap]
        usual, _ = mean_and_deviation_before(gap, p.window, self.lookback - 1)
        costs = tape.ask - tape.bid + tape.taker_fee(tape.ask) + tape.taker_fee(tape.bid)
        left = gap - usual - costs[:, cheap] - costs[:, dear]
        enough = (left > 0) & (left >= p.min_margin * tape.mid[:, cheap])
        rows, pair = _best(tape.questions.subject[cheap], np.where(enough, left, 0))
        legs = cheap[pair], dear[pair]
        bought, sold = np.zeros((2, *tape.mid.shape), bool)
        bought[rows, legs[0]] = sold[rows, legs[1]] = True
        facts = {"gap": gap, "usual": usual, "left": left}
        shown = {name: np.zeros(tape.mid.shape) for name in facts}
        for name, values in facts.items():
            for leg in legs:
                shown[name][rows, leg] = values[rows, pair]
        return Signals(
            entry=bought,
            exit=_closed(cheap, np.abs(gap - usual), p.closed * tape.mid) & ~bought & ~sold,
            edge=shown["left"] / 2,
            confidence=np.full(tape.mid.shape, 0.5),
            entry_reason="the venues are {gap:.6g} apart, usually {usual:.6g}: {left:.6g} are left",
            exit_reason="the venues are as far apart as usual",
            facts=shown,
            basket=np.where(bought | sold, tape.questions.subject, -1),
            unfilled=Unfilled.UNWIND,
            first_venue=p.first_venue,
            short=sold,
        )


def _pairs(tape: Tape) -> tuple[IntArray, IntArray]:
    """Columns (P,) of one subject at two venues, each pair both ways, in order of the first."""
    venue = np.array([name.partition(":")[0] for name in tape.instruments], np.str_)
    subject = tape.questions.subject
    apart = venue[:, np.newaxis] != venue
    first, second = np.nonzero((subject[:, np.newaxis] == subject) & apart)
    return first, second


def _best(subject: IntArray, left: FloatArray) -> tuple[IntArray, IntArray]:
    """Rows, and the pair of each subject of which most is left there; none where nothing is."""
    best = np.zeros(left.shape, bool)
    for number in np.unique(subject[left.any(axis=0)]):
        pairs = np.flatnonzero(subject == number)
        best[np.arange(len(left)), pairs[left[:, pairs].argmax(axis=1)]] = True
    rows, pair = np.nonzero(best & (left > 0))
    return rows, pair


def _closed(cheap: IntArray, beyond: FloatArray, near: FloatArray) -> BoolArray:
    """Where a column is as far as usual from all others of its subject that are known."""
    columns, starts = np.unique(cheap, return_index=True)
    closed = np.zeros(near.shape, bool)
    if columns.size:
        closed[:, columns] = np.fmax.reduceat(beyond, starts, axis=1) <= near[:, columns]
    return closed
