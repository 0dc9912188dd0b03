"""How far a result may be chance: bootstrap intervals that respect what belongs together. Pure."""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arrays import FloatArray

DRAWS = 10_000
FEWEST_CLUSTERS = 5
"""Below it a bootstrap knows too few different draws to say anything."""
_CELLS = 2_000_000
"""Draws are made in parts of so many numbers, so that memory stays small."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its percentile interval; ``low`` and ``high`` None say why in ``reason``."""

    estimate: float | None
    low: float | None
    high: float | None
    reason: str = ""


def ratio_by_cluster(
    gains: FloatArray,
    stakes: FloatArray,
    clusters: list[str],
    seed: int,
    share: float = 0.95,
    draws: int = DRAWS,
) -> Interval:
    """Sum of gains over sum of stakes, (n,) each, with a cluster bootstrap interval.

    Whole clusters are drawn with replacement: five strikes of one event are one draw. Source:
    Cameron, Gelbach & Miller, Review of Economics and Statistics 90, 2008.
    """
    if not len(gains) or not stakes.sum() > 0:
        return Interval(None, None, None, "nothing was staked")
    names, member = np.unique(np.array(clusters), return_inverse=True)
    estimate = float(gains.sum() / stakes.sum())
    if len(names) < FEWEST_CLUSTERS:
        few = f"{len(names)} independent events, at least {FEWEST_CLUSTERS} are needed"
        return Interval(estimate, None, None, few)
    gain = np.bincount(member, gains, len(names)).astype(np.float64)
    stake = np.bincount(member, stakes, len(names)).astype(np.float64)
    ratios = _drawn(gain, stake, draws, np.random.default_rng(seed))
    low, high = np.quantile(ratios, [(1 - share) / 2, (1 + share) / 2])
    return Interval(estimate, float(low), float(high))


def _drawn(
    gain: FloatArray, stake: FloatArray, draws: int, chance: np.random.Generator
) -> FloatArray:
    """The ratio in each of so many draws of all clusters."""
    part = max(1, _CELLS // len(gain))
    ratios = []
    for start in range(0, draws, part):
        rows = min(part, draws - start)
        drawn = chance.integers(0, len(gain), (rows, len(gain)))
        ratios.append(gain[drawn].sum(axis=1) / stake[drawn].sum(axis=1))
    return np.concatenate(ratios)
