"""The simulator over the real cycle code: speed, violations, kill points, mutants."""

import time

from benchmarks.figure import Figure, Size, at_least, at_most
from bot import simulator

SEEDS = range(1, 11)


def measure(size: Size) -> list[Figure]:
    """Ten seeds of 100,000 cycles (or of 2,000 when quick), then every kill point and mutant."""
    cycles = 100_000 if size == "full" else 2_000
    reports = [simulator.run(seed, cycles, timer=time.process_time) for seed in SEEDS]
    simulated = sum(r.cycles for r in reports)
    violations = sum(len(r.violations) for r in reports)
    speed = max(r.cycles_per_second or 0 for r in reports)
    points, mutants = simulator.kill_points(), simulator.mutants()
    return [
        at_most(f"violations in {simulated} simulated cycles", violations, 0, "violations"),
        at_least("simulated cycles a CPU second, best seed", speed, 2_000, "cycles"),
        at_most(f"violations at {points.points} kill points", points.violations, 0, "violations"),
        at_most(f"unsafe mutants missed of {mutants.total}", mutants.missed, 0, "mutants"),
    ]
