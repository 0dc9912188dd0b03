"""What a simulation found, as values that print and become JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    "I17": "cost, realised profit and fees are exactly what the trades add up to, in any order",
    "I18": "a waiting order fills at its limit and never better, and after those ahead of it",
    "I19": "nothing is entered while a protection holds that covers it",
    "I20": "a result pays what its venue says, a merged pair pays one dollar",
    "I21": "no entry goes past a limit of its account or of the house",
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
    """One simulation; the same seed and setting give the same again, down to both hashes.

    ``happened`` counts what its accounts went through, in words: it shows what the promises were
    tried on. ``cycles_per_second`` is None when no clock was passed in. ``trace`` holds the last
    steps before the first violation, if it was asked for.
    """

    seed: int
    cycles: int
    events: int
    runs: int
    calls: int
    steps: int
    commits: int
    trades: int
    replayed: int
    faults: Mapping[str, int]
    outcomes: Mapping[str, int]
    happened: Mapping[str, int]
    violations: tuple[Violation, ...]
    state_hash: str
    trace_hash: str
    cycles_per_second: float | None
    trace: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every promise held."""
        return not self.violations

    @property
    def first_violation(self) -> Violation | None:
        """The one to look at; the same seed breaks the same promise at the same step again."""
        return self.violations[0] if self.violations else None

    def summary(self) -> str:
        """The simulation in a few lines."""
        speed = f" at {self.cycles_per_second:,.0f} a second" if self.cycles_per_second else ""
        lines = [
            f"seed {self.seed}: {self.cycles:,} cycles{speed}, {self.events:,} events, "
            f"{self.calls:,} calls, {self.commits:,} commits, {self.trades:,} trades, "
            f"{self.replayed:,} replayed",
            "faults: " + _counts(self.faults),
            "runs: " + _counts(self.outcomes),
            "happened: " + _counts(self.happened),
            f"state {self.state_hash[:16]}, trace {self.trace_hash}",
            *(_told(violation) for violation in self.violations),
            *self.trace,
            f"{len(self.violations)} violations",
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class KillPointReport:
    """Every place of a cycle at which it was stopped, by what else happened then."""

    points: int
    violations: int
    by_pattern: Mapping[str, int]
    found: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether every promise held at every point."""
        return not self.violations

    def summary(self) -> str:
        """The points in a few lines."""
        return "\n".join(
            [
                *(f"{count:5d} {name}" for name, count in self.by_pattern.items()),
                *self.found,
                f"{self.points} kill points, {self.violations} violations",
            ]
        )


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What became of one unsafe variant of the protocol: the invariants that it broke first."""

    name: str
    caught: bool
    by: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class MutantReport:
    """Unsafe variants that must be caught, and single guards that another one covers."""

    mutants: tuple[MutantResult, ...]
    covered: tuple[MutantResult, ...]
    total: int = field(init=False)
    missed: int = field(init=False)

    def __post_init__(self) -> None:
        """Count, so that the counts are in the JSON too."""
        object.__setattr__(self, "total", len(self.mutants))
        object.__setattr__(self, "missed", sum(not mutant.caught for mutant in self.mutants))

    @property
    def sound(self) -> bool:
        """Whether every unsafe variant was caught, and no covered one did harm."""
        return not self.missed and not any(mutant.caught for mutant in self.covered)

    def summary(self) -> str:
        """The variants in a few lines."""
        return "\n".join(
            [
                *(f"{_verdict(mutant)} {mutant.name}" for mutant in self.mutants),
                "Single guards that another guard covers:",
                *(f"{_verdict(mutant)} {mutant.name}" for mutant in self.covered),
                f"{self.total - self.missed} of {self.total} unsafe variants caught",
            ]
        )


def _verdict(mutant: MutantResult) -> str:
    return f"broke {', '.join(mutant.by)}:" if mutant.caught else "broke nothing:"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counted.items() if count) or "none"


def _told(violation: Violation) -> str:
    promise = INVARIANTS[violation.invariant]
    return (
        f"step {violation.step}, cycle {violation.cycle}: {violation.invariant} ({promise}) "
        f"is broken: {violation.detail}"
    )
