"""Whether a Sharpe ratio can be luck: its probability, the length it needs, the best of many. Pure.

All Sharpe ratios are **per period**, never annual, and ``kurtosis`` is the full one (3 for a normal
distribution): the excess and annual ratios are the two usual mistakes. Sources: Bailey & Lopez de
Prado, J. Risk 15(2), 2012 (PSR, MinTRL) and J. Portfolio Management 40(5), 2014 (deflated Sharpe);
Bailey, Borwein, Lopez de Prado & Zhu, Notices of the AMS 61(5), 2014 (minimum backtest length).
"""

from math import e, sqrt
from statistics import NormalDist

from chalicelib.domain.errors import InputError
from chalicelib.research.figures import Figure, known
from chalicelib.research.sharpe import standard_error, variance_factor

EULER_MASCHERONI = 0.577_215_664_901_532_9
NORMAL = NormalDist()


def probabilistic_sharpe(
    sharpe_ratio: float,
    benchmark: float,
    observations: int,
    skew: float = 0.0,
    kurtosis: float = 3.0,
) -> Figure:
    """Probability that the true ratio is above the benchmark's, given that of so many returns."""
    error = standard_error(sharpe_ratio, observations, skew, kurtosis)
    if error.value is None:
        return error
    if error.value == 0:
        return Figure(None, "returns of these moments have no uncertainty")
    return known(NORMAL.cdf((sharpe_ratio - benchmark) / error.value))


def minimum_track_record(
    sharpe_ratio: float,
    benchmark: float = 0.0,
    skew: float = 0.0,
    kurtosis: float = 3.0,
    confidence: float = 0.95,
) -> Figure:
    """Returns that are needed until the probability above reaches ``confidence`` (MinTRL)."""
    if sharpe_ratio <= benchmark:
        return Figure(None, "the ratio is not above the benchmark: no length proves it")
    needed = NORMAL.inv_cdf(confidence) / (sharpe_ratio - benchmark)
    return known(1 + variance_factor(sharpe_ratio, skew, kurtosis) * needed**2)


def expected_maximum_sharpe(variance: float, trials: float) -> float:
    """The best ratio that so many independent trials without any edge are expected to show.

    ``variance`` is that of the trials' ratios per period. One trial is expected to show 0.
    """
    if trials < 1 or variance < 0:
        raise InputError(
            f"{trials:g} trials with a variance of {variance:g}",
            "Count at least this one; a variance is not below zero.",
        )
    if trials == 1:
        return 0.0
    first, second = NORMAL.inv_cdf(1 - 1 / trials), NORMAL.inv_cdf(1 - 1 / (trials * e))
    mean = (1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second
    return sqrt(variance) * max(mean, 0.0)


def deflated_sharpe(
    sharpe_ratio: float,
    observations: int,
    variance: float,
    trials: float,
    skew: float = 0.0,
    kurtosis: float = 3.0,
) -> Figure:
    """Probability that the true ratio is above zero although it is the best of so many trials."""
    luck = expected_maximum_sharpe(variance, trials)
    return probabilistic_sharpe(sharpe_ratio, luck, observations, skew, kurtosis)


def effective_trials(trials: int, correlation: float) -> float:
    """Independent trials in so many whose returns have this mean correlation.

    Source: Bailey & Lopez de Prado 2014, appendix 3: N + (1 - N) x correlation.
    """
    return correlation + (1 - correlation) * trials


def minimum_backtest_length(trials: float, annual_sharpe: float = 1.0) -> Figure:
    """Years below which the best of so many trials without an edge is expected to show this ratio.

    ``annual_sharpe`` is the one exception: it is a year's.
    """
    if annual_sharpe <= 0:
        return Figure(None, "a ratio above zero is needed")
    return known((expected_maximum_sharpe(1.0, trials) / annual_sharpe) ** 2)
