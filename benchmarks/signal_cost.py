"""CPU that three strategies take to judge 10,000 markets, against one pass over the same tape."""

import time
from statistics import median

import numpy as np

from benchmarks.figure import Figure, Size, at_most
from chalicelib.domain.question import Questions
from chalicelib.domain.strategy import REGISTRY, build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.engine.wish import wish
from chalicelib.strategies import discover

MARKETS, ROWS = 10_000, 64


def measure(_size: Size) -> list[Figure]:
    """Median of five runs over a random walk; ``x passes`` is the ratio to copying the tape."""
    names = discover()
    strategies = {name: build_strategy(name, {}) for name in names}
    tape = random_walk(MARKETS, ROWS)
    seconds = median(_cpu(lambda: wish(strategies, tape)) for _ in range(5))
    one_pass = median(_cpu(lambda: (tape.bid + tape.ask) / 2) for _ in range(5))
    label = f"{len(REGISTRY)} strategies over {MARKETS} markets"
    return [
        at_most(f"signals of {label}", seconds, 0.3, "s CPU"),
        at_most(f"signals of {label} / one pass", seconds / max(one_pass, 1e-6), 200, "x passes"),
    ]


def random_walk(markets: int, rows: int) -> Tape:
    """A seeded random walk of two outcomes a market, both sides always quoted."""
    random = np.random.default_rng(7)
    up = np.clip(0.5 + np.cumsum(random.normal(0, 0.01, (rows, markets)), axis=0), 0.05, 0.95)
    bid = np.concatenate([up - 0.005, 1 - up - 0.005], axis=1)
    columns = np.arange(2 * markets)
    return Tape(
        tuple(f"bench:{c}" for c in columns),
        np.arange(rows, dtype=np.int64) * 60,
        bid,
        bid + 0.01,
        np.full(bid.shape, 100.0),
        np.full(bid.shape, 100.0),
        (columns + markets) % (2 * markets),
        columns % markets,
        np.full(2 * markets, 1e9),
        np.full(2 * markets, 0.07),
        np.ones(2 * markets),
        np.zeros(2 * markets, bool),
        np.zeros(2 * markets, bool),
        np.full(bid.shape, np.nan),
        np.full(bid.shape, np.nan),
        np.full(bid.shape, np.nan),
        Questions.none(2 * markets),
    )


def _cpu(work: object) -> float:
    before = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - before
