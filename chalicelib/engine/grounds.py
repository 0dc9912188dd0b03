"""On what grounds a position is given up: the reason in words, and the numbers behind it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.inputs import as_inputs
from chalicelib.domain.portfolio import Position


@dataclass(frozen=True, slots=True)
class Grounds:
    """A reason to sell, and what was looked at."""

    reason: str
    inputs: dict[str, float]


def grounds_of_rule(reason: str, position: Position, at: datetime) -> Grounds:
    """What every rule on a position looks at, in dollars and minutes."""
    known = {
        "mark": position.mark,
        "high": position.high,
        "size": position.size,
        "cost": position.cost,
        "value": position.value,
        "minutes_held": (at - position.opened_at).total_seconds() / 60,
    }
    seen = {name: float(value) for name, value in known.items() if value is not None}
    return Grounds(reason, as_inputs(seen))
