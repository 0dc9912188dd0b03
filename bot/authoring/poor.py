"""Promises about tapes with something wrong in them: nothing known, nothing there, no real price.

Each check raises Broken, or whatever the strategy raised.
"""

from dataclasses import replace

import numpy as np

from bot.authoring.promises import require, wishes
from bot.authoring.questions import mixed_walk
from bot.authoring.walks import random_spot_walk, random_walk, tape_of
from chalicelib.domain.strategy import Strategy
from chalicelib.domain.tape import Tape

LONG = 260
POOR = ("holes", "constant", "empty")
"""Nearly all prices missing; one price for ever; nothing on offer and no volume."""

WORTHLESS = ("zero", "one", "beyond", "over")
"""All prices 0, 1, or beyond 1; all markets past their end."""

PRICES = {"constant": 0.4, "zero": 0.0, "one": 1.0, "beyond": 1.5}


def poor_tape(kind: str) -> Tape:
    """A long tape of contracts, questions and currencies with something wrong throughout."""
    seen = mixed_walk(3, LONG, 4, 0.95 if kind == "holes" else 0.0)
    if kind in PRICES:
        same = np.full(seen.bid.shape, PRICES[kind])
        return replace(seen, bid=same, ask=same.copy())
    if kind == "over":
        ended = float(seen.times[0]) - 1
        return replace(seen, closes_at=np.where(seen.spot, np.nan, ended))
    if kind == "empty":
        nothing = np.zeros(seen.bid.shape)
        return replace(seen, bid_size=nothing, ask_size=nothing.copy(), volume=nothing.copy())
    return seen


def check_takes(strategy: Strategy, kind: str) -> None:
    """A poor tape is no error."""
    seen = poor_tape(kind)
    signals = strategy.signals(seen)
    for row in (0, LONG // 2, LONG - 1):
        signals.entries(seen, row)


def check_buys_nothing_worthless(strategy: Strategy, kind: str) -> None:
    """No contract is bought that is over, or that has no real price."""
    seen = poor_tape(kind)
    signals = strategy.signals(seen)
    bought = signals.entry if signals.short is None else signals.entry | signals.short
    wrong = (bought & ~seen.spot).any(axis=1)
    words = "are over" if kind == "over" else f"cost {PRICES.get(kind)}"
    require(not wrong.any(), f"row {int(wrong.argmax())}: it buys contracts though all {words}")


def check_unknown(strategy: Strategy, rows: int) -> None:
    """Where nothing is known, nothing is wished for and nothing left."""
    unknown = np.full((rows, 4), np.nan)
    signals = strategy.signals(tape_of(unknown, unknown))
    require(not wishes(signals), "it wishes for something where no price is known")
    require(not signals.exit.any(), "it leaves something where no price is known")


def check_no_instruments(strategy: Strategy, rows: int) -> None:
    """A tape without instruments is answered with nothing."""
    nothing = np.empty((rows, 0))
    empty = tape_of(nothing, nothing)
    signals = strategy.signals(empty)
    require(signals.entries(empty) == [], "it wishes for something on a tape without instruments")
    require(signals.exits(empty) == {}, "it leaves something on a tape without instruments")


def check_small_tapes(strategy: Strategy) -> None:
    """One row, and one instrument, are no error."""
    for small in (random_walk(1, 1, 6), random_walk(1, LONG, 1), random_spot_walk(1, LONG, 1)):
        strategy.signals(small).entries(small)


def check_wide_tape(strategy: Strategy, instruments: int) -> None:
    """Very many instruments are answered in the shape of the tape."""
    wide = random_walk(1, strategy.lookback, instruments)
    shape = strategy.signals(wide).entry.shape
    require(shape == (strategy.lookback, instruments), f"entry is {shape} on a wide tape")
