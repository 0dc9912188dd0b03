"""What one strategy did in a run, in numbers that say how far they may be chance. Pure."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from chalicelib.domain.money import ZERO
from chalicelib.research.intervals import Interval, ratio_by_cluster
from chalicelib.research.paper import PaperRun
from chalicelib.research.round_trips import RoundTrip, round_trips

ENOUGH_EVENTS = 30
"""Fewer independent events are not enough data, whatever they show."""
MOST_REFUSALS = 5
EventOf = Callable[[RoundTrip], str]


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """Money in dollars, shares as numbers.

    ``return_on_stake`` is the gain of closed round trips over their stake, after all fees, with
    its 95 % interval over independent events. ``return_on_cash`` is that of the whole account,
    with what is still ``open`` at the price it could be sold at. ``refusals`` are the most frequent
    codes.
    """

    round_trips: int
    events: int
    open: int
    staked: Decimal
    gain: Decimal
    fees: Decimal
    return_on_stake: Interval
    return_on_cash: float
    worst_drawdown: float
    refusals: dict[str, int]

    @property
    def verdict(self) -> str:
        """What these numbers allow to be said, in words."""
        estimate, low, high = (
            self.return_on_stake.estimate,
            self.return_on_stake.low,
            self.return_on_stake.high,
        )
        if not self.round_trips:
            return "made no round trip"
        if self.events < ENOUGH_EVENTS or low is None or high is None:
            return f"not enough data: {self.events} independent events, {ENOUGH_EVENTS} are needed"
        if high < 0:
            return f"loses: {_percent(estimate)} of stake, {_percent(low)} to {_percent(high)}"
        if low > 0:
            return f"gained {_percent(estimate)} of stake, {_percent(low)} to {_percent(high)}"
        return f"cannot be told from nothing: {_percent(low)} to {_percent(high)} of stake"


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:+.1f} %"


def summarise(run: PaperRun, name: str, event_of: EventOf, seed: int) -> StrategyResult:
    """The result of one strategy; ``event_of`` names what decides a round trip."""
    trips = round_trips(
        (fill for fill in run.fills if fill.strategy == name),
        (paid for paid in run.settlements if paid.strategy == name),
    )
    events = [event_of(trip) for trip in trips]
    equity = np.array([float(value) for _, value in run.equity[name]])
    refused = Counter({code: n for (who, code), n in run.refusals.items() if who == name})
    return StrategyResult(
        len(trips),
        len(set(events)),
        len(run.accounts[name].positions),
        sum((trip.staked for trip in trips), ZERO),
        sum((trip.gain for trip in trips), ZERO),
        sum((trip.fees for trip in trips), ZERO),
        ratio_by_cluster(
            np.array([float(trip.gain) for trip in trips]),
            np.array([float(trip.staked) for trip in trips]),
            events,
            seed,
        ),
        float(equity[-1] / equity[0] - 1),
        float((1 - equity / np.maximum.accumulate(equity)).max()),
        dict(refused.most_common(MOST_REFUSALS)),
    )
