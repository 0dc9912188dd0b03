"""What a strategy wishes for: columnar for every moment at once, or one moment in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import isfinite, isnan

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.inputs import as_inputs
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ONE
from chalicelib.domain.order import AT_MARKET, OrderTerms, OrderType, Side, TimeInForce
from chalicelib.domain.tape import Tape


class Unfilled(StrEnum):
    """What becomes of a basket when one of its legs does not fill."""

    ABORT = "abort"
    """Book no leg at all: every leg is matched on its book before any of them is booked."""

    HOLD = "hold"
    """Keep the legs that filled and say so."""

    UNWIND = "unwind"
    """Fill leg after leg; when one does not fill, sell the others in reverse and book the loss."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One wish: ``edge`` is the expected gain in dollars per contract, ``confidence`` 0 to 1.

    ``volatility`` is one standard deviation of the price in dollars per contract, where known.
    A wish to SELL is one to sell short. ``ratio`` is how many contracts of it belong to one basket.
    ``inputs`` are the numbers that it was made on.
    """

    instrument_id: InstrumentId
    edge: float
    confidence: float
    reason: str
    terms: OrderTerms = AT_MARKET
    volatility: float | None = None
    side: Side = Side.BUY
    ratio: float = 1.0
    inputs: dict[str, float] = field(default_factory=dict, hash=False)

    @property
    def exact_ratio(self) -> Decimal:
        """The shortest decimal that reads back as the ratio."""
        return ONE if self.ratio == 1 else Decimal(repr(self.ratio))


@dataclass(frozen=True, slots=True)
class Basket:
    """Legs that belong together, sized by their ratios; an ordinary signal is a basket of one.

    Legs at ``first_venue`` are filled first, then the least liquid ones.
    """

    legs: tuple[Signal, ...]
    unfilled: Unfilled
    first_venue: str = ""

    @property
    def edge(self) -> float:
        """The edge of one basket: of a contract of each leg, times its ratio."""
        return sum(leg.edge * leg.ratio for leg in self.legs)


@dataclass(frozen=True)
class Signals:
    """The wishes of one strategy over a whole tape.

    ``entry`` and ``exit`` are (T, N) booleans; ``edge`` and ``confidence`` are (T, N).
    Reasons are format strings over ``facts``, which are (T, N) too; they are filled in only for
    the wishes that are read. ``basket`` numbers instruments that must be bought together, -1 for
    none: (N,), or (T, N) where that changes from row to row. ``ratio`` (T, N) is how many
    contracts of each leg belong to one basket, 1 where it is None.
    ``order_type`` to ``cancel_when_unwished`` say how entries are worked: ``limit_price`` and
    ``trigger_price`` are (T, N) dollars. An exit with an ``exit_limit_price`` or
    ``exit_trigger_price`` (T, N, NaN for none) rests as a good-till-cancelled sell; any other exit
    sells at once. ``short`` (T, N) wishes for a fall: of a contract the other outcome is bought,
    a spot instrument is sold short where the account may borrow; ``edge`` is the gain either way.
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
    first_venue: str = ""
    order_type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.IOC
    limit_price: FloatArray | None = None
    trigger_price: FloatArray | None = None
    minutes_to_live: int | None = None
    cancel_when_unwished: bool = False
    exit_limit_price: FloatArray | None = None
    exit_trigger_price: FloatArray | None = None
    volatility: FloatArray | None = None
    short: BoolArray | None = None
    ratio: FloatArray | None = None

    @classmethod
    def none(cls, tape: Tape) -> "Signals":
        """No wish at any time."""
        shape = tape.bid.shape
        never, nothing = np.zeros(shape, bool), np.zeros(shape)
        return cls(never, never, nothing, nothing, "", "")

    def entries(self, tape: Tape, row: int = -1) -> list[Basket]:
        """The baskets wished for at one row, best edge first."""
        columns = self._wished(row).nonzero()[0]
        if not columns.size:
            return []
        if self.basket is None:
            found = [self._basket((self._signal(tape, row, c),)) for c in columns]
        else:
            together = self.basket if self.basket.ndim == 1 else self.basket[row]
            found = self._grouped(tape, row, columns, together)
        return sorted(found, key=lambda basket: (-basket.edge, basket.legs[0].instrument_id))

    def exits(self, tape: Tape, row: int = -1) -> dict[InstrumentId, str]:
        """Instruments to leave at one row, each with the reason."""
        columns = self.exit[row].nonzero()[0]
        return {tape.instruments[c]: self._words(self.exit_reason, row, c) for c in columns}

    def exit_inputs(self, tape: Tape, row: int = -1) -> dict[InstrumentId, dict[str, float]]:
        """The numbers that each exit at one row was decided on."""
        columns = self.exit[row].nonzero()[0]
        return {tape.instruments[c]: self._inputs(tape, row, c, c) for c in columns}

    def exit_terms(self, tape: Tape, row: int = -1) -> dict[InstrumentId, OrderTerms]:
        """How the exits at one row are worked, where they are not simply sold at once."""
        if self.exit_limit_price is None and self.exit_trigger_price is None:
            return {}
        terms = {}
        for column in self.exit[row].nonzero()[0]:
            limit = _price(self.exit_limit_price, row, column)
            trigger = _price(self.exit_trigger_price, row, column)
            if limit is not None or trigger is not None:
                terms[tape.instruments[column]] = OrderTerms(
                    _exit_type(limit, trigger), TimeInForce.GTC, limit, trigger
                )
        return terms

    def _wished(self, row: int) -> BoolArray:
        if self.short is None:
            return np.asarray(self.entry[row])
        if (self.entry[row] & self.short[row]).any():
            raise ValueError("an instrument is wished for and sold short in the same row")
        return np.asarray(self.entry[row] | self.short[row])

    def _basket(self, legs: tuple[Signal, ...]) -> Basket:
        return Basket(legs, self.unfilled, self.first_venue)

    def _grouped(self, tape: Tape, row: int, columns: IntArray, basket: IntArray) -> list[Basket]:
        wanted = np.unique(basket[columns])
        return [
            self._basket(
                tuple(self._signal(tape, row, c) for c in np.flatnonzero(basket == number))
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
        side, traded = self._direction(tape, row, column)
        return Signal(
            tape.instruments[traded],
            edge,
            confidence,
            self._words(self.entry_reason, row, column),
            self._terms(row, column),
            self._volatility(row, column),
            side,
            ratio=1.0 if self.ratio is None else float(self.ratio[row, column]),
            inputs=self._inputs(tape, row, column, traded, edge=edge, confidence=confidence),
        )

    def _inputs(
        self, tape: Tape, row: int, column: int, traded: int, **judged: float
    ) -> dict[str, float]:
        """Facts of the column judged, and the quote of the one that is traded."""
        quote = {"bid": float(tape.bid[row, traded]), "ask": float(tape.ask[row, traded])}
        return as_inputs(self._facts(row, column), {**quote, **judged})

    def _facts(self, row: int, column: int) -> dict[str, float]:
        return {name: float(values[row, column]) for name, values in self.facts.items()}

    def _direction(self, tape: Tape, row: int, column: int) -> tuple[Side, int]:
        """Which way, and in which column: a contract's fall is its other outcome's rise."""
        if self.short is None or not self.short[row, column]:
            return Side.BUY, column
        other = int(tape.complement[column])
        return (Side.SELL, column) if other < 0 else (Side.BUY, other)

    def _volatility(self, row: int, column: int) -> float | None:
        known = None if self.volatility is None else float(self.volatility[row, column])
        return None if known is None or isnan(known) else known

    def _terms(self, row: int, column: int) -> OrderTerms:
        if self.order_type is OrderType.MARKET and self.time_in_force is TimeInForce.IOC:
            return AT_MARKET
        return OrderTerms(
            self.order_type,
            self.time_in_force,
            _price(self.limit_price, row, column),
            _price(self.trigger_price, row, column),
            self.minutes_to_live,
            self.cancel_when_unwished,
        )

    def _words(self, template: str, row: int, column: int) -> str:
        return template.format(**self._facts(row, column))


def _price(column_of: FloatArray | None, row: int, column: int) -> Decimal | None:
    """The price as the shortest decimal that reads back as it; NaN is no price."""
    if column_of is None:
        return None
    price = float(column_of[row, column])
    return None if isnan(price) else Decimal(repr(price))


def _exit_type(limit: Decimal | None, trigger: Decimal | None) -> OrderType:
    if trigger is None:
        return OrderType.LIMIT
    return OrderType.STOP if limit is None else OrderType.STOP_LIMIT
