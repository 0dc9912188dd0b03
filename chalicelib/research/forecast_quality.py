"""How good forecasts of yes or no were, alone and against the price that could be traded. Pure.

``forecasts`` (n,) are probabilities of yes, ``outcomes`` (n,) are 0 or 1, ``prices`` (n,) are what
had to be paid for a dollar on yes, the ask and its fee, when the forecast was made. Forecasts of
one event are one draw. Sources: Brier, Monthly Weather Review 78, 1950; Good, J. Royal Statistical
Society B 14, 1952 (log score); Murphy, J. Applied Meteorology 12, 1973; Stephenson, Coelho &
Jolliffe, Weather and Forecasting 23, 2008 (terms within bins).
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.calibration import BINS, equal_count_bins
from chalicelib.research.figures import Figure, as_long, checked, known, ratio
from chalicelib.research.intervals import Interval, ratio_by_cluster

NO_FORECAST = "no forecast has an outcome"


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Parts of the Brier score: reliability - resolution + uncertainty + spread - covariance.

    ``reliability``: how far forecasts are from what followed, 0 is best; ``resolution``: how far
    they tell cases apart; ``uncertainty``: of the outcomes themselves. ``spread`` and
    ``covariance`` are within the bins and 0 where all forecasts of a bin are equal.
    """

    reliability: float
    resolution: float
    uncertainty: float
    spread: float
    covariance: float

    @property
    def brier(self) -> float:
        """The score that the parts add up to."""
        return self.reliability - self.resolution + self.uncertainty + self.spread - self.covariance


def brier(forecasts: FloatArray, outcomes: FloatArray) -> Figure:
    """Mean squared distance from what came, 0 to 1; 0.25 for always saying one half."""
    said, came = known_forecasts(forecasts, outcomes)
    return known(float(((said - came) ** 2).mean())) if len(said) else Figure(None, NO_FORECAST)


def log_score(forecasts: FloatArray, outcomes: FloatArray) -> Figure:
    """Mean of minus the logarithm of what was said of that which came, 0 is best.

    Undefined where something came that was said to be impossible: the score would be infinite.
    """
    said, came = known_forecasts(forecasts, outcomes)
    if not len(said):
        return Figure(None, NO_FORECAST)
    given = np.where(came == 1, said, 1 - said)
    if given.min() == 0:
        return Figure(None, f"row {int(given.argmin())} came and was said to be impossible")
    return known(-float(np.log(given).mean()))


def decomposition(
    forecasts: FloatArray, outcomes: FloatArray, bins: int = BINS
) -> Decomposition | None:
    """The Brier score in parts, by bins of equal count; None without a forecast."""
    said, came = known_forecasts(forecasts, outcomes)
    if not len(said):
        return None
    bin_of = equal_count_bins(said, bins)
    count, mean_said, mean_came = _bin_means(said, came, bin_of)
    base, total = came.mean(), len(said)
    off_said, off_came = said - mean_said[bin_of], came - mean_came[bin_of]
    return Decomposition(
        reliability=float((count * (mean_said - mean_came) ** 2).sum() / total),
        resolution=float((count * (mean_came - base) ** 2).sum() / total),
        uncertainty=float(base * (1 - base)),
        spread=float((off_said**2).mean()),
        covariance=float(2 * (off_said * off_came).mean()),
    )


def _bin_means(
    said: FloatArray, came: FloatArray, bin_of: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    count = np.bincount(bin_of).astype(np.float64)
    some = np.maximum(count, 1)
    return count, np.bincount(bin_of, said) / some, np.bincount(bin_of, came) / some


def skill(forecasts: FloatArray, prices: FloatArray, outcomes: FloatArray) -> Figure:
    """1 less the Brier score over that of the prices: above 0, they knew more than the market."""
    ours, market = brier(forecasts, outcomes), brier(prices, outcomes)
    if ours.value is None or market.value is None:
        return ours
    relative = ratio(ours.value, market.value, "the market was never wrong")
    return relative if relative.value is None else known(1 - relative.value)


def advantage(
    forecasts: FloatArray, prices: FloatArray, outcomes: FloatArray, events: list[str], seed: int
) -> Interval:
    """By how much the market's Brier score is worse, with a 95 % interval over events."""
    said, came = known_forecasts(forecasts, outcomes)
    asked, _ = known_forecasts(prices, outcomes)
    better = (asked - came) ** 2 - (said - came) ** 2
    return ratio_by_cluster(better, np.ones(len(better)), events, seed)


def edge(
    outcomes: FloatArray,
    fill_prices: FloatArray,
    events: list[str],
    seed: int,
    sizes: FloatArray | None = None,
) -> Interval:
    """Mean of what a contract paid less what it cost with its fee, in dollars a contract.

    The headline of a strategy on prediction markets, with a 95 % interval over events. A contract
    counts as often as it was bought where ``sizes`` are given; else each purchase counts once.
    ``outcomes`` are the payouts of what was bought, 0 to 1: a void market may pay a half.
    """
    paid, cost = checked(outcomes, "outcomes"), checked(fill_prices, "fill prices")
    weights = np.ones(len(paid)) if sizes is None else checked(sizes, "sizes")
    as_long(paid, cost, "outcomes and fill prices")
    as_long(paid, weights, "outcomes and sizes")
    as_long(paid, events, "outcomes and events")
    if len(weights) and weights.min() <= 0:
        raise InputError("sizes: not above zero", "Leave out what was not bought.")
    return ratio_by_cluster((paid - cost) * weights, weights, events, seed)


def known_forecasts(forecasts: FloatArray, outcomes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both as numbers; InputError where one is not a probability or an outcome is not 0 or 1."""
    said, came = checked(forecasts, "forecasts"), checked(outcomes, "outcomes")
    as_long(said, came, "forecasts and outcomes")
    if len(said) and (said.min() < 0 or said.max() > 1):
        raise InputError("forecasts: not within 0 and 1", "Pass probabilities, not per cent.")
    if not np.isin(came, (0, 1)).all():
        raise InputError("outcomes: neither 0 nor 1", "Leave out what is open or void.")
    return said, came
