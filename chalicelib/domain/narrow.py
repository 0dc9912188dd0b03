"""Judge a part of a tape: a strategy for currencies need not look at ten thousand contracts."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from chalicelib.domain.arrays import BoolArray, IntArray
from chalicelib.domain.signal import Signals
from chalicelib.domain.tape import FEES, SEEN, Tape

Number = TypeVar("Number", bound=np.generic)


def on_columns(tape: Tape, chosen: BoolArray, judge: Callable[[Tape], Signals]) -> Signals:
    """The signals of ``judge`` about the ``chosen`` (N,) columns, and no wish about any other."""
    if chosen.all():
        return judge(tape)
    if not chosen.any():
        return Signals.none(tape)
    columns = np.flatnonzero(chosen)
    return widened(judge(narrowed(tape, columns)), columns, len(chosen))


def narrowed(tape: Tape, columns: IntArray) -> Tape:
    """The tape of these columns alone; a complement or twin that is not among them is none."""
    place = np.full(len(tape.instruments) + 1, -1)  # the last is for -1, which stays -1
    place[columns] = np.arange(len(columns))
    asked = {f.name: getattr(tape.questions, f.name)[columns] for f in fields(tape.questions)}
    asked |= {name: place[asked[name]] for name in ("underlying", "twin")}
    return replace(
        tape,
        instruments=tuple(tape.instruments[c] for c in columns),
        complement=place[tape.complement[columns]],
        questions=replace(tape.questions, **asked),
        **{name: getattr(tape, name)[:, columns] for name in SEEN},
        **{name: getattr(tape, name)[columns] for name in ("market", "closes_at", "spot", *FEES)},
    )


def widened(signals: Signals, columns: IntArray, width: int) -> Signals:
    """Signals about ``columns`` as signals about a tape of ``width``; what nobody reads is 0."""

    def wide(part: npt.NDArray[Number], otherwise: int = 0) -> npt.NDArray[Number]:
        shape = (*part.shape[:-1], width)
        # zeros are memory that is not touched, and most of a wide tape is not judged
        answer = np.full(shape, otherwise, part.dtype) if otherwise else np.zeros(shape, part.dtype)
        answer[..., columns] = part
        return answer

    changes: dict[str, Any] = {
        f.name: wide(value, -1 if f.name == "basket" else 0)
        for f in fields(signals)
        if isinstance(value := getattr(signals, f.name), np.ndarray)
    }
    changes["facts"] = {name: wide(values) for name, values in signals.facts.items()}
    return replace(signals, **changes)
