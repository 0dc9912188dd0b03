"""When a position is given up, whatever its strategy says."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class ExitRules(BaseModel):
    """Rules on one position; None switches a rule off. Shares are of the position's cost.

    Judged in this order, and the first that holds gives the reason: stop loss, trailing stop, take
    profit, market closing soon, time. The strategy's own exit comes after all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stop_loss: Decimal | None = Field(None, gt=0, le=1, description="Share of cost lost")
    take_profit: Decimal | None = Field(None, gt=0, le=100, description="Share of cost gained")
    trailing_stop: Decimal | None = Field(
        None, gt=0, le=1, description="Share below the best mark, once that was above cost"
    )
    max_minutes: int | None = Field(None, ge=1, le=525_600, description="Minutes held")
    minutes_before_close: int | None = Field(
        None, ge=0, le=10_080, description="Minutes before the market ends"
    )
