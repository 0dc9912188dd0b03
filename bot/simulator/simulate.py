"""One simulation from its seed to its report."""

from collections.abc import Callable

from bot.simulator.chaos import Simulation
from bot.simulator.faults import Fault
from bot.simulator.report import SimulationReport
from bot.simulator.setting import Setting
from bot.simulator.world import FIRST_CYCLE

Timer = Callable[[], float]


def simulate(
    seed: int,
    cycles: int,
    setting: Setting | None = None,
    *,
    timer: Timer | None = None,
    trace: bool = False,
    stop_at_first: bool = False,
) -> SimulationReport:
    """Run one simulation. ``timer`` gives seconds; it measures the speed and decides nothing."""
    simulation = Simulation(seed, setting or Setting(), trace=trace)
    began = timer() if timer else 0.0
    simulation.run(cycles, stop_at_first=stop_at_first)
    seconds = timer() - began if timer else 0.0
    world, judge = simulation.world, simulation.world.judge
    done = simulation.cycle_id - FIRST_CYCLE
    return SimulationReport(
        seed=seed,
        cycles=done,
        events=simulation.events,
        runs=world.runs,
        calls=world.calls,
        steps=world.step,
        commits=judge.commits,
        trades=judge.trades,
        replayed=simulation.replayed,
        faults={kind.value: simulation.faults.counted[kind] for kind in Fault},
        outcomes=dict(sorted(simulation.outcomes.items())),
        happened=dict(sorted(judge.accounts.happened.items())),
        violations=tuple(judge.violations),
        state_hash=judge.state_hash,
        trace_hash=f"{world.trace_hash:08x}",
        cycles_per_second=round(done / seconds, 1) if seconds else None,
        trace=tuple(world.lines or ()),
    )
