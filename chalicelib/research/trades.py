"""What single trades say: profit factor, expectancy, Kelly, exposure and turnover. Pure.

Gains are after all fees, in dollars or as shares of what was at risk: the measures are the same for
both, but a share that was won on little money counts as much as one on much. A trade that gained
nothing neither won nor lost. Source: Kelly, Bell System Technical Journal 35, 1956.
"""

import numpy as np

from chalicelib.domain.arrays import FloatArray, IntArray
from chalicelib.domain.errors import InputError
from chalicelib.research.figures import Figure, as_long, checked, known, ratio

NO_TRADE = "no trade"
NO_LOSS = "no trade lost"
NO_WIN = "no trade won"


def win_rate(gains: FloatArray) -> Figure:
    """Share of trades that won. It says nothing of an edge: on a fair book it is the price paid."""
    values = checked(gains, "gains")
    return known(float((values > 0).mean())) if len(values) else Figure(None, NO_TRADE)


def profit_factor(gains: FloatArray) -> Figure:
    """What the winners won over what the losers lost."""
    values = checked(gains, "gains")
    won, lost = values[values > 0].sum(), -values[values < 0].sum()
    return ratio(float(won), float(lost), NO_LOSS if len(values) else NO_TRADE)


def payoff_ratio(gains: FloatArray) -> Figure:
    """The mean winner over the mean loser."""
    values = checked(gains, "gains")
    won, lost = values[values > 0], values[values < 0]
    if not len(won):
        return Figure(None, NO_WIN if len(values) else NO_TRADE)
    return ratio(float(won.mean()), -float(lost.mean()), NO_LOSS) if len(lost) else _no_loss()


def expectancy(gains: FloatArray) -> Figure:
    """The mean gain of a trade, in the unit of the gains."""
    values = checked(gains, "gains")
    return known(float(values.mean())) if len(values) else Figure(None, NO_TRADE)


def expectancy_ratio(gains: FloatArray) -> Figure:
    """The mean gain over the mean loser: what a trade brings for a dollar that it can lose."""
    values = checked(gains, "gains")
    lost = values[values < 0]
    if not len(lost):
        return _no_loss() if len(values) else Figure(None, NO_TRADE)
    return ratio(float(values.mean()), -float(lost.mean()), NO_LOSS)


def kelly_of_trades(returns: FloatArray) -> Figure:
    """The share of the account that grows it fastest, if trades were two-sided bets of this sort.

    Win rate less loss rate over payoff ratio; below zero: do not trade. Returns are on what was
    staked. The estimate is as uncertain as the edge: stake a quarter of it at most.
    """
    values, payoff = checked(returns, "returns"), payoff_ratio(returns)
    if payoff.value is None:
        return payoff
    return known(float((values > 0).mean()) - float((values < 0).mean()) / payoff.value)


def exposure(opened: IntArray, closed: IntArray, start: int, end: int) -> Figure:
    """Share of the time from ``start`` to ``end`` in which at least one position was held.

    ``opened`` and ``closed`` (n,) in the unit of ``start``; overlaps count once.
    """
    as_long(opened, closed, "opened and closed")
    if end <= start:
        return Figure(None, "no time passed")
    if np.any(np.asarray(closed) < opened):
        raise InputError("closed: before it was opened", "Pass the times of the same positions.")
    order = np.argsort(opened, kind="stable")
    first = np.clip(np.asarray(opened)[order], start, end)
    last = np.maximum.accumulate(np.clip(np.asarray(closed)[order], start, end))
    before = np.concatenate([[start], last[:-1]])[: len(last)]
    return known(float(np.maximum(last - np.maximum(first, before), 0).sum()) / (end - start))


def turnover(traded: float, equity: FloatArray, days: float) -> Figure:
    """How often the mean equity was traded in a year: ``traded`` dollars of fills, both ways."""
    values = checked(equity, "equity")
    if not len(values) or days <= 0:
        return Figure(None, "no time passed")
    return ratio(365 / days * traded, float(values.mean()), "no equity on average")


def _no_loss() -> Figure:
    return Figure(None, NO_LOSS)
