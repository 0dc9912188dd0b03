"""Many at once over the emulator: whatever the timing, each version and each minute has one winner.

moto loses updates between threads, so these run where the emulator is installed.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from bot.simulator.memory import MemoryArchive
from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Key, Table, Update
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import CycleOutcome, Decision, ScheduledEvent
from chalicelib.domain.errors import ConflictError, StoreUnavailable, TransactionCancelled
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.runtime import Runtime
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.ports import Lease
from chalicelib.strategies import discover
from chalicelib.venues.recorded import TAPE_START, build
from tests import builders
from tests.builders import CYCLE, NOW
from tests.cloud_fixtures import run
from tests.unit.aws.samples import report, trading

Answer = TypeVar("Answer")
MANY = 12
RUNNING, KILLED = ControlState.RUNNING, ControlState.KILLED


@pytest.fixture
def table(emulator_table: Table) -> Table:
    start = WantedControl(RUNNING, "start", "test", 0)
    run(change_control(emulator_table, start, NOW))
    return emulator_table


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Start all calls at the same moment and collect their answers."""
    barrier = threading.Barrier(len(calls))

    def begin(call: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


def test_of_many_resumes_at_one_version_exactly_one_wins(table: Table) -> None:
    def resume(number: int) -> Callable[[], str]:
        wanted = WantedControl(RUNNING, "again", f"operator {number}", 1)

        def attempt() -> str:
            try:
                run(change_control(table, wanted, NOW + timedelta(milliseconds=number)))
            except ConflictError:
                return "conflict"
            return "won"

        return attempt

    answers = Counter(at_once([resume(number) for number in range(MANY)]))
    assert answers == {"won": 1, "conflict": MANY - 1}
    assert run(read_control(table)).version == 2
    assert len(run(table.query(f"AUDIT#{NOW:%Y%m}")).items) == 2


def test_every_kill_gets_through_a_crowd_of_changes(table: Table) -> None:
    def kill(number: int) -> Callable[[], str]:
        wanted = WantedControl(KILLED, "stop", f"operator {number}")

        def attempt() -> str:
            try:
                changed = run(change_control(table, wanted, NOW + timedelta(milliseconds=number)))
            except StoreUnavailable:
                return "busy"
            return changed.state.value

        return attempt

    answers = at_once([kill(number) for number in range(4)])
    assert "KILLED" in answers
    control = run(read_control(table))
    assert control.state is KILLED
    assert control.version == 1 + answers.count("KILLED")


def test_of_many_holders_of_one_lease_exactly_one_books(table: Table) -> None:
    ledger = TableLedger(table)
    lease = run(ledger.acquire(CYCLE, "a", NOW))
    assert isinstance(lease, Lease)
    before = run(ledger.load())
    decision = trading("momentum", fills=3)

    def commit(number: int) -> Callable[[], str]:
        done = report(decision)
        own = Lease(CYCLE, f"worker {number}", lease.fence, None)
        changed = Decision(decision.accounts, decision.fills)

        def attempt() -> str:
            try:
                run(TableLedger(Stamped(table, number)).commit(own, before, changed, done))
            except (TransactionCancelled, StoreUnavailable):
                return "lost"
            return "won"

        return attempt

    answers = Counter(at_once([commit(number) for number in range(MANY)]))
    assert answers["won"] == 1
    assert len(run(table.query("TRADE#momentum")).items) == 3
    assert run(ledger.load()).accounts["momentum"].version == 1


class Stamped:
    """A table whose transactions have tokens of their own, as different runs of a cycle do."""

    def __init__(self, table: Table, number: int) -> None:
        self._table = table
        self._number = number

    async def transact(self, writes: Any, token: str) -> None:
        """All writes or none."""
        await self._table.transact(writes, f"{self._number}-{token}")


def test_a_kill_that_was_acknowledged_is_never_followed_by_a_trade(table: Table) -> None:
    """Commits race with one kill: what was booked was booked before it."""
    ledger = TableLedger(table)
    booked_after: list[str] = []

    def trade() -> None:
        for cycle in range(CYCLE, CYCLE + 12):
            lease = run(ledger.acquire(cycle, "worker", NOW))
            assert isinstance(lease, Lease)
            read = run(ledger.load())
            name = f"s{cycle}"
            decision = trading(name)
            decision = Decision({**read.accounts, **decision.accounts}, decision.fills)
            seen_killed = killed.is_set()
            try:
                run(ledger.commit(lease, read, decision, report(decision, cycle)))
            except (TransactionCancelled, StoreUnavailable):
                continue
            if seen_killed and read.control.state is RUNNING:
                booked_after.append(name)

    killed = threading.Event()

    def kill() -> None:
        run(change_control(table, WantedControl(KILLED, "stop", "ann"), NOW))
        killed.set()

    at_once([trade, kill])
    assert booked_after == []
    assert run(read_control(table)).state is KILLED


def cycle_runtime(table: Table, archive: MemoryArchive) -> Runtime:
    discover()
    clock = builders.SetClock(TAPE_START)
    return builders.runtime(table, archive, build({}), REGISTRY, clock)  # type: ignore[arg-type]


@pytest.mark.parametrize("owners", [["a", "b", "c"], ["a", "a", "a"]], ids=["others", "retries"])
def test_the_same_minute_delivered_many_times_at_once_is_committed_once(
    table: Table, owners: list[str]
) -> None:
    archive = MemoryArchive()
    event = ScheduledEvent(TAPE_START, TAPE_START, "schedule")

    def deliver(owner: str) -> Callable[[], CycleOutcome | str]:
        def attempt() -> CycleOutcome | str:
            try:
                return run(run_cycle(event, owner, cycle_runtime(table, archive))).outcome
            except StoreUnavailable:
                return "unavailable"

        return attempt

    outcomes = at_once([deliver(owner) for owner in owners])
    assert outcomes.count(CycleOutcome.COMMITTED) == 1
    day = rows.cycle_key(event.cycle_id).pk
    assert len(run(table.query(day)).items) == 1
    accounts = run(TableLedger(table).load()).accounts
    assert {account.version for account in accounts.values()} == {1}


def test_counting_from_many_threads_loses_nothing(table: Table) -> None:
    """The guard of all of the above: the emulator itself keeps every update."""
    key = Key("count", "row")

    def add() -> None:
        for _ in range(5):
            run(table.write(Update("count", key, set={}, add={"n": 1})))

    at_once([add] * MANY)
    assert run(table.get(key)) == {"pk": "count", "sk": "row", "n": 5 * MANY}
