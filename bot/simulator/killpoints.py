"""Stop a cycle at every single place where it can be stopped, whatever else happens then.

The cycle chosen has everything in it: the outbox of a run that died after its commit, a settlement,
and trades. Each point is a world of its own, built anew up to that cycle.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.simulator import operators
from bot.simulator.chaos import Setting, Timer
from bot.simulator.faults import STORE_FAULTS, VENUE_FAULTS, Fault, PlannedFaults
from bot.simulator.report import KillPointReport
from bot.simulator.run import Container, Run
from bot.simulator.universe import Universe
from bot.simulator.world import FIRST_CYCLE, World
from chalicelib.domain.control import ControlState

REDELIVERED_AFTER = (31, 62)
"""Seconds after the event: once while the dead run's lease still holds, and once after."""
SKEW_MS = 90_000
CYCLES_AFTER = 3
MOST_POINTS = 400
USUAL = Setting(span=5, params={"one_in": 3})
"""Markets that end soon and strategies that trade at once: the cycle wanted comes early."""


@dataclass
class Stage:
    """A world that has come as far as the cycle to be stopped."""

    world: World
    faults: PlannedFaults
    warm: Container
    cycle_id: int

    def to_the_end(self, run: Run) -> None:
        """Let a run go on until it ends."""
        while self.world.advance(run):
            pass

    def up_to(self, run: Run, steps: int) -> bool:
        """Let a run take so many steps; whether it is still under way."""
        return all(self.world.advance(run) for _ in range(steps))

    def kill(self, run: Run) -> None:
        """End a run's process where it stands."""
        run.work.close()
        self.warm = self.world.container()

    def victim(self, skew_ms: int = 0) -> Run:
        """The run that will be stopped."""
        self.warm.skew_ms = skew_ms
        return self.world.start(self.world.event(self.cycle_id), self.warm)

    def deliver(self, minutes: int = 0, seconds: float = 0) -> None:
        """Deliver the cycle's event, or a later one, to a cold process and let it run."""
        self.world.sleep_until(self.cycle_id + minutes, seconds)
        event = self.world.event(self.cycle_id + minutes)
        self.to_the_end(self.world.start(event, self.world.container()))


Pattern = Callable[[Stage, int], bool]
"""What happens when the victim has taken so many steps; False when it ended before that."""


def _death(stage: Stage, steps: int) -> bool:
    run = stage.victim()
    alive = stage.up_to(run, steps)
    stage.kill(run)
    return alive


def _duplicate(stage: Stage, steps: int) -> bool:
    """Two deliveries take turns, and one of them dies."""
    run, twin = stage.victim(), stage.world.start(
        stage.world.event(stage.cycle_id), stage.world.container()
    )
    twin_lives = True
    for _ in range(steps):
        if not stage.world.advance(run):
            return False
        twin_lives = twin_lives and stage.world.advance(twin)
    stage.kill(run)
    if twin_lives:
        stage.to_the_end(twin)
    return True


def _late(stage: Stage, steps: int) -> bool:
    """The event arrives when the next cycle has run, and its run dies."""
    stage.deliver(minutes=1)
    stage.world.sleep_until(stage.cycle_id, 80)
    return _death(stage, steps)


def _late_first(stage: Stage, steps: int) -> bool:
    """The event arrives 80 seconds late but before the next cycle's, and its run dies."""
    stage.world.sleep_until(stage.cycle_id, 80)
    return _death(stage, steps)


def _overlap(stage: Stage, steps: int) -> bool:
    """The run stands still while the next cycle runs, then goes on."""
    run = stage.victim()
    if not stage.up_to(run, steps):
        return False
    stage.deliver(minutes=1)
    stage.to_the_end(run)
    return True


def _overlap_twin(stage: Stage, steps: int) -> bool:
    """The run stands still while its event is delivered again, then goes on."""
    run = stage.victim()
    if not stage.up_to(run, steps):
        return False
    stage.deliver(seconds=62)
    stage.to_the_end(run)
    return True


def _skewed(skew_ms: int) -> Pattern:
    def pattern(stage: Stage, steps: int) -> bool:
        run = stage.victim(skew_ms)
        alive = stage.up_to(run, steps)
        stage.kill(run)
        return alive

    return pattern


def _operated(state: ControlState) -> Pattern:
    """An operator changes the control while the run stands still; the run goes on."""

    def pattern(stage: Stage, steps: int) -> bool:
        run = stage.victim()
        if not stage.up_to(run, steps):
            return False
        stage.to_the_end(Run(0, operators.set_control(stage.world, state), None, 0))
        stage.to_the_end(run)
        return True

    return pattern


def _removed(stage: Stage, steps: int) -> bool:
    """Someone deletes the control row while the run stands still; the run goes on."""
    run = stage.victim()
    if not stage.up_to(run, steps):
        return False
    stage.to_the_end(Run(0, operators.remove_control(stage.world), None, 0))
    stage.to_the_end(run)
    return True


def _struck(fault: Fault) -> Pattern:
    """A call of the run fails; the n-th point is its n-th call."""

    def pattern(stage: Stage, steps: int) -> bool:
        stage.faults.plan = {stage.faults.calls + steps: fault}
        struck = stage.faults.struck
        run = stage.victim()
        before = stage.faults.calls
        stage.to_the_end(run)
        stage.faults.plan = {}
        return stage.faults.struck > struck or stage.faults.calls >= before + steps

    return pattern


PATTERNS: Mapping[str, Pattern] = {
    "death": _death,
    "death, duplicate under way": _duplicate,
    "death of a late run": _late_first,
    "death of a run that is too late": _late,
    "next cycle overtakes": _overlap,
    "duplicate overtakes": _overlap_twin,
    "death, clock 90 s ahead": _skewed(SKEW_MS),
    "death, clock 89 s ahead": _skewed(SKEW_MS - 1000),
    "death, clock 90 s behind": _skewed(-SKEW_MS),
    "operator kills": _operated(ControlState.KILLED),
    "operator pauses": _operated(ControlState.PAUSED),
    "control row removed": _removed,
    **{f"call: {fault}": _struck(fault) for fault in dict.fromkeys((*STORE_FAULTS, *VENUE_FAULTS))},
}


def kill_points(timer: Timer, settings: Mapping[str, Setting] | None = None) -> KillPointReport:
    """Try every point of every pattern in every setting."""
    began = timer()
    points: dict[str, int] = {}
    violations: list[str] = []
    for setting_name, setting in (settings or {"usual": USUAL}).items():
        ready = _cycle_with_everything(setting)
        for name, pattern in PATTERNS.items():
            label = f"{setting_name}: {name}"
            points[label] = 0
            for stage, steps in _points(setting, ready, pattern):
                points[label] += 1
                violations += _judged(stage, f"{label}, point {steps}")
    return KillPointReport(points, tuple(violations), timer() - began)


def _points(setting: Setting, ready: int, pattern: Pattern) -> Iterator[tuple[Stage, int]]:
    for steps in range(1, MOST_POINTS):
        stage = _stage(setting, ready)
        if not pattern(stage, steps):
            return
        yield stage, steps


def _judged(stage: Stage, where: str) -> list[str]:
    """Deliver the event twice more, let later cycles run, and see whether all is well."""
    for seconds in REDELIVERED_AFTER:
        stage.deliver(seconds=seconds)
    stage.to_the_end(
        Run(0, operators.set_control(stage.world, ControlState.RUNNING), None, stage.world.step)
    )
    world, judge = stage.world, stage.world.judge
    committed = 0
    for minutes in range(2, 2 + CYCLES_AFTER):
        committed = judge.commits
        stage.deliver(minutes)
    if judge.commits == committed:
        judge.object("I12", "a later cycle did not commit")
    if judge.log.waiting or judge.log.unlogged:
        judge.object("I8", "trades were committed and never logged")
    for key in judge.committed_records[-CYCLES_AFTER - 3 :]:
        world.replays(key)
    return [f"{where}: {v.invariant} {v.detail}" for v in judge.violations]


def _stage(setting: Setting, cycles: int) -> Stage:
    """Run so many cycles without a fault; the last one dies between commit and publication."""
    faults = PlannedFaults()
    universe = Universe(7, setting.slots, setting.span, setting.together, setting.depth)
    world = World(faults, setting.registry, universe, setting.limits, setting.params)
    stage = Stage(world, faults, world.container(), FIRST_CYCLE)
    for number in range(1, cycles + 1):
        stage.cycle_id = FIRST_CYCLE + number
        world.sleep_until(stage.cycle_id)
        run = world.start(world.event(stage.cycle_id), stage.warm)
        while world.advance(run):
            if number == cycles and run.site == "archive put trades":
                stage.kill(run)
                break
    stage.cycle_id += 1
    world.sleep_until(stage.cycle_id)
    return stage


def _cycle_with_everything(setting: Setting) -> int:
    """How many cycles come before one that has an outbox to clear, a settlement and trades."""
    for cycles in range(2, 8 * setting.span):
        stage = _stage(setting, cycles)
        waiting = len(stage.world.judge.log.waiting)
        stage.deliver()
        mark = f'"cycle_id":{stage.cycle_id},'.encode()
        booked = [line for line in stage.world.judge.log.logged if mark in line]
        kinds = {line.partition(b",")[0] for line in booked}
        if waiting and kinds == {b'{"kind":"fill"', b'{"kind":"settlement"'}:
            return cycles
    raise ValueError("no cycle of this setting has an outbox, a settlement and trades at once")
