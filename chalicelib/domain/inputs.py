"""The numbers that a decision looked at, as they are kept with it: few, finite and short."""

from collections.abc import Mapping
from math import isfinite

MOST_INPUTS = 12
"""Numbers kept of one decision: they are stored with every trade, refusal and waiting order."""

DIGITS = 6
"""Significant digits kept of each: enough to follow a decision, and short in every row."""


def as_inputs(
    seen: Mapping[str, float], always: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Rounded numbers by name, those of ``always`` last; what is not finite is left out.

    Of ``seen`` the first are kept, as many as there is room for.
    """
    kept = dict(always or {})
    room = MOST_INPUTS - len(kept)
    first = [(name, value) for name, value in seen.items() if name not in kept][:room]
    return {n: float(f"{v:.{DIGITS}g}") for n, v in (*first, *kept.items()) if isfinite(v)}


def inputs_in_words(inputs: Mapping[str, float]) -> str:
    """Inputs as people read them: ``z 2.1, mean 0.43``."""
    return ", ".join(f"{name} {value:g}" for name, value in inputs.items())
