"""What every strategy promises, one check each: it raises Broken, which says what was seen where.

The contract suite runs them on tapes that Hypothesis makes up, ``bot strategy check`` on a fixed
choice of tapes.
"""

import builtins
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from bot.authoring.comparing import COLUMNS, arrays_of, difference
from bot.authoring.questions import mixed_walk, random_exchanges
from bot.authoring.recorded import recorded_tape
from bot.authoring.walks import random_spot_walk, random_walk
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy
from chalicelib.domain.tape import Tape


class Broken(AssertionError):
    """A promise that was not kept."""


def require(kept: object, otherwise: str) -> None:
    """Raise Broken unless what was promised is so."""
    if not kept:
        raise Broken(otherwise)


def check_causality(strategy: Strategy, tape: Tape, row: int) -> None:
    """The signals of a row do not change with the rows after it."""
    known = strategy.signals(tape.rows(0, row + 1))
    told = difference(tape, strategy.signals(tape), row, known, -1)
    require(
        told is None,
        f"row {row} of {len(tape)} looks ahead: with the rows after it, {told} without them",
    )


def check_bounded_memory(strategy: Strategy, tape: Tape, row: int) -> None:
    """The last ``lookback`` rows say what the whole tape says."""
    kept = strategy.lookback
    recent = tape.rows(max(0, row + 1 - kept), row + 1)
    if len(recent) != kept:
        return
    told = difference(tape, strategy.signals(tape), row, strategy.signals(recent), -1)
    require(
        told is None,
        f"row {row} of {len(tape)} remembers more than its lookback of {kept} rows: with the whole "
        f"tape, {told} with those alone",
    )


def check_determinism(strategy: Strategy, tape: Tape) -> None:
    """The same tape gives the same answer, from another object too, and stays as it was."""
    before = arrays_of(tape)
    first = strategy.signals(tape)
    second = type(strategy)(strategy.params).signals(tape)
    for row in range(len(tape)):
        told = difference(tape, first, row, second, row)
        require(told is None, f"row {row} is not the same when it is asked again: {told}")
    for name, array in arrays_of(tape).items():
        same = np.array_equal(array, before[name], equal_nan=array.dtype.kind == "f")
        require(same, f"it changes {name} of the tape that it is shown")


def check_shape(strategy: Strategy, tape: Tape) -> None:
    """The answer has the shape of the tape and is about its instruments alone."""
    signals, wide = strategy.signals(tape), (len(tape.instruments),)
    for name in COLUMNS:
        shape = getattr(signals, name).shape
        require(shape == tape.bid.shape, f"{name} is {shape}, the tape {tape.bid.shape}")
    for name in ("entry", "exit"):
        kind = getattr(signals, name).dtype
        require(kind == np.bool_, f"{name} holds {kind}, it must be booleans")
    together = signals.basket is None or signals.basket.shape in (wide, tape.bid.shape)
    require(together, "basket has neither one number an instrument nor one a row and instrument")
    legs = {leg.instrument_id for basket in signals.entries(tape) for leg in basket.legs}
    named = legs | set(signals.exits(tape))
    require(named <= set(tape.instruments), f"it names {named - set(tape.instruments)}")


def check_wishes(strategy: Strategy, tape: Tape) -> None:
    """Every wish has a gain, a confidence and a reason; every exit has a reason."""
    signals = strategy.signals(tape)
    for row in range(len(tape)):
        for basket in signals.entries(tape, row):
            name = basket.legs[0].instrument_id
            require(basket.edge > 0, f"row {row}: the wish for {name} has edge {basket.edge}")
            for leg in basket.legs:
                sure = leg.confidence
                require(0 <= sure <= 1, f"row {row}: {leg.instrument_id} has confidence {sure}")
                require(leg.reason, f"row {row}: the wish for {leg.instrument_id} has no reason")
        for name, reason in signals.exits(tape, row).items():
            require(reason, f"row {row}: the exit from {name} has no reason")


def check_one_way(strategy: Strategy, tape: Tape) -> None:
    """Nothing is entered and left at market at once, nor entered twice."""
    signals = strategy.signals(tape)
    at_once = signals.exit.copy()
    for resting in (signals.exit_limit_price, signals.exit_trigger_price):
        if resting is not None:
            at_once &= np.isnan(resting)
    both = signals.entry & at_once
    require(not both.any(), f"row {_first_row(both)} enters and leaves one instrument at once")
    for row in range(len(tape)):
        legs = [leg.instrument_id for each in signals.entries(tape, row) for leg in each.legs]
        left = set(signals.exits(tape, row)) - set(signals.exit_terms(tape, row))
        require(not left & set(legs), f"row {row} enters and leaves {left & set(legs)} at once")
        require(len(legs) == len(set(legs)), f"row {row} wishes twice for one instrument")


def check_something(strategy: Strategy) -> None:
    """There is a tape among many on which it wishes for something."""
    require(any(wishes(strategy.signals(tape)) for tape in many_tapes()), "it wishes for nothing")


def check_no_input_or_output(strategy: Strategy) -> None:
    """No file is opened, no address called, no environment read."""
    seen = random_walk(7, 60, 6)
    with _shut():
        signals = strategy.signals(seen)
        signals.entries(seen)
        signals.exits(seen)


def wishes(signals: Signals) -> bool:
    """Whether anything is wished for in any row."""
    return bool(signals.entry.any() or (signals.short is not None and signals.short.any()))


def many_tapes() -> Iterator[Tape]:
    """The bundled tape, and made-up ones of every kind, long enough for most lookbacks."""
    yield recorded_tape()
    yield from (random_walk(seed, 60, 6, 0) for seed in range(40))
    yield from (random_spot_walk(seed, 260, 4, 0) for seed in range(10))
    yield from (random_exchanges(seed, 260, 6, 0) for seed in range(10))
    yield from (mixed_walk(seed, 260, 6, 0) for seed in range(40))


def _first_row(wanted: Any) -> int:
    return int(wanted.any(axis=1).argmax())


@contextmanager
def _shut() -> Iterator[None]:
    """Doors to the outside raise Broken while this lasts."""

    def forbidden(*_: object, **__: object) -> None:
        raise Broken("a strategy may do no input or output")

    with (
        mock.patch.multiple(os, open=forbidden, getenv=forbidden),
        mock.patch.object(builtins, "open", forbidden),
        mock.patch.object(socket, "socket", forbidden),
    ):
        yield
