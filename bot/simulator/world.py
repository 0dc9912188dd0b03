"""The whole simulated world: one clock, one table, one archive, one venue, one judge."""

from collections import deque
from datetime import datetime, timedelta
from zlib import crc32

from bot.simulator.accounts import Accounts
from bot.simulator.faults import Fault, FaultSource
from bot.simulator.judge import Judge
from bot.simulator.memory import MemoryArchive, MemoryTable
from bot.simulator.run import Container, Run, nobody
from bot.simulator.setting import Setting
from bot.simulator.steps import finish
from bot.simulator.universe import Universe
from chalicelib.aws import rows
from chalicelib.aws.table import Put
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import CycleReport, ScheduledEvent, cycle_time
from chalicelib.domain.errors import StoreError
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import replay

FIRST_CYCLE = 29_000_000
STEP_MS = 15
SLOW_MS = 40_000
TRACED_STEPS = 400
KEPT_OBJECTS = 2_000
KEPT_ROWS = 1_000


class World:
    """Everything outside the product, and the judge of what the product does with it."""

    def __init__(
        self, faults: FaultSource, setting: Setting, seed: int, *, trace: bool = False
    ) -> None:
        self.faults = faults
        self.registry = setting.registry
        self.universe = Universe(seed, setting.slots, setting.span, setting.together, setting.depth)
        self.step = 0
        self.calls = 0
        self.runs = 0
        self.milliseconds = 0
        self.trace_hash = 0
        self.lines: deque[str] | None = deque(maxlen=TRACED_STEPS) if trace else None
        self.current = nobody()
        self.config = setting.config()
        self.judge = Judge(self, Accounts(self.config, self.universe))
        self.table = MemoryTable(self.judge.changed)
        self.archive = MemoryArchive(self.judge.stored)
        self._store_settings()

    @property
    def cycle_id(self) -> int:
        """The cycle that the right time belongs to."""
        return FIRST_CYCLE + self.milliseconds // 60_000

    def now(self, skew_ms: int = 0) -> datetime:
        """The time on a clock that is wrong by so much."""
        shown = self.milliseconds + skew_ms
        return cycle_time(FIRST_CYCLE) + timedelta(milliseconds=shown)

    def names(self) -> list[str]:
        """The strategies there are in this world."""
        return sorted(self.registry)

    def sleep_until(self, cycle_id: int, seconds: float = 0) -> None:
        """Let time pass, never backwards."""
        at = int((cycle_id - FIRST_CYCLE) * 60_000 + seconds * 1000)
        self.milliseconds = max(self.milliseconds, at)

    def strike(self, site: str, kinds: tuple[Fault, ...]) -> Fault | None:
        """Ask what goes wrong with a call, and note it."""
        self.calls += 1
        fault = self.faults.strike(kinds)
        if fault is Fault.SLOW:
            self.milliseconds += SLOW_MS
        if fault is not None:
            self.note(f"{site}: {fault}")
        return fault

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        self.trace_hash = crc32(text.encode(), self.trace_hash)
        if self.lines is not None:
            self.lines.append(f"{self.step} +{self.milliseconds / 1000:.3f}s {text}")

    def start(self, event: ScheduledEvent, container: Container) -> Run:
        """Begin a run of the real cycle for one delivery of an event."""
        self.runs += 1
        owner = f"run-{self.runs}"
        self.note(f"{owner} begins for cycle {event.cycle_id}")
        return Run(self.runs, run_cycle(event, owner, container.runtime), container, self.step)

    def event(self, cycle_id: int, sent_late_minutes: int = 0) -> ScheduledEvent:
        """The event of a cycle, sent when it was due or so many minutes after."""
        due = cycle_time(cycle_id)
        return ScheduledEvent(due, due + timedelta(minutes=sent_late_minutes), "simulator")

    def advance(self, run: Run) -> bool:
        """Take one step of a run, to its next call or answer; whether it goes on after that."""
        self.step += 1
        self.milliseconds += STEP_MS
        self.current = run
        run.steps += 1
        try:
            run.site = run.work.send(None)
        except StopIteration as done:
            self._ended(run, done.value)
            return False
        except StoreError as failed:
            run.site = f"failed: {failed.message}"
            self._took(run)
            return False
        except Exception as defect:  # noqa: BLE001 - whatever else ends a run is a finding
            run.site = "defect"
            self.judge.object("I16", f"run-{run.number}: {type(defect).__name__}: {defect}")
            return False
        self._took(run)
        return True

    def _took(self, run: Run) -> None:
        """Note a step, as cheaply as may be: there are tens in every cycle."""
        self.trace_hash = crc32(run.site.encode(), self.trace_hash ^ run.number)
        if self.lines is not None:
            seconds = self.milliseconds / 1000
            self.lines.append(f"{self.step} +{seconds:.3f}s run-{run.number} {run.site}")

    def _ended(self, run: Run, answer: object) -> None:
        if isinstance(answer, CycleReport):
            run.site = answer.outcome.value
            self.judge.finished(run, answer)
        else:
            run.site = "done"
        self.note(f"run-{run.number} ended: {run.site}")

    def replays(self, key: str) -> bool:
        """Whether the cycle of this record decides the same again from the archive alone."""
        again = finish(replay(self.archive, key, self.registry))
        if not again.identical:
            self.judge.object("I15", f"{key} decides otherwise when it is replayed")
        return again.identical

    def tidy(self) -> None:
        """Forget what was checked long ago, so that a long simulation stays small."""
        self.judge.log.forget_all_but(KEPT_ROWS)
        for pk in list(self.table.rows):
            if pk != rows.SHARD:
                self.table.drop_oldest(pk, KEPT_ROWS)
        objects = self.archive.objects
        for key in list(objects)[: max(0, len(objects) - KEPT_OBJECTS)]:
            del objects[key]

    def _store_settings(self) -> None:
        control = Control(ControlState.RUNNING, 1, "simulation", "simulator", self.now())
        finish(self.table.write(Put("control", rows.control_item(control))))
        finish(self.table.write(Put("config", rows.config_item(self.config))))
