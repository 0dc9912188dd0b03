"""Stop a cycle at every single place where it can be stopped, whatever else happens then.

The cycle chosen has everything in it: the outbox of a run that died after its commit, a settlement,
and trades. Each point is a world of its own, built anew up to that cycle.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.simulator import operators
from bot.simulator.faults import PlannedFaults
from bot.simulator.patterns import PATTERNS, Pattern, Stage
from bot.simulator.process import cold_start
from bot.simulator.report import KillPointReport
from bot.simulator.run import Run
from bot.simulator.setting import FREE, Setting
from bot.simulator.strategies import many_coins
from bot.simulator.world import FIRST_CYCLE, World
from chalicelib.domain.control import ControlState

REDELIVERED_AFTER = (31, 62)
"""Seconds after the event: once while the dead run's lease still holds, and once after."""
CYCLES_AFTER = 3
MOST_POINTS = 400
SEED = 7


@dataclass(frozen=True)
class Scene:
    """What the world is made of, and how many transactions the cycle to be stopped makes.

    Markets that end soon and strategies that trade at once bring that cycle early.
    """

    setting: Setting
    transactions: int


SCENES: Mapping[str, Scene] = {
    "one transaction": Scene(replace(FREE, span=5, params={"one_in": 3}), 1),
    "several transactions": Scene(
        replace(FREE, registry=many_coins(12), slots=12, span=5, params={"one_in": 2, "window": 1}),
        2,
    ),
}


def kill_points(
    scenes: Mapping[str, Scene] = SCENES, patterns: Collection[str] = PATTERNS.keys()
) -> KillPointReport:
    """Try every point of every pattern in every scene."""
    points: dict[str, int] = {}
    found: list[str] = []
    for scene_name, scene in scenes.items():
        ready = _cycle_with_everything(scene)
        for name in patterns:
            label = f"{scene_name}: {name}"
            points[label] = 0
            for stage, steps in _points(scene.setting, ready, PATTERNS[name]):
                points[label] += 1
                found += _judged(stage, f"{label}, point {steps}")
    return KillPointReport(sum(points.values()), len(found), points, tuple(found))


def _points(setting: Setting, ready: int, pattern: Pattern) -> Iterator[tuple[Stage, int]]:
    for steps in range(1, MOST_POINTS):
        stage = _stage(setting, ready)
        if not pattern(stage, steps):
            return
        if stage.counts:
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
    world = World(faults, setting, SEED)
    stage = Stage(world, faults, cold_start(world), FIRST_CYCLE)
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


def _cycle_with_everything(scene: Scene) -> int:
    """How many cycles come before one that has an outbox to clear, a settlement and trades."""
    for cycles in range(2, 8 * scene.setting.span):
        stage = _stage(scene.setting, cycles)
        waiting = len(stage.world.judge.log.waiting)
        sites = stage.to_the_end(stage.victim())
        if sites.count("table transact") < scene.transactions:
            continue
        mark = f'"cycle_id":{stage.cycle_id},'.encode()
        booked = [line for line in stage.world.judge.log.logged if mark in line]
        kinds = {line.partition(b",")[0] for line in booked}
        if waiting and kinds == {b'{"kind":"fill"', b'{"kind":"settlement"'}:
            return cycles
    raise ValueError("no cycle of this scene has an outbox, a settlement and trades at once")
