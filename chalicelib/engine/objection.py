"""Why something is not done: what the gate and the limits answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the gate stays shut: a code for counting and a reason for reading."""

    code: str
    reason: str
