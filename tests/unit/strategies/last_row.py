"""Ask one strategy what it wishes for in the newest row of a tape."""

from typing import Any

import numpy as np

from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies import discover
from tests.builders import tape

discover()


def signals_of(name: str, seen: Tape, **params: Any) -> Signals:
    """All that the strategy says."""
    return build_strategy(name, params).signals(seen)


def wished(name: str, seen: Tape, **params: Any) -> dict[str, str]:
    """Instruments that it wants to buy now, each with the reason."""
    baskets = signals_of(name, seen, **params).entries(seen)
    return {leg.instrument_id: leg.reason for each in baskets for leg in each.legs}


def left(name: str, seen: Tape, **params: Any) -> dict[str, str]:
    """Instruments that it wants to leave now, each with the reason."""
    return dict(signals_of(name, seen, **params).exits(seen))


def places(marks: Any) -> list[tuple[int, int]]:
    """Rows and columns that are marked."""
    return [(int(row), int(column)) for row, column in np.argwhere(marks)]


def both_outcomes(mids: Any, **changes: Any) -> Tape:
    """A tape of one market: its first outcome at these prices, the other at one less them."""
    values = np.asarray(mids, np.float64)
    return tape(np.column_stack([values, 1 - values]), **changes)
