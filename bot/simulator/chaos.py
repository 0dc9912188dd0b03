"""Minute after minute of the real cycle under faults by chance, all from one seed."""

from collections import Counter
from collections.abc import Coroutine
from random import Random
from typing import Any

from bot.simulator import operators
from bot.simulator.faults import Fault, RandomFaults
from bot.simulator.interventions import interventions
from bot.simulator.process import cold_start
from bot.simulator.run import Container, Run
from bot.simulator.setting import Setting
from bot.simulator.world import FIRST_CYCLE, World
from chalicelib.domain.cycle import ScheduledEvent

STEPS_OF_A_RUN = 24
"""Steps among which a run's death or pause is drawn; some runs are over before."""
LONGEST_PAUSE = 6
MOST_SKEW_MS = 90_000
LONGEST_RECOVERY = 5
"""Minutes until the last lease of a skewed clock has run out, and one more."""
TIDY_EVERY = 250
LONGEST_WINDOW = 24
"""Rows that an operator chooses at most: more than every cycle keeps for judging jumps."""


class Simulation:
    """The schedule, the operators, the containers, and the order in which all of them run."""

    def __init__(self, seed: int, setting: Setting, *, trace: bool = False) -> None:
        self.seed = seed
        self.setting = setting
        self.dice = Random(seed)  # noqa: S311 - chance that can be had again is the point
        self.faults = RandomFaults(self.dice, setting.rates)
        self.world = World(self.faults, setting, seed, trace=trace)
        self.live: list[Run] = []
        self.warm: list[Container] = []
        self.outcomes: Counter[str] = Counter()
        self.cycle_id = FIRST_CYCLE
        self.events = 0
        self.replayed = 0
        self._seen = 0

    def run(self, cycles: int, *, stop_at_first: bool = False) -> None:
        """Simulate so many minutes, then make sure that all is well at the end."""
        quiet_every = self.setting.quiet_every
        for minute in range(cycles):
            self._minute()
            if minute % quiet_every == quiet_every - 1:
                self._recover()
            if minute % TIDY_EVERY == TIDY_EVERY - 1:
                self.world.tidy()
            if stop_at_first and self.world.judge.violations:
                return
        self._recover()

    def _minute(self) -> None:
        world, cycle_id = self.world, self._next_cycle()
        if world.milliseconds // 60_000 % 10 == 0:
            world.table.tokens.clear()  # DynamoDB remembers a token for ten minutes
        self._deliver(cycle_id)
        self._operate()
        self._run_all(cycle_id)
        self._replay_some()

    def _next_cycle(self) -> int:
        self.cycle_id += 1
        self.world.sleep_until(self.cycle_id)
        return self.cycle_id

    def _deliver(self, cycle_id: int) -> None:
        happens = self.faults.happens
        if not happens(Fault.MISSED):
            copies = 3 if happens(Fault.TRIPLE) else 2 if happens(Fault.DUPLICATE) else 1
            for _ in range(copies):
                self._invoke(self.world.event(cycle_id))
        if happens(Fault.LATE):
            self._invoke(self.world.event(cycle_id - 1 - int(self.dice.random() * 2)))
        if happens(Fault.STALE):
            late = 1 + int(self.dice.random() * 4)
            self._invoke(self.world.event(cycle_id - late, late))

    def _invoke(self, event: ScheduledEvent) -> None:
        self.events += 1
        run = self.world.start(event, self._container())
        self._foredoom(run)
        if self.live:
            self.faults.counted[Fault.OVERLAP] += 1
        self.live.append(run)

    def _container(self) -> Container:
        if self.warm and not self.faults.happens(Fault.COLD_START):
            return self.warm.pop()
        skew = self.faults.happens(Fault.SKEW)
        return cold_start(self.world, int((2 * self.dice.random() - 1) * MOST_SKEW_MS) * skew)

    def _foredoom(self, run: Run) -> None:
        if self.faults.is_due(Fault.DEATH):
            run.dies_after = 1 + int(self.dice.random() * STEPS_OF_A_RUN)
            run.stops_after = run.dies_after
        if self.faults.is_due(Fault.ZOMBIE):
            run.stops_after = min(run.dies_after, 1 + int(self.dice.random() * STEPS_OF_A_RUN))
            run.pause_minutes = 1 + int(self.dice.random() * LONGEST_PAUSE)

    def _operate(self) -> None:
        for work in interventions(self.world, self.setting, self.faults):
            self._employ(work)

    def _employ(self, work: Coroutine[Any, Any, None]) -> None:
        """Let an operator come to it some steps after the runs began."""
        waits = int(self.dice.random() * STEPS_OF_A_RUN)
        self.live.append(Run(0, operators.after(waits, work), None, self.world.step))

    def _run_all(self, cycle_id: int) -> None:
        awake = [run for run in self.live if run.asleep_until <= cycle_id]
        self.live = [run for run in self.live if run.asleep_until > cycle_id]
        while awake:
            at = int(self.dice.random() * len(awake)) if len(awake) > 1 else 0
            if not self._step(awake[at]):
                run = awake.pop(at)
                if run.asleep_until > cycle_id:
                    self.live.append(run)

    def _step(self, run: Run) -> bool:
        """Take one step; whether the run stays on its feet."""
        if not self.world.advance(run):
            if run.container is not None:
                self.outcomes[run.site.partition(":")[0]] += 1
                self.warm.append(run.container)
            return False
        if run.steps < run.stops_after:
            return True
        if run.steps == run.dies_after:
            run.work.close()
            self.outcomes["died"] += 1
            self.faults.counted[Fault.DEATH] += 1
            self.world.note(f"run-{run.number} dies")
        else:
            self.faults.counted[Fault.ZOMBIE] += 1
            run.stops_after = run.dies_after
            run.asleep_until = self.world.cycle_id + run.pause_minutes
            self.world.note(f"run-{run.number} is paused")
        return False

    def _replay_some(self) -> None:
        judge = self.world.judge
        for key in judge.committed_records:
            self._seen += 1
            if self._seen % self.setting.replay_every == 0:
                self.replayed += 1
                self.world.replays(key)
        judge.committed_records.clear()

    def _recover(self) -> None:
        """Stop the faults, and let the system show that it recovers by itself."""
        self.faults.calm = True
        world = self.world
        committed = 0
        for _ in range(LONGEST_RECOVERY):
            cycle_id = self._next_cycle()
            committed = world.judge.commits
            self._invoke(world.event(cycle_id))
            self._run_all(cycle_id)
        if world.judge.commits == committed:
            world.judge.object("I12", "without faults the cycle still did not commit")
        waiting = len(world.judge.log.waiting) + len(world.judge.log.unlogged)
        if waiting:
            world.judge.object("I12", f"{waiting} outbox entries or trades are still waiting")
        self._replay_some()
        self.faults.calm = False
