"""Reward for risk: Sharpe and Sortino ratios, how uncertain they are, and serial correlation. Pure.

Returns are per period, after all costs, marked to market, periods without a trade included as 0. A
ratio is per period unless its name says annual. Sources: Sharpe, J. Portfolio Management 21(1),
1994; Lo, Financial Analysts Journal 58(4), 2002; Mertens 2002; Sortino & Price, J. Investing 3(3),
1994.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import FEWEST_DAYS, NEGLIGIBLE, Figure, checked, known, ratio
from chalicelib.research.intervals import Interval

UNVARYING = "returns do not vary"


def sharpe(returns: FloatArray, risk_free: float = 0.0) -> Figure:
    """Mean excess return over its standard deviation (n - 1), per period."""
    values = checked(returns, "returns")
    if len(values) < 2:
        return Figure(None, "fewer than two returns")
    spread = float(values.std(ddof=1))
    if spread <= NEGLIGIBLE * float(np.abs(values).max()):
        return Figure(None, UNVARYING)
    return known((float(values.mean()) - risk_free) / spread)


def sortino(returns: FloatArray, target: float = 0.0) -> Figure:
    """Mean return above the target over the root mean square of shortfalls, per period.

    The mean square is over all periods, not only those that fell short.
    """
    values = checked(returns, "returns")
    if not len(values):
        return Figure(None, "no returns")
    short = float(np.sqrt((np.minimum(values - target, 0) ** 2).mean()))
    return ratio(float(values.mean()) - target, short, "no return was below the target")


def annual(per_period: Figure, observations: int, periods_per_year: float) -> Figure:
    """A ratio for a year, by the square root of time; undefined under 30 days.

    Right only for returns that do not depend on those before: see ``sharpe_over``.
    """
    days = 365 * observations / periods_per_year
    if per_period.value is None:
        return per_period
    if days < FEWEST_DAYS:
        return Figure(None, f"{days:.1f} days, a year is not told from less than {FEWEST_DAYS}")
    return known(per_period.value * sqrt(periods_per_year))


def standard_error_normal(sharpe_ratio: float, observations: int) -> Figure:
    """That of a Sharpe ratio per period, for independent normal returns (Lo 2002, equation 9)."""
    if observations < 1:
        return Figure(None, "no returns")
    return known(sqrt((1 + sharpe_ratio**2 / 2) / observations))


def standard_error(
    sharpe_ratio: float, observations: int, skew: float = 0.0, kurtosis: float = 3.0
) -> Figure:
    """That of a Sharpe ratio per period, for returns of any shape (Mertens 2002).

    ``kurtosis`` is the full one: 3 for a normal distribution. Divides by n - 1, as Bailey and
    Lopez de Prado (2012) do.
    """
    if observations < 2:
        return Figure(None, "fewer than two returns")
    return known(sqrt(variance_factor(sharpe_ratio, skew, kurtosis) / (observations - 1)))


def variance_factor(sharpe_ratio: float, skew: float, kurtosis: float) -> float:
    """Variance of an estimated Sharpe ratio times n - 1: 1 - skew SR + (kurtosis - 1) / 4 SR^2.

    InputError where no distribution has these moments, as with the excess of the kurtosis.
    """
    if kurtosis < (1 + skew**2) * (1 - 1e-9):
        raise InputError(
            f"kurtosis {kurtosis:g} with skew {skew:g}: no distribution has both",
            "Pass the full kurtosis, 3 for a normal one: add 3 to the excess.",
        )
    return max(1 - skew * sharpe_ratio + (kurtosis - 1) / 4 * sharpe_ratio**2, 0.0)


def sharpe_interval(
    sharpe_ratio: float,
    observations: int,
    skew: float = 0.0,
    kurtosis: float = 3.0,
    share: float = 0.95,
) -> Interval:
    """The ratio per period with its interval by ``standard_error``."""
    error = standard_error(sharpe_ratio, observations, skew, kurtosis)
    if error.value is None:
        return Interval(sharpe_ratio, None, None, error.reason)
    reach = NormalDist().inv_cdf((1 + share) / 2) * error.value
    return Interval(sharpe_ratio, sharpe_ratio - reach, sharpe_ratio + reach)


def autocorrelations(returns: FloatArray, lags: int) -> FloatArray:
    """Of lag 1 to ``lags``, (lags,); NaN where returns do not vary. Divides by n at every lag."""
    values = checked(returns, "returns")
    about = values - values.mean() if len(values) else values
    power = float(about @ about)
    if power <= len(values) * (NEGLIGIBLE * float(np.abs(values).max(initial=0))) ** 2:
        return np.full(lags, np.nan)
    return (
        np.array([about[lag:] @ about[: max(len(about) - lag, 0)] for lag in _upto(lags)]) / power
    )


def _upto(lags: int) -> range:
    return range(1, lags + 1)


def time_factor(correlations: FloatArray, periods: int) -> Figure:
    """By how much a Sharpe ratio over ``periods`` exceeds that of one (Lo 2002, equation 20).

    ``correlations`` are of lag 1, 2, ...; lags beyond them count as 0. The square root of
    ``periods`` where all are 0.
    """
    lags = np.arange(1, min(len(correlations), periods - 1) + 1)
    inner = periods + 2 * float(((periods - lags) * correlations[: len(lags)]).sum())
    if not inner > 0:
        return Figure(None, "autocorrelations that no series of this length can have")
    return known(periods / sqrt(inner))


def sharpe_over(
    returns: FloatArray, periods: int, lags: int | None = None, risk_free: float = 0.0
) -> Figure:
    """The Sharpe ratio over so many periods, with the autocorrelation of the returns.

    ``lags`` of them are estimated; all ``periods - 1`` by default, which needs four times as many
    returns.
    """
    wanted = periods - 1 if lags is None else min(lags, periods - 1)
    if len(returns) < 4 * wanted:
        return Figure(None, f"{len(returns)} returns, {4 * wanted} are needed for {wanted} lags")
    one = sharpe(returns, risk_free)
    if one.value is None:
        return one
    factor = time_factor(autocorrelations(returns, wanted), periods)
    return factor if factor.value is None else known(one.value * factor.value)
