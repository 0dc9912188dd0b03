"""What the same trades could have done in other draws: drawdown, ruin and loss. Pure.

Trades are drawn with replacement by their return on the *equity at entry*: dollars of one path
drawn into another would lose more than there is. Order within the draws has no meaning here, so a
series whose losses come together has worse drawdowns than these: see ``bootstrap`` for that.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.errors import InputError
from chalicelib.research.bootstrap import MOST_TOGETHER, worst_of
from chalicelib.research.figures import Figure, checked, known
from chalicelib.research.intervals import DRAWS

RUIN = 0.5
"""An account that has fallen to half of what was put in counts as ruined."""
FEWEST_TRADES = 10
_CELLS = 1_000_000
_QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """What so many draws of all trades came to.

    The drawdowns are those that 50, 95 and 99 % of paths stayed within; ``ruin`` is the share of
    paths that were ruined at some time, ``loss`` of those that lost in the end.
    """

    drawdown_50: Figure
    drawdown_95: Figure
    drawdown_99: Figure
    ruin: Figure
    loss: Figure
    paths: int
    seed: int


def monte_carlo(
    returns: FloatArray, seed: int, ruin: float = RUIN, paths: int = DRAWS, trades: int = 0
) -> MonteCarlo:
    """Draw ``trades`` trades (as many as there are by default) so often, and compound them.

    ``returns`` (n,): gain of each trade over the equity at its entry, -1 or more.
    """
    values = checked(returns, "returns")
    if len(values) and values.min() < -1:
        raise InputError(
            f"returns: row {int(values.argmin())} lost more than there was",
            "Divide each gain by the equity at its entry, not by anything else.",
        )
    if len(values) < FEWEST_TRADES:
        few = Figure(None, f"{len(values)} trades, at least {FEWEST_TRADES} are needed")
        return MonteCarlo(few, few, few, few, few, 0, seed)
    deepest, lowest, final = _drawn(values, trades or len(values), paths, seed)
    half, most, nearly_all = (known(float(d)) for d in np.quantile(deepest, _QUANTILES))
    return MonteCarlo(
        half,
        most,
        nearly_all,
        known(float((lowest <= ruin).mean())),
        known(float((final < 1).mean())),
        paths,
        seed,
    )


def _drawn(
    values: FloatArray, trades: int, paths: int, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each path: deepest drawdown, lowest and last equity, in units of what was put in."""
    chance = np.random.default_rng(seed)
    part = min(MOST_TOGETHER, max(1, _CELLS // trades))
    found = []
    for start in range(0, paths, part):
        rows = min(part, paths - start)
        found.append(worst_of(values[chance.integers(0, len(values), (trades, rows))].T))
    deepest, lowest, final = (np.concatenate(column) for column in zip(*found, strict=True))
    return deepest, lowest, final
