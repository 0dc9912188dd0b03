"""What it costs not to be fooled: the test of overfitting and a bootstrap, as seconds and ratios.

The test of overfitting is held against the ratios of its splits without sums over blocks, the
bootstrap against drawing as many random numbers and adding them up.
"""

import time
from collections.abc import Callable
from itertools import combinations, islice
from statistics import median

import numpy as np

from benchmarks.figure import Figure, Size, at_most
from chalicelib.research.bootstrap import drawdown_of, interval_of, sharpe_of
from chalicelib.research.overfitting import BLOCKS, overfitting

SPLITS, CONFIGURATIONS, PATHS, DAYS = 12_870, 50, 10_000, 365
EVERY = 100


def measure(_size: Size) -> list[Figure]:
    """Median of five runs over seeded noise."""
    chance = np.random.default_rng(7)
    sweep = chance.normal(0, 0.01, (1_000, CONFIGURATIONS))
    returns = sweep[:DAYS, 0]
    plain = EVERY * _cpu(lambda: _plain_ratios(sweep))
    draws = _cpu(lambda: chance.random((PATHS, DAYS)).sum(axis=1))
    tested = _cpu(lambda: overfitting(sweep))
    drawn = _cpu(lambda: interval_of(returns, sharpe_of, 1))
    deepest = _cpu(lambda: interval_of(returns, drawdown_of, 1))
    sweeps, paths = f"{SPLITS} splits x {CONFIGURATIONS}", f"{PATHS} paths x {DAYS} days"
    return [
        at_most(f"overfitting, {sweeps}", tested, 0.15, "s CPU"),
        at_most(f"overfitting, {sweeps} / plain", tested / plain, 0.05, "x plain"),
        at_most(f"bootstrap of Sharpe, {paths}", drawn, 0.1, "s CPU"),
        at_most(f"bootstrap of Sharpe, {paths} / draws", drawn / draws, 6, "x draws"),
        at_most(f"bootstrap of drawdown, {paths} / draws", deepest / draws, 8, "x draws"),
    ]


def _plain_ratios(sweep: np.ndarray) -> None:
    """Both halves' ratios of one split in a hundred, from the returns themselves."""
    blocks = np.array_split(np.arange(len(sweep)), BLOCKS)
    for chosen in islice(combinations(range(BLOCKS), BLOCKS // 2), 0, SPLITS, EVERY):
        inside = np.zeros(len(sweep), dtype=bool)
        inside[np.concatenate([blocks[number] for number in chosen])] = True
        for half in (sweep[inside], sweep[~inside]):
            half.mean(axis=0) / half.std(axis=0, ddof=1)


def _cpu(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(5):
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return median(times)
