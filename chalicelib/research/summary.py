"""What one strategy did in a run, in numbers that say how far they may be chance. Pure."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np

from chalicelib.domain.money import ZERO
from chalicelib.research.drawdowns import below_peak
from chalicelib.research.intervals import Interval, ratio_by_cluster
from chalicelib.research.paper import PaperRun
from chalicelib.research.round_trips import RoundTrip, round_trips
from chalicelib.research.verdict import Evidence, judge

MOST_REFUSALS = 5
DAY = timedelta(days=1)
EventOf = Callable[[RoundTrip], str]


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """Money in dollars, shares as numbers.

    ``return_on_stake`` is the gain of closed round trips over their stake, after all fees, with
    its 95 % interval over independent events. ``return_on_cash`` is that of the whole account,
    with what is still ``open`` at the price it could be sold at. ``days`` are those from the first
    to the last moment. ``refusals`` are the most frequent codes.
    """

    days: float
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
        """What these numbers allow to be said, in words, as the only try there was."""
        if not self.round_trips:
            return "made no round trip"
        return judge(Evidence(self.return_on_stake, self.days, self.events)).text


def summarise(run: PaperRun, name: str, event_of: EventOf, seed: int) -> StrategyResult:
    """The result of one strategy; ``event_of`` names what decides a round trip."""
    trips = round_trips(
        (fill for fill in run.fills if fill.strategy == name),
        (paid for paid in run.settlements if paid.strategy == name),
    )
    events = [event_of(trip) for trip in trips]
    equity = np.array([float(value) for _, value in run.equity[name]])
    passed = run.equity[name][-1][0] - run.equity[name][0][0]
    refused = Counter({code: n for (who, code), n in run.refusals.items() if who == name})
    return StrategyResult(
        passed / DAY,
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
        -float(below_peak(equity).min()),
        dict(refused.most_common(MOST_REFUSALS)),
    )
