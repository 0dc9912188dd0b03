"""The baseline buys one outcome of every market and every currency, and never sells."""

import numpy as np
import pytest

from chalicelib.domain.strategy import build_strategy
from chalicelib.strategies.buy_and_hold import BuyAndHold
from tests.builders import asking, beside, spot_tape, tape

HOLD = build_strategy(BuyAndHold.name, {})


def test_buy_and_hold_buys_one_outcome_of_a_market_and_every_currency() -> None:
    seen = beside(tape([[0.4, 0.6, 0.3, 0.7]]), spot_tape([[64_000.0]]))
    seen = asking(seen, affirmative=[True, False, False, True, False])
    signals = HOLD.signals(seen)
    assert signals.entry.tolist() == [[True, False, False, True, True]]
    assert signals.edge[0] == pytest.approx([0.01, 0.01, 0.01, 0.01, 640])
    assert not signals.exit.any()
    words = {b.legs[0].instrument_id: b.legs[0].reason for b in signals.entries(seen)}
    assert words["test:m0:yes"] == "a baseline buys everything once, this at 0.41"


def test_buy_and_hold_buys_the_first_outcome_where_none_is_known_to_be_affirmative() -> None:
    seen = asking(tape([[0.4, 0.6, 0.5]]), affirmative=[False] * 3)
    assert HOLD.signals(seen).entry.tolist() == [[True, False, True]]


def test_buy_and_hold_buys_nothing_that_is_over_or_not_offered() -> None:
    assert not HOLD.signals(tape([[0.4, 0.6]], minutes_left=0)).entry.any()
    assert not HOLD.signals(tape([[0.99, np.nan]])).entry.any()


def test_buy_and_hold_is_a_baseline() -> None:
    assert HOLD.about.baseline
