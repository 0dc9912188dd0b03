"""Made-up tapes: of given prices, or wandering ones. The same seed gives the same tape."""

from dataclasses import replace
from typing import Any

import numpy as np

from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.question import Questions
from chalicelib.domain.tape import Tape

CYCLE = 29_842_560
"""The cycle of the last row."""

NOW = cycle_time(CYCLE)


def tape(mids: Any, spread: Any = 0.02, fee: float = 0.0, minutes_left: float = 1440) -> Tape:
    """A tape of these mid prices, (T,) for one instrument or (T, N); a minute from row to row.

    Columns 0 and 1 are two sides of one market, 2 and 3 of the next, and so on.
    """
    values = np.asarray(mids, np.float64)
    values = values.reshape(len(values), -1)
    return tape_of(values - spread / 2, values + spread / 2, fee, minutes_left)


def tape_of(bid: Any, ask: Any, fee: float = 0.0, minutes_left: float = 1440) -> Tape:
    """A tape of these bids and asks, (T, N), with 100 contracts shown on each side."""
    bids, asks = np.array(bid, np.float64), np.array(ask, np.float64)
    rows_, columns = bids.shape
    numbers = np.arange(columns)
    partner = np.where(numbers ^ 1 < columns, numbers ^ 1, -1)
    end = NOW.timestamp() + 60 * minutes_left
    return Tape(
        instruments=tuple(f"test:m{n // 2}:{'no' if n % 2 else 'yes'}" for n in numbers),
        times=np.array([int(NOW.timestamp()) + 60 * (t - rows_ + 1) for t in range(rows_)]),
        bid=bids,
        ask=asks,
        bid_size=np.where(np.isnan(bids), np.nan, 100.0),
        ask_size=np.where(np.isnan(asks), np.nan, 100.0),
        complement=partner.astype(np.int64),
        market=(numbers // 2).astype(np.int64),
        closes_at=np.full(columns, end),
        fee_rate=np.full(columns, fee),
        fee_exponent=np.ones(columns),
        fee_of_value=np.zeros(columns, bool),
        spot=np.zeros(columns, bool),
        volume=np.full(bids.shape, np.nan),
        forecast=np.full(bids.shape, np.nan),
        news=np.full(bids.shape, np.nan),
        questions=replace(Questions.none(columns), affirmative=numbers % 2 == 0),
    )


def spot_tape(mids: Any, spread: float = 0.0, fee: float = 0.0) -> Tape:
    """A tape of currencies at these mid prices, with a fee that is a share of the value."""
    values = np.asarray(mids, np.float64)
    values = values.reshape(len(values), -1)
    columns = values.shape[1]
    contracts = tape(values, spread * values, fee)
    return replace(
        contracts,
        instruments=tuple(f"test:COIN{n}USD" for n in range(columns)),
        complement=np.full(columns, -1),
        market=np.arange(columns),
        closes_at=np.full(columns, np.nan),
        fee_of_value=np.ones(columns, bool),
        spot=np.ones(columns, bool),
        questions=Questions.none(columns),
    )


def random_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """A tape of wandering prices in cents, some of them missing; the same seed gives the same."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 0.04, (rows_, columns)).cumsum(axis=0)
    mids = np.clip(np.round(0.5 + steps, 2), 0.03, 0.97)
    mids[chance.random(mids.shape) < unknown] = np.nan
    return tape(mids, fee=0.07, minutes_left=float(chance.integers(0, 60)))


def random_spot_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """A tape of wandering currencies, dear and cheap ones, some of their prices missing."""
    chance = np.random.default_rng(seed)
    steps = chance.normal(0, 0.03, (rows_, columns)).cumsum(axis=0)
    mids = np.exp(steps) * 10.0 ** chance.integers(-5, 6, columns)
    mids[chance.random(mids.shape) < unknown] = np.nan
    return spot_tape(mids, 0.0001, fee=0.001)
