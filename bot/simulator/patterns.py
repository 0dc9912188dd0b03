"""What may happen to a run that stands at one place: death, rivals, operators, failing calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.simulator import operators
from bot.simulator.faults import STORE_FAULTS, VENUE_FAULTS, Fault, PlannedFaults
from bot.simulator.process import cold_start
from bot.simulator.run import Container, Run
from bot.simulator.world import World
from chalicelib.domain.control import ControlState


@dataclass
class Stage:
    """A world that has come as far as the cycle to be stopped."""

    world: World
    faults: PlannedFaults
    warm: Container
    cycle_id: int
    counts: bool = True
    """Whether something really happened at the point tried."""

    def to_the_end(self, run: Run) -> list[str]:
        """Let a run go on until it ends, and name the places where it could be stopped."""
        sites = []
        while self.world.advance(run):
            sites.append(run.site)
        return sites

    def up_to(self, run: Run, steps: int) -> bool:
        """Let a run take so many steps; whether it is still under way."""
        return all(self.world.advance(run) for _ in range(steps))

    def kill(self, run: Run) -> None:
        """End a run's process where it stands."""
        run.work.close()
        self.warm = cold_start(self.world)

    def victim(self, skew_ms: int = 0) -> Run:
        """The run that will be stopped."""
        self.warm.skew_ms = skew_ms
        return self.world.start(self.world.event(self.cycle_id), self.warm)

    def deliver(self, minutes: int = 0, seconds: float = 0) -> None:
        """Deliver the cycle's event, or a later one, to a cold process and let it run."""
        self.world.sleep_until(self.cycle_id + minutes, seconds)
        event = self.world.event(self.cycle_id + minutes)
        self.to_the_end(self.world.start(event, cold_start(self.world)))


Pattern = Callable[[Stage, int], bool]
"""What happens when the victim has taken so many steps; False when it ended before that."""


def _death(stage: Stage, steps: int) -> bool:
    run = stage.victim()
    alive = stage.up_to(run, steps)
    stage.kill(run)
    return alive


def _duplicate(stage: Stage, steps: int) -> bool:
    """Two deliveries take turns, and one of them dies."""
    run, twin = (
        stage.victim(),
        stage.world.start(stage.world.event(stage.cycle_id), cold_start(stage.world)),
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
        before = stage.faults.calls
        stage.to_the_end(stage.victim())
        stage.faults.plan = {}
        stage.counts = stage.faults.struck > 0
        return stage.faults.calls >= before + steps

    return pattern


PATTERNS: Mapping[str, Pattern] = {
    "death": _death,
    "death, duplicate under way": _duplicate,
    "death of a late run": _late_first,
    "death of a run that is too late": _late,
    "next cycle overtakes": _overlap,
    "duplicate overtakes": _overlap_twin,
    "death, clock 89 s ahead": _skewed(89_000),
    "death, clock 90 s behind": _skewed(-90_000),
    "operator kills": _operated(ControlState.KILLED),
    "operator pauses": _operated(ControlState.PAUSED),
    "control row removed": _removed,
    **{f"call: {fault}": _struck(fault) for fault in dict.fromkeys((*STORE_FAULTS, *VENUE_FAULTS))},
}
