"""The files of a new strategy: a rule that is simple but real, and the test that shows it."""

STRATEGY = '''"""Buy what fell by so much within a few observations; leave when it has come back.

The fall is that between the first and the last observation of the window. A share of it is expected
back; what has fallen for a reason goes on falling, and then this rule loses.
"""

import numpy as np
from pydantic import Field

from chalicelib.domain.indicators import change_over, minutes_to_close
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import About, Strategy, StrategyParams, strategy
from chalicelib.domain.tape import Tape

ABOUT = About(
    enters="A fall over the window, where half of it back would pay for the fees.",
    leaves="A rise over the window.",
    fails_when="A price falls for a reason, and goes on.",
)


@strategy("{name}", ABOUT)
class {cls}(Strategy):
    """Buy a fall, expect a share of it back."""

    class Params(StrategyParams):
        """What counts as a fall, and what is expected of it."""

        window: int = Field(5, ge=1, le=200, description="Observations in the move")
        fall: float = Field(0.05, gt=0, lt=1, description="Fall to enter: dollars, on spot a share")
        back: float = Field(0.5, gt=0, le=1, description="Share of the fall that is expected back")

    params: Params

    @property
    def lookback(self) -> int:
        """The move's first and last observation and all between."""
        return self.params.window + 1

    def signals(self, tape: Tape) -> Signals:
        """Enter a fall whose part that comes back would pay for the fees; leave on a rise."""
        p = self.params
        change = change_over(tape.mid, p.window)
        unit = tape.move_unit(tape.mid - change)
        edge = -p.back * change - (tape.ask - tape.mid) - 2 * tape.taker_fee(tape.ask)
        return Signals(
            entry=(change <= -p.fall * unit) & (edge > 0) & (minutes_to_close(tape) > 0),
            exit=change > 0,
            edge=np.nan_to_num(edge),
            confidence=np.full(tape.bid.shape, 0.5),
            entry_reason="fell by {{fall:.3f}} to {{mid:.3f}}",
            exit_reason="rose to {{mid:.3f}} over the window",
            facts={{"fall": -change, "mid": tape.mid}},
        )
'''

TEST = '''"""It buys a fall and leaves on a rise, on a tape made for it."""

{imports}

{prelude}
NAME = "{name}"


def test_{module}_buys_a_fall_and_leaves_on_a_rise() -> None:
    seen = tape([0.60, 0.60, 0.50, 0.62], spread=0.02)
    signals = build_strategy(NAME, {{"window": 1, "fall": 0.08}}).signals(seen)
    assert signals.entry[:, 0].tolist() == [False, False, True, False]
    assert signals.exit[:, 0].tolist() == [False, False, False, True]
    ((leg,),) = [basket.legs for basket in signals.entries(seen, 2)]
    assert round(leg.edge, 6) == 0.04  # half of the fall of 0.10, less half the spread
    assert leg.reason == "fell by 0.100 to 0.500"


def test_{module}_does_not_buy_a_fall_that_would_not_pay() -> None:
    seen = tape([0.60, 0.60, 0.50, 0.50], spread=0.12)
    signals = build_strategy(NAME, {{"window": 1, "fall": 0.08}}).signals(seen)
    assert not signals.entry.any()
'''

IMPORTS = """from bot.authoring.walks import tape
from chalicelib.domain.strategy import build_strategy
from chalicelib.strategies import discover"""

PRELUDE = "discover()"

USER_IMPORTS = """from pathlib import Path

from bot.authoring.walks import tape
from chalicelib.domain.strategy import build_strategy
from chalicelib.strategies import add_folder, discover"""

USER_PRELUDE = """add_folder(str(Path(__file__).parents[1]))
discover()"""
"""How a test outside the checkout finds the strategy beside it."""
