"""All measures of one run in one place: reward, risk, trades, months. Pure.

Returns are those between the daily closes of UTC, since what happens between minutes depends on the
minute before; drawdowns are of every point. docs/statistics.md lists every measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.cycle import CYCLE_SECONDS
from chalicelib.research import drawdowns, returns, sharpe, sharpe_tests, tails, trades
from chalicelib.research.figures import Figure
from chalicelib.research.intervals import Interval
from chalicelib.research.round_trips import RoundTrip

DAYS_A_YEAR = 365
MOST_LAGS = 30
"""Autocorrelations that the corrected Sharpe ratio looks at; at most a quarter of the days."""


@dataclass(frozen=True, slots=True)
class RewardFigures:
    """What it made, and for how much risk. Ratios are of a year of 365 days.

    ``sharpe`` has its 95 % interval by the moments of the returns; ``sharpe_corrected`` allows for
    their autocorrelation; ``probability`` is that the true ratio is above zero and ``needed_days``
    the days after which that is 95 %.
    """

    total_return: Figure
    annual_growth: Figure
    sharpe: Interval
    sharpe_corrected: Figure
    probability: Figure
    needed_days: Figure
    sortino: Figure
    calmar: Figure
    return_over_drawdown: Figure


@dataclass(frozen=True, slots=True)
class RiskFigures:
    """How much it lost on the way: the deepest, dearest and longest drawdown, and daily tails."""

    maximum_drawdown: Figure
    deepest: drawdowns.Drawdown | None
    dearest: drawdowns.Drawdown | None
    longest: drawdowns.Drawdown | None
    skewness: Figure
    kurtosis: Figure
    value_at_risk: Figure
    expected_shortfall: Figure
    tail_ratio: Figure


@dataclass(frozen=True, slots=True)
class TradeFigures:
    """What its closed round trips say. ``kelly`` is by returns on stake, all else by dollars."""

    count: int
    win_rate: Figure
    profit_factor: Figure
    payoff_ratio: Figure
    expectancy: Figure
    expectancy_ratio: Figure
    kelly: Figure
    exposure: Figure
    turnover: Figure


@dataclass(frozen=True, slots=True)
class Statistics:
    """All measures of a run over so many ``days``; ``months`` by name, such as 2026-03."""

    days: float
    reward: RewardFigures
    risk: RiskFigures
    trading: TradeFigures
    months: dict[str, float]


def statistics_of(
    times: IntArray, equity: FloatArray, trips: Sequence[RoundTrip], traded: float
) -> Statistics:
    """Measure a run.

    ``times`` (n,) unix seconds in order, ``equity`` (n,) dollars marked to market, ``traded`` the
    dollars of all its fills. Raises InputError for times out of order and equity at or below zero.
    """
    _, daily = returns.closes(times, equity)
    changes = returns.returns_of(daily)
    return Statistics(
        returns.days_of(times),
        _reward(times, equity, changes),
        _risk(times, equity, changes),
        _trading(times, equity, trips, traded),
        returns.monthly_returns(times, equity),
    )


def _reward(times: IntArray, equity: FloatArray, changes: FloatArray) -> RewardFigures:
    observations = len(changes)
    annual, probability, needed = _sharpe(changes)
    corrected = sharpe.sharpe_over(changes, DAYS_A_YEAR, min(MOST_LAGS, observations // 4))
    too_short = annual.reason if annual.estimate is None else ""
    return RewardFigures(
        returns.total_return(equity),
        returns.annual_growth(times, equity),
        annual,
        Figure(None, too_short) if too_short else corrected,
        probability,
        needed,
        sharpe.annual(sharpe.sortino(changes), observations, DAYS_A_YEAR),
        drawdowns.calmar(times, equity),
        drawdowns.return_over_drawdown(equity),
    )


def _sharpe(changes: FloatArray) -> tuple[Interval, Figure, Figure]:
    """The annual ratio with its interval, the probability that it is above zero, days needed."""
    daily, observations = sharpe.sharpe(changes), len(changes)
    skew, kurtosis = tails.skewness(changes).value, tails.kurtosis(changes).value
    if daily.value is None or skew is None or kurtosis is None:
        none = Figure(None, daily.reason or sharpe.UNVARYING)
        return Interval(None, None, None, none.reason), none, none
    shape = (skew, kurtosis)
    probability = sharpe_tests.probabilistic_sharpe(daily.value, 0.0, observations, *shape)
    needed = sharpe_tests.minimum_track_record(daily.value, 0.0, *shape)
    year = sharpe.annual(daily, observations, DAYS_A_YEAR)
    found = sharpe.sharpe_interval(daily.value, observations, *shape)
    if year.value is None or found.low is None or found.high is None:
        return Interval(None, None, None, year.reason or found.reason), probability, needed
    scale = sqrt(DAYS_A_YEAR)
    return Interval(year.value, found.low * scale, found.high * scale), probability, needed


def _risk(times: IntArray, equity: FloatArray, changes: FloatArray) -> RiskFigures:
    found = drawdowns.drawdowns(times, equity)
    return RiskFigures(
        drawdowns.maximum_drawdown(equity),
        max(found, key=lambda each: each.depth, default=None),
        max(found, key=lambda each: each.dollars, default=None),
        max(found, key=lambda each: each.seconds, default=None),
        tails.skewness(changes),
        tails.kurtosis(changes),
        tails.value_at_risk(changes),
        tails.expected_shortfall(changes),
        tails.tail_ratio(changes),
    )


def _trading(
    times: IntArray, equity: FloatArray, trips: Sequence[RoundTrip], traded: float
) -> TradeFigures:
    gains = np.array([float(trip.gain) for trip in trips])
    staked = np.array([float(trip.staked) for trip in trips])
    opened, closed = (
        np.array([cycle * CYCLE_SECONDS for cycle in cycles], dtype=np.int64)
        for cycles in ((t.opened_cycle for t in trips), (t.closed_cycle for t in trips))
    )
    start, end = (int(times[0]), int(times[-1])) if len(times) else (0, 0)
    return TradeFigures(
        len(trips),
        trades.win_rate(gains),
        trades.profit_factor(gains),
        trades.payoff_ratio(gains),
        trades.expectancy(gains),
        trades.expectancy_ratio(gains),
        trades.kelly_of_trades(gains / np.where(staked > 0, staked, 1.0)),
        trades.exposure(opened, closed, start, end),
        trades.turnover(traded, equity, returns.days_of(times)),
    )
