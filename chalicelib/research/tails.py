"""The shape of returns and their worst ones. Losses are shares above zero. Pure.

Sources: Acerbi & Tasche, J. Banking & Finance 26, 2002 (expected shortfall of a sample); Jorion,
Value at Risk, 2006.
"""

from math import floor

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.research.figures import NEGLIGIBLE, Figure, checked, known, ratio
from chalicelib.research.sharpe import UNVARYING

WORST = 0.05


def skewness(returns: FloatArray) -> Figure:
    """Third standardised moment of the sample, 0 for a symmetric one."""
    return _standardised(returns, 3)


def kurtosis(returns: FloatArray) -> Figure:
    """Fourth standardised moment of the sample in full: 3 for a normal one, not its excess."""
    return _standardised(returns, 4)


def value_at_risk(returns: FloatArray, share: float = WORST) -> Figure:
    """The loss that the worst ``share`` of periods reach; below zero where even they gained."""
    values = checked(returns, "returns")
    if share * len(values) < 1:
        return _too_few(values, share)
    return known(-float(np.quantile(values, share)))


def expected_shortfall(returns: FloatArray, share: float = WORST) -> Figure:
    """The mean loss of the worst ``share`` of periods (CVaR), the last one counted in part."""
    values = checked(returns, "returns")
    if share * len(values) < 1:
        return _too_few(values, share)
    reach = share * len(values)
    whole = floor(reach + NEGLIGIBLE)
    worst = np.sort(values)[: whole + 1]
    part = (reach - whole) * worst[-1] if len(worst) > whole else 0.0
    return known(-float(worst[:whole].sum() + part) / reach)


def tail_ratio(returns: FloatArray, share: float = WORST) -> Figure:
    """The gain of the best ``share`` of periods over the loss of the worst ``share``."""
    values = checked(returns, "returns")
    if share * len(values) < 1:
        return _too_few(values, share)
    low, high = np.quantile(values, [share, 1 - share])
    return ratio(float(high), -float(low), f"the worst {share:.0%} of periods lost nothing")


def _standardised(returns: FloatArray, power: int) -> Figure:
    values = checked(returns, "returns")
    if len(values) < 2:
        return Figure(None, "fewer than two returns")
    spread = float(values.std())
    if spread <= NEGLIGIBLE * float(np.abs(values).max()):
        return Figure(None, UNVARYING)
    return known(float((((values - values.mean()) / spread) ** power).mean()))


def _too_few(values: FloatArray, share: float) -> Figure:
    return Figure(
        None, f"{len(values)} returns, {1 / share:.0f} are needed for {share:.0%} of them"
    )
