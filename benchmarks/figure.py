"""One measured figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and whether it reaches its target; ``unit`` says what was counted."""

    name: str
    value: float
    target: str
    ok: bool
    unit: str


def at_most(name: str, value: float, limit: float, unit: str) -> Figure:
    """A figure that must not exceed its target."""
    return Figure(name, round(value, 4), f"<= {limit:g}", value <= limit, unit)


def at_least(name: str, value: float, limit: float, unit: str) -> Figure:
    """A figure that must reach its target."""
    return Figure(name, round(value, 4), f">= {limit:g}", value >= limit, unit)


Size = Literal["full", "quick"]
Benchmark = Callable[[Size], list[Figure]]
