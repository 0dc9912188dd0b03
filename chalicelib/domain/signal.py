"""What a strategy wishes for: columnar for every moment at once, or one moment in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

import numpy as np

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.tape import BoolArray, FloatArray, IntArray, Tape


class Unfilled(StrEnum):
    """What becomes of a basket when one of its legs does not fill."""

    ABORT = "abort"
    """Book no leg at all: every leg is matched on its book before any of them is booked."""

    HOLD = "hold"
    """Keep the legs that filled and say so."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One wish: ``edge`` is the expected gain in dollars per contract, ``confidence`` 0 to 1."""

    instrument_id: InstrumentId
    edge: float
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Basket:
    """Legs that belong together, sized alike; an ordinary signal is a basket of one."""

    legs: tuple[Signal, ...]
    unfilled: Unfilled

    @property
    def edge(self) -> float:
        """The edge of the whole basket per contract of each leg."""
        return sum(leg.edge for leg in self.legs)


@dataclass(frozen=True)
class Signals:
    """The wishes of one strategy over a whole tape.

    ``entry`` and ``exit`` are (T, N) booleans; ``edge`` and ``confidence`` are (T, N).
    Reasons are format strings over ``facts``, which are (T, N) too; they are filled in only for
    the wishes that are read. ``basket`` (N,) numbers instruments that must be bought together.
    """

    entry: BoolArray
    exit: BoolArray
    edge: FloatArray
    confidence: FloatArray
    entry_reason: str
    exit_reason: str
    facts: Mapping[str, FloatArray] = field(default_factory=dict)
    basket: IntArray | None = None
    unfilled: Unfilled = Unfilled.ABORT

    @classmethod
    def none(cls, tape: Tape) -> "Signals":
        """No wish at any time."""
        shape = tape.bid.shape
        never, nothing = np.zeros(shape, bool), np.zeros(shape)
        return cls(never, never, nothing, nothing, "", "")

    def entries(self, tape: Tape, row: int = -1) -> list[Basket]:
        """The baskets wished for at one row, best edge first."""
        columns = self.entry[row].nonzero()[0]
        if not columns.size:
            return []
        if self.basket is None:
            found = [Basket((self._signal(tape, row, c),), self.unfilled) for c in columns]
        else:
            found = self._grouped(tape, row, columns, self.basket)
        return sorted(found, key=lambda basket: (-basket.edge, basket.legs[0].instrument_id))

    def exits(self, tape: Tape, row: int = -1) -> dict[InstrumentId, str]:
        """Instruments to leave at one row, each with the reason."""
        columns = self.exit[row].nonzero()[0]
        return {tape.instruments[c]: self._words(self.exit_reason, row, c) for c in columns}

    def _grouped(self, tape: Tape, row: int, columns: IntArray, basket: IntArray) -> list[Basket]:
        wanted = np.unique(basket[columns])
        return [
            Basket(
                tuple(self._signal(tape, row, c) for c in np.flatnonzero(basket == number)),
                self.unfilled,
            )
            for number in wanted
            if number >= 0
        ]

    def _signal(self, tape: Tape, row: int, column: int) -> Signal:
        edge, confidence = float(self.edge[row, column]), float(self.confidence[row, column])
        if not (isfinite(edge) and isfinite(confidence)):
            raise ValueError(
                f"{tape.instruments[column]} is wished for with edge {edge} and "
                f"confidence {confidence}; both must be finite"
            )
        return Signal(
            tape.instruments[column],
            edge,
            confidence,
            self._words(self.entry_reason, row, column),
        )

    def _words(self, template: str, row: int, column: int) -> str:
        return template.format(**{k: float(v[row, column]) for k, v in self.facts.items()})
