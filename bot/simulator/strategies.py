"""Strategies for the simulator alone: they trade often, and each for a reason of its own.

They answer for the newest row only, as (1, N): the cycle asks for no other, and this is quick.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar
from zlib import crc32

import numpy as np
from pydantic import Field

from chalicelib.domain.arrays import BoolArray, FloatArray
from chalicelib.domain.order import OrderType, TimeInForce
from chalicelib.domain.signal import Signals, Unfilled
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape

EDGE = 0.05
"""Dollars above the quoted ask at which these strategies still buy."""


@lru_cache(maxsize=64)
def _labels(instruments: tuple[str, ...]) -> list[int]:
    return [crc32(name.encode()) for name in instruments]


@lru_cache(maxsize=64)
def _alike(columns: int, number: float) -> FloatArray:
    return np.full((1, columns), number)


def _thrown(tape: Tape, numbers: Iterable[int]) -> list[int]:
    """A well-spread number for each of these, another one every minute.

    Plain integers, because for a handful of instruments they are quicker than arrays.
    """
    minute = int(tape.times[-1]) // 60 * 2_654_435_761
    return [((number * 40_503 + minute) & 0xFFFFFFFF) >> 7 for number in numbers]


def _where(thrown: Iterable[int], one_in: int, falls_on: int = 0) -> BoolArray:
    hits = [number % one_in == falls_on for number in thrown]
    return np.array([hits]) if True in hits else _never(len(hits))


@lru_cache(maxsize=64)
def _never(columns: int) -> BoolArray:
    return np.zeros((1, columns), bool)


class Coin(Strategy):
    """Throw a coin for every outcome; it is weighted by every price of the window.

    So each decision depends on each row of the history: one row too few or too many shows.
    """

    name: ClassVar[str] = "coin"
    salt: ClassVar[int] = 1

    class Params(StrategyParams):
        """How often, and on what."""

        one_in: int = Field(29, ge=1, le=1000, description="Outcomes of which one is bought")
        window: int = Field(4, ge=1, le=30, description="Rows in the window")

    params: Params

    @property
    def lookback(self) -> int:
        """The window."""
        return self.params.window

    def signals(self, tape: Tape) -> Signals:
        """Enter and leave where the coin falls."""
        bids = zip(*tape.bid.tolist(), strict=True)  # quicker than arrays of so few numbers
        weights = [700 * sum(bid for bid in known if bid > 0) for known in bids]
        labels = _labels(tape.instruments)
        thrown = _thrown(
            tape, (a + int(b) + self.salt for a, b in zip(labels, weights, strict=True))
        )
        columns = len(tape.instruments)
        return Signals(
            entry=_where(thrown, self.params.one_in),
            exit=_where(thrown, 1 + self.params.one_in // 2, 1),
            edge=_alike(columns, EDGE),
            confidence=_alike(columns, 1.0),
            entry_reason="the coin fell",
            exit_reason="the coin fell again",
        )


class Pair(Strategy):
    """Buy both outcomes of a market as one basket, and leave them one by one."""

    name: ClassVar[str] = "pair"

    class Params(StrategyParams):
        """How often."""

        one_in: int = Field(41, ge=1, le=1000, description="Markets of which one is bought")

    params: Params

    @property
    def lookback(self) -> int:
        """The newest observation is enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Enter whole markets; leave single legs now and then."""
        columns = len(tape.instruments)
        return Signals(
            entry=_where(_thrown(tape, (tape.market + 1).tolist()), self.params.one_in),
            exit=_where(_thrown(tape, _labels(tape.instruments)), 23),
            edge=_alike(columns, EDGE),
            confidence=_alike(columns, 1.0),
            entry_reason="both outcomes",
            exit_reason="one leg",
            basket=tape.market,
            unfilled=Unfilled.ABORT,
        )


class Patient(Coin):
    """Wait at the bid for others to come, for a few minutes; leave like the coin."""

    name: ClassVar[str] = "patient"
    salt: ClassVar[int] = 5

    def signals(self, tape: Tape) -> Signals:
        """The coin's wishes, as limit orders that rest across cycles."""
        return replace(
            super().signals(tape),
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTD,
            limit_price=np.floor(tape.bid[-1:] * 100) / 100,
            minutes_to_live=6,
        )


class Unwinder(Pair):
    """The pair, but a leg that does not fill makes it sell the other one again."""

    name: ClassVar[str] = "unwinder"

    def signals(self, tape: Tape) -> Signals:
        """The pair's wishes under another policy."""
        return replace(super().signals(tape), unfilled=Unfilled.UNWIND)


class Bold(Coin):
    """The coin once more, for an account that spends all it has."""

    name: ClassVar[str] = "bold"
    salt: ClassVar[int] = 9


PLAIN: Mapping[str, type[Strategy]] = {cls.name: cls for cls in (Coin, Pair)}

EVERYTHING: Mapping[str, type[Strategy]] = {
    cls.name: cls for cls in (Coin, Pair, Patient, Unwinder, Bold)
}
"""With orders that rest across cycles, and baskets that are unwound."""


def many_coins(count: int) -> Mapping[str, type[Strategy]]:
    """So many strategies that throw different coins, for commits of several transactions."""
    names = [f"coin-{number:02d}" for number in range(count)]
    return {
        name: type(name, (Coin,), {"name": name, "salt": 1000 * number})
        for number, name in enumerate(names)
    }
