"""What a simulation found, as values that print and become JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

INVARIANTS: Mapping[str, str] = {
    "I1": "cash and cost are exactly what the trades add up to",
    "I2": "positions are exactly what the trades add up to",
    "I3": "a trade is booked once, an account commits at most once a cycle",
    "I4": "cash and positions are never negative",
    "I5": "an account's version is the number of its commits",
    "I6": "nothing is booked that the control did not allow when it was booked",
    "I7": "the fence only grows, and only its newest holder commits",
    "I8": "every committed trade is in the trade log exactly once",
    "I9": "the trade log holds no trade that was not committed",
    "I10": "the equity reported is the equity that the trades give",
    "I11": "every fill was taken from a fresh book, at prices and sizes it showed",
    "I12": "without faults the next cycle commits and the outbox is empty",
    "I13": "no stored number is NaN or infinite",
    "I14": "the same seed gives the same state",
    "I15": "a committed cycle has its record, and decides the same again from it",
    "I16": "a run ends in an outcome or in an error of ours, never in a defect",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise, with where to find it again."""

    step: int
    cycle: int
    invariant: str
    detail: str


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """One simulation. ``trace`` holds the last steps before the first violation, if asked for."""

    seed: int
    cycles: int
    events: int
    runs: int
    calls: int
    steps: int
    commits: int
    trades: int
    faults: Mapping[str, int]
    outcomes: Mapping[str, int]
    violations: tuple[Violation, ...]
    replayed: int
    state_hash: str
    trace_hash: str
    seconds: float
    trace: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every promise held."""
        return not self.violations

    @property
    def first_violation(self) -> Violation | None:
        """The one to look at; the same seed breaks it again at the same step."""
        return self.violations[0] if self.violations else None

    @property
    def cycles_per_second(self) -> float:
        """Cycles simulated in one second of the clock that was passed in."""
        return self.cycles / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            **asdict(self),
            "ok": self.ok,
            "cycles_per_second": round(self.cycles_per_second, 1),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class KillPointReport:
    """Every place of a cycle at which it was stopped, by what else happened then."""

    points: Mapping[str, int]
    violations: tuple[str, ...]
    seconds: float

    @property
    def total(self) -> int:
        """All points together."""
        return sum(self.points.values())

    @property
    def ok(self) -> bool:
        """Whether every promise held at every point."""
        return not self.violations

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {**asdict(self), "total": self.total, "ok": self.ok}


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What became of one unsafe variant of the protocol."""

    name: str
    caught: bool
    by: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class MutantReport:
    """Unsafe variants that must be caught, and single guards that another one covers."""

    mutants: tuple[MutantResult, ...]
    covered: tuple[MutantResult, ...] = field(default=())
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every unsafe variant was caught."""
        return all(mutant.caught for mutant in self.mutants)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            **asdict(self),
            "caught": sum(mutant.caught for mutant in self.mutants),
            "of": len(self.mutants),
            "ok": self.ok,
        }
