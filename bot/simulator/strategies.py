"""Strategies for the simulator alone: they trade often, and each for a reason of its own."""

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar
from zlib import crc32

import numpy as np
from pydantic import Field

from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import IntArray, Tape

NO_EDGE = 0.05
"""Dollars above the quoted ask at which these strategies still buy."""


@lru_cache(maxsize=64)
def _labels(instruments: tuple[str, ...]) -> IntArray:
    return np.array([crc32(name.encode()) for name in instruments], np.int64)


def _mixed(tape: Tape, numbers: IntArray) -> IntArray:
    """A well-spread number for every cell, the same for ever; ``numbers`` are (N,)."""
    minutes = (tape.times // 60)[:, np.newaxis]
    mixed: IntArray = ((minutes * 2_654_435_761 + numbers * 40_503) & 0xFFFFFFFF) >> 7
    return mixed


class Coin(Strategy):
    """Throw a coin for every outcome; it is weighted by every price of the window.

    So each decision depends on each row of the history: one row too few or too many shows.
    """

    name: ClassVar[str] = "coin"
    salt: ClassVar[int] = 1

    class Params(StrategyParams):
        """How often, and on what."""

        one_in: int = Field(19, ge=1, le=1000, description="Outcomes of which one is bought")
        window: int = Field(4, ge=1, le=30, description="Rows in the window")

    params: Params

    @property
    def lookback(self) -> int:
        """The window."""
        return self.params.window

    def signals(self, tape: Tape) -> Signals:
        """Enter and leave where the coin falls."""
        cents = np.rint(np.nan_to_num(tape.bid).sum(axis=0) * 100).astype(np.int64)
        thrown = _mixed(tape, _labels(tape.instruments) + cents * 7 + self.salt)
        shape = tape.ask.shape
        return Signals(
            entry=thrown % self.params.one_in == 0,
            exit=thrown % (1 + self.params.one_in // 2) == 1,
            edge=np.full(shape, NO_EDGE),
            confidence=np.ones(shape),
            entry_reason="the coin fell",
            exit_reason="the coin fell again",
        )


class Pair(Strategy):
    """Buy both outcomes of a market as one basket, and leave them one by one."""

    name: ClassVar[str] = "pair"

    class Params(StrategyParams):
        """How often."""

        one_in: int = Field(29, ge=1, le=1000, description="Markets of which one is bought")

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Enter whole markets; leave single legs now and then."""
        shape = tape.ask.shape
        return Signals(
            entry=_mixed(tape, tape.market + 1) % self.params.one_in == 0,
            exit=_mixed(tape, _labels(tape.instruments)) % 23 == 0,
            edge=np.full(shape, NO_EDGE),
            confidence=np.ones(shape),
            entry_reason="both outcomes",
            exit_reason="one leg",
            basket=tape.market,
            unfilled=Unfilled.ABORT,
        )


USUAL: Mapping[str, type[Strategy]] = {cls.name: cls for cls in (Coin, Pair)}


def many_coins(count: int) -> Mapping[str, type[Strategy]]:
    """So many strategies that throw different coins, for commits of several transactions."""
    names = [f"coin-{number:02d}" for number in range(count)]
    return {
        name: type(name, (Coin,), {"name": name, "salt": 1000 * number})
        for number, name in enumerate(names)
    }
