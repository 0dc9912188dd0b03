"""The live cycle over a recorded past, in memory: what each strategy would have done. Pure.

Not a second engine: it is ``run_cycle`` over a ledger that keeps its state in memory, so that a
test on the past and the paper account that trades live cannot come apart.
"""

from collections import Counter
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import (
    Config,
    CycleRecord,
    CycleReport,
    Decision,
    ScheduledEvent,
    cycle_time,
)
from chalicelib.domain.errors import VenueError
from chalicelib.domain.house import House
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.domain.strategy import Strategy
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import Lease, MarketData, OutboxEntry, WorkingSet

RUNNER = "paper run"
MINUTE = timedelta(minutes=1)
Answer = TypeVar("Answer")


@dataclass
class PaperRun:
    """What came of a run, by strategy. ``refusals`` counts (strategy, code), ``faults`` reasons.

    ``equity`` holds one value for every moment at which the strategy had an account.
    """

    fills: list[Fill] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    equity: dict[str, list[tuple[datetime, Decimal]]] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)


def run_paper(
    venues: Sequence[MarketData],
    registry: Mapping[str, type[Strategy]],
    config: Config,
    moments: Sequence[datetime],
) -> PaperRun:
    """Run the cycle at each of these whole minutes, oldest first. Venues must answer at once."""
    ledger = PaperLedger(config)
    clock = SteppedClock()
    runtime = Runtime(
        ledger=ledger,
        archive=Forgetful(),
        venues={venue.name: venue for venue in venues},
        clock=clock,
        telemetry=Unheard(),
        together=in_turn,
        registry=registry,
        seal=_named_only,
    )
    for at in moments:
        clock.at = at
        finished(run_cycle(ScheduledEvent(at, at, RUNNER), RUNNER, runtime))
    return ledger.run


def each_minute(start: datetime, span: timedelta) -> list[datetime]:
    """The whole minutes of a tape, from its first on."""
    return [start + minute * MINUTE for minute in range(span // MINUTE)]


def finished(work: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    raise RuntimeError("a venue of a paper run waited for something; it must answer at once")


async def in_turn(calls: Sequence[Awaitable[Any]], seconds: float) -> list[Any]:
    """One call after the other; a venue's refusal is its answer."""
    answers: list[Any] = []
    for call in calls:
        try:
            answers.append(await call)
        except VenueError as failure:
            answers.append(failure)
    return answers


class PaperLedger:
    """The Ledger port over plain values: one process, no rival, nothing to lose."""

    def __init__(self, config: Config) -> None:
        self.run = PaperRun()
        self._config = config
        self._house = House()
        self._previous: str | None = None

    async def acquire(self, cycle_id: int, owner: str, now: datetime) -> Lease | str:
        """Nobody else wants it."""
        return Lease(cycle_id, owner, cycle_id, self._previous)

    async def load(self) -> WorkingSet:
        """The state that the cycle before left."""
        running = Control(ControlState.RUNNING, 1, RUNNER, RUNNER, cycle_time(0))
        return WorkingSet(running, self._config, self.run.accounts, (), self._house)

    async def commit(
        self, lease: Lease, working: WorkingSet, decision: Decision, report: CycleReport
    ) -> tuple[OutboxEntry, ...]:
        """Keep what was decided."""
        run = self.run
        self._previous, self._house = report.record_key, decision.house
        run.accounts = decision.accounts
        run.fills.extend(decision.fills)
        run.settlements.extend(decision.settlements)
        run.refusals.update((r.strategy, r.code) for r in decision.refusals)
        run.faults.update(f"{f.strategy}: {f.reason}" for f in decision.faults)
        run.faults.update(report.venue_faults)
        for quality in report.quality:
            run.quarantined.update(quality.counts)
        at = cycle_time(lease.cycle_id)
        for name, account in decision.accounts.items():
            run.equity.setdefault(name, []).append((at, account.equity))
        return ()

    async def acknowledge(self, entry: OutboxEntry) -> None:
        """Nothing is published, so nothing is to be acknowledged."""


def _named_only(record: CycleRecord) -> tuple[str, bytes]:
    """A key for a record that nobody will read."""
    return f"cycle={record.cycle_id}", b""


class Forgetful:
    """The Archive port that keeps nothing: a run of the past can be run again."""

    async def put_once(self, key: str, body: bytes) -> None:
        """Keep nothing."""

    async def get(self, key: str) -> bytes | None:
        """Nothing was kept."""
        return None


class Unheard:
    """The Telemetry port that says nothing."""

    def count(self, name: str, value: float = 1) -> None:
        """Add to no metric."""

    def event(self, message: str, **fields: object) -> None:
        """Write no line."""

    def failure(self, message: str, exc: BaseException) -> None:
        """Write no line."""


class SteppedClock:
    """Shows the moment of the run."""

    at = cycle_time(0)

    def now(self) -> datetime:
        """The moment of the run."""
        return self.at
