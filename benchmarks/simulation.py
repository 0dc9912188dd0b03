"""The simulator over the real cycle code: speed, violations, kill points, mutants."""

import time

from benchmarks.figure import Figure, Size, at_least, at_most
from bot import simulator
from bot.simulator.setting import FREE, Setting

SEEDS = range(1, 11)
TIMED = range(1, 5)
TURNS = 1_000_000


def measure(size: Size) -> list[Figure]:
    """Ten seeds of 100,000 cycles (or of 2,000 when quick), then every kill point and mutant."""
    cycles = 100_000 if size == "full" else 2_000
    reports = [simulator.run(seed, cycles) for seed in SEEDS]
    simulated = sum(r.cycles for r in reports)
    violations = sum(len(r.violations) for r in reports)
    points, mutants = simulator.kill_points(), simulator.mutants()
    return [
        at_most(f"violations in {simulated} simulated cycles", violations, 0, "violations"),
        *_speeds(),
        at_most(f"violations at {points.points} kill points", points.violations, 0, "violations"),
        at_most(f"unsafe mutants missed of {mutants.total}", mutants.missed, 0, "mutants"),
    ]


def _speeds() -> list[Figure]:
    """Cycles a CPU second, best seed of 2,000 cycles; as a ratio, turns of a bare loop a cycle.

    Two strategies that nothing holds back are what was measured first, so that figures compare;
    everything at once is five strategies under limits and protections.
    """
    figures = []
    for words, setting in (("two strategies", FREE), ("everything at once", Setting())):
        turn, speed = _turn(), 0.0
        for seed in TIMED:
            report = simulator.run(seed, 2_000, setting, timer=time.process_time)
            speed, turn = max(speed, report.cycles_per_second or 0), min(turn, _turn())
        figures += [
            at_least(f"simulated cycles a CPU second, {words}", speed, 2_000, "cycles"),
            at_most(f"a cycle in turns of a bare loop, {words}", 1 / speed / turn, 50_000, "x"),
        ]
    return figures


def _turn() -> float:
    """CPU seconds of one turn of a loop that does nothing: what this machine's Python costs."""
    started = time.process_time()
    for _ in range(TURNS):
        pass
    return (time.process_time() - started) / TURNS
