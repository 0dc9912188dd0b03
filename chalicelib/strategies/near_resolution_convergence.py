"""Buy what is nearly certain shortly before its end, for the last cents and the short wait.

A price of 0.97 an hour before the end pays 3 % for the hour, unless it is one that fails.
The gain is small and frequent, the loss rare and total, so that everything hangs on
``tail_probability``: how often such a contract does not pay. The default of 2 % is what daily
prices of resolved Polymarket markets showed: of 47 contracts between 0.95 and 0.995 with a day left
one did not pay, which fits anything from 0.4 % to 11 % (95 % Wilson interval). No price above
1 - tail_probability less the fee is ever worth it. The predecessor had no such strategy.
"""

import numpy as np
from pydantic import Field, model_validator

from chalicelib.domain.indicators import minutes_to_close, rolling_min
from chalicelib.domain.market import MarketKind
from chalicelib.domain.signal import Signals
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

MINUTES_A_YEAR = 365 * 24 * 60

ABOUT = About(
    trades=(MarketKind.BINARY,),
    enters="Buys at 0.95 and above near the end, where the gain is worth the capital locked.",
    leaves="Holds to the payout, unless the price falls so far that the tail seems to happen.",
    fails_when="What is nearly certain fails more often than assumed: one loss costs many gains.",
    sizing=Sizing(policy=SizingPolicy.KELLY),
)


@strategy("near-resolution-convergence", ABOUT)
class NearResolutionConvergence(Strategy):
    """Buy what is nearly certain shortly before its end, for the last cents and the short wait."""

    class Params(StrategyParams):
        """What is nearly certain, how near the end, and for what return."""

        lowest: float = Field(0.95, ge=0.5, lt=1, description="Cheapest contract bought, dollars")
        steady: int = Field(10, ge=1, le=200, description="Observations it has been that dear")
        tail_probability: float = Field(
            0.02, gt=0, lt=0.5, description="How often such a contract does not pay"
        )
        min_annual_return: float = Field(
            0.5, gt=0, le=1_000, description="Expected gain a year, as a share of the cost"
        )
        max_minutes: float = Field(
            1_440, gt=0, le=525_600, description="Minutes before the close at most"
        )
        settlement_minutes: float = Field(
            120, ge=0, le=43_200, description="Minutes from the close to the payout"
        )
        min_shown: float = Field(
            50, ge=0, le=1e6, description="Dollars offered at the ask at least"
        )
        give_up: float = Field(0.85, gt=0, lt=1, description="Mid price to leave at, dollars")

        @model_validator(mode="after")
        def _ordered(self) -> "NearResolutionConvergence.Params":
            if self.give_up >= self.lowest:
                raise ValueError(
                    f"give_up {self.give_up} is not below lowest {self.lowest}: "
                    "it would leave what it has just bought"
                )
            return self

    params: Params

    @property
    def lookback(self) -> int:
        """The observations over which it has to be that dear."""
        return self.params.steady

    def signals(self, tape: Tape) -> Signals:
        """Enter what has been dear for a while and pays for its tail, its fee and the wait."""
        p = self.params
        left = minutes_to_close(tape)
        cost = tape.ask + tape.taker_fee(tape.ask)
        edge = 1 - p.tail_probability - cost
        a_year = edge / np.where(cost > 0, cost, np.nan) * MINUTES_A_YEAR
        a_year /= np.maximum(left, 0) + max(p.settlement_minutes, 1)
        entry = (
            ~tape.spot
            & (rolling_min(tape.ask, p.steady) >= p.lowest)
            & (tape.mid > p.give_up)
            & (a_year >= p.min_annual_return)
            & (tape.ask * tape.ask_size >= p.min_shown)
            & (left > 0)
            & (left <= p.max_minutes)
        )
        return Signals(
            entry=entry,
            exit=~tape.spot & (tape.mid <= p.give_up),
            edge=np.nan_to_num(edge),
            confidence=np.full(tape.bid.shape, 1 - p.tail_probability),
            entry_reason="{cost:.4f} with its fee pays 1 in {minutes:.0f} minutes: {a_year:.1%} a "
            "year if it fails as seldom as assumed",
            exit_reason="fell to {mid:.3f}: the unlikely may be happening",
            facts={"cost": cost, "minutes": left, "a_year": a_year, "mid": tape.mid},
        )
