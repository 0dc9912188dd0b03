"""From statistics to words: what a result allows to be said, and what luck it would have taken.

The thresholds, and why they are where they are:

* Under 30 days or 30 independent events the first words are "not enough data", whatever follows: a
  mean of fewer draws is not near normal, and a month is one mood of the market.
* *No evidence*: the 95 % interval is not wholly above zero. One strategy in 40 without an edge
  passes this, so what passes is no more than *weak*, until luck among all tries is ruled out.
* *Promising*: the best of so many tries without an edge does as well in at most 5 % of cases, and
  so do signals at other times; what was chosen loses elsewhere in at most a fifth of splits.
* *Strong*: at most 1 % each, it loses elsewhere in at most 5 % of splits, over 100 events and 90
  days, and its interval is above zero on data that nothing was fitted to as well.
* *Overfitted*: several were tried and it looks good alone, but the best of as many without an edge
  does as well more often than not, or it gained nothing on unseen data, or it both falls into the
  lower half and loses in a fifth of splits. Both are asked for: where all configurations are
  equally good the best one changes (probability 0.5) but does not lose. Where it falls in half of
  the splits, it need not look good alone.

Measured on 200 sweeps each over a year of days. Noise alone: overfitted in 77 % of sweeps of 20
configurations (else no evidence, 6 % weak), 93 % of 50, 99 % of 300; none was promising. One of 50
with an edge, by its annual Sharpe ratio: 5.7, promising in 91 %, overfitted in 1 %; 3.8, 35 and
29 %; 2.9, 9 and 60 %: a year is too short to tell it from the best of 49 without one.

Sources: Bailey & Lopez de Prado 2014; Bailey et al. 2017; Sidak, J. American Statistical
Association 62, 1967 (several tries). Pure.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import expm1, log1p
from statistics import NormalDist

from chalicelib.research.figures import FEWEST_DAYS, Figure
from chalicelib.research.intervals import Interval
from chalicelib.research.overfitting import Overfitting

ENOUGH_EVENTS = 30
"""Fewer independent events are not enough data, whatever they show."""
UNASKED = Figure(None, "not asked")
SIGNIFICANT, NEARLY_SURE = 0.05, 0.01
LARGE_EVENTS, LARGE_DAYS = 100, 90
FAILS_ELSEWHERE, EVEN = 0.2, 0.5
NORMAL = NormalDist()


class Conclusion(StrEnum):
    """What a result is called."""

    NO_EVIDENCE = "no evidence"
    WEAK = "weak"
    PROMISING = "promising"
    STRONG = "strong"
    OVERFITTED = "overfitted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a result.

    ``made`` is its gain with a 95 % interval, a share ``of`` something; ``trials`` counts all that
    were tried, this one with them. ``deflated`` is the deflated Sharpe ratio, ``sweep`` the test of
    overfitting, ``timing`` the p-value of its signals, ``unseen`` its gain where nothing was
    fitted.
    """

    made: Interval
    days: float
    events: int
    trials: int = 1
    of: str = "of stake"
    deflated: Figure = UNASKED
    sweep: Overfitting | None = None
    timing: Figure = UNASKED
    unseen: Interval | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to say anything."""
        return self.days >= FEWEST_DAYS and self.events >= ENOUGH_EVENTS

    @property
    def luck(self) -> float | None:
        """Probability of this gain or more from a strategy without an edge, tried once.

        By the normal distribution that has the interval.
        """
        estimate, low, high = self.made.estimate, self.made.low, self.made.high
        if estimate is None or low is None or high is None or high <= low:
            return None
        error = (high - low) / (2 * NORMAL.inv_cdf(0.975))
        return NORMAL.cdf(-estimate / error)

    @property
    def luck_of_best(self) -> float | None:
        """That of the best of all tries: by the deflated Sharpe ratio where it is known."""
        if self.deflated.value is not None:
            return 1 - self.deflated.value
        luck = self.luck
        return None if luck is None else _of_best(luck, self.trials)


@dataclass(frozen=True, slots=True)
class Finding:
    """A conclusion, and what was found in words: the first that applies comes first."""

    conclusion: Conclusion
    text: str


def _of_best(luck: float, trials: int) -> float:
    """Probability that at least one of so many independent tries has this luck."""
    return -expm1(trials * log1p(-luck)) if luck < 1 else 1.0


def judge(evidence: Evidence) -> Finding:
    """The conclusion and the words for it; on too little data there is no talk of luck."""
    conclusion = _conclusion(evidence)
    made = f"made {_told(evidence.made)} {evidence.of}"
    if not evidence.is_enough:
        return Finding(conclusion, f"{_lack(evidence)}; {made}")
    said = [f"{conclusion.value}: {made}", *_sweep(evidence), _needed_luck(evidence)]
    return Finding(conclusion, ". ".join(said))


def _conclusion(evidence: Evidence) -> Conclusion:
    luck = evidence.luck_of_best
    if not evidence.is_enough or luck is None or (evidence.made.estimate or 0.0) <= 0:
        return Conclusion.NO_EVIDENCE
    stands_alone = _low(evidence.made) > 0
    if evidence.trials > 1 and _is_overfitted(evidence, luck, stands_alone):
        return Conclusion.OVERFITTED
    if not stands_alone:
        return Conclusion.NO_EVIDENCE
    if not _passes(evidence, luck, SIGNIFICANT, FAILS_ELSEWHERE):
        return Conclusion.WEAK
    large = evidence.events >= LARGE_EVENTS and evidence.days >= LARGE_DAYS
    proven = evidence.timing.value is not None and _low(evidence.unseen) > 0
    if large and proven and _passes(evidence, luck, NEARLY_SURE, SIGNIFICANT):
        return Conclusion.STRONG
    return Conclusion.PROMISING


def _is_overfitted(evidence: Evidence, luck: float, stands_alone: bool) -> bool:
    unseen, sweep = evidence.unseen, evidence.sweep
    falls = (sweep.probability.value if sweep else None) or 0.0
    loses = (sweep.loss.value if sweep else None) or 0.0
    if luck > SIGNIFICANT and min(falls, loses) >= FAILS_ELSEWHERE:
        return stands_alone or falls >= EVEN
    failed = unseen is not None and unseen.estimate is not None and unseen.estimate <= 0
    return stands_alone and (luck > EVEN or failed)


def _passes(evidence: Evidence, luck: float, most: float, most_losses: float) -> bool:
    """Whether no test that was made says that it can be luck."""
    loses = (evidence.sweep.loss.value if evidence.sweep else None) or 0.0
    return luck <= most and (evidence.timing.value or 0.0) <= most and loses <= most_losses


def _low(interval: Interval | None) -> float:
    return interval.low if interval is not None and interval.low is not None else 0.0


def _lack(evidence: Evidence) -> str:
    lacks = []
    if evidence.days < FEWEST_DAYS:
        lacks.append(f"{evidence.days:.1f} days, {FEWEST_DAYS} are needed")
    if evidence.events < ENOUGH_EVENTS:
        lacks.append(f"{evidence.events} independent events, {ENOUGH_EVENTS} are needed")
    return f"not enough data: {'; '.join(lacks)}"


def _told(interval: Interval) -> str:
    if interval.estimate is None:
        return f"nothing that can be measured ({interval.reason})"
    if interval.low is None or interval.high is None:
        return f"{_percent(interval.estimate)} (no interval: {interval.reason})"
    return f"{_percent(interval.estimate)} ({_percent(interval.low)} to {_percent(interval.high)})"


def _percent(share: float) -> str:
    return f"{100 * share:+.1f} %"


def _sweep(evidence: Evidence) -> list[str]:
    sweep = evidence.sweep
    if sweep is None or sweep.probability.value is None or sweep.loss.value is None:
        return []
    falls, loses = 100 * sweep.probability.value, 100 * sweep.loss.value
    return [
        f"The best of {sweep.configurations} configurations in one half of the past falls into the "
        f"lower half in the other in {falls:.0f} of 100 splits, and loses in {loses:.0f}"
    ]


def _needed_luck(evidence: Evidence) -> str:
    """What would have to be true for it to be luck."""
    once, best = evidence.luck, evidence.luck_of_best
    if once is None or best is None:
        return "How much luck it took cannot be told"
    if evidence.made.high is not None and evidence.made.high < 0:
        return "It loses: the whole interval lies below zero"
    if evidence.made.estimate is not None and evidence.made.estimate <= 0:
        return "Nothing was gained that luck could explain"
    told = f"To be luck, it must be the one in {_one_in(once)} tries without an edge that does so"
    if evidence.trials > 1:
        told += (
            f"; {evidence.trials} were tried, and the best of as many without an edge does as well "
            f"in {_of_a_hundred(best)} of 100 cases"
        )
    return told


def _one_in(probability: float) -> str:
    return f"{1 / probability:,.0f}" if probability > 1e-6 else "a million or more"


def _of_a_hundred(probability: float) -> str:
    return f"{100 * probability:.1f}" if probability >= 0.001 else "less than 0.1"
