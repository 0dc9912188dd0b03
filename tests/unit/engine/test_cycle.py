"""The real cycle over a table in memory: it trades, it explains itself, it replays identically."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws import rows
from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import (
    Config,
    CycleOutcome,
    CycleReport,
    ScheduledEvent,
    StrategySetting,
    cycle_time,
)
from chalicelib.domain.errors import StoreUnavailable, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.market import MarketStatus, Resolution
from chalicelib.domain.risk import HouseLimits, RiskLimits
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import replay
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import Depth, Results, Scan
from chalicelib.strategies import discover
from tests.builders import (
    CYCLE,
    NO,
    NOW,
    YES,
    SetClock,
    book,
    control,
    market,
    quote,
    running_table,
    runtime,
)

discover()
PLAYERS = {name: REGISTRY[name] for name in ("mean-reversion", "momentum", "yes-no-arbitrage")}
"""Of these the last one trades here, and no strategy that is yet to be written joins in."""

END = CYCLE + 40


class OneMarket:
    """A venue with one market: the pair is cheap every tenth minute, and YES wins in the end."""

    name = "test"

    def __init__(self) -> None:
        self.failing: set[str] = set()

    async def scan(self, at: datetime, held: Sequence[str] = ()) -> Scan:
        """The market and its quotes; nothing is quoted any more once it has ended."""
        self._fail("scan")
        if at >= cycle_time(END):
            return Scan({"test:m": market(status=MarketStatus.CLOSED)}, {})
        quotes = {b.instrument_id: quote(b.instrument_id, b.bids[0].price, b.asks[0].price)
                  for b in self._books(at)}  # fmt: skip
        return Scan({"test:m": market(closes_at=cycle_time(END))}, quotes)

    async def books(self, instrument_ids: Sequence[str], at: datetime) -> Depth:
        """The books of those asked for."""
        self._fail("books")
        books = self._books(at)
        return Depth({b.instrument_id: b for b in books if b.instrument_id in instrument_ids})

    async def resolutions(self, market_ids: Sequence[str], at: datetime) -> Results:
        """YES wins, two minutes after the end."""
        self._fail("resolutions")
        known = cycle_time(END + 2)
        payouts = {YES: Decimal(1), NO: Decimal(0)}
        found = [Resolution(m, payouts, known, "the venue") for m in market_ids if at >= known]
        return Results(tuple(found))

    def _books(self, at: datetime) -> list[OrderBook]:
        minute = int(at.timestamp()) // 60
        cheap = Decimal("0.05") if minute % 10 == 5 else Decimal(0)
        ask = Decimal("0.51") - cheap
        made = [book(i, [(ask - Decimal("0.02"), 900)], [(ask, 900)]) for i in (YES, NO)]
        return [replace(b, occurred_at=at, seen_at=at) for b in made]

    def _fail(self, call: str) -> None:
        if call in self.failing:
            raise VenueUnavailable(f"{call} timed out")


class Machine:
    """A table, an archive, a venue and a clock, with the real cycle on them."""

    def __init__(self, table: MemoryTable | None = None) -> None:
        self.table = running_table() if table is None else table
        self.archive = MemoryArchive()
        self.venue = OneMarket()
        self.clock = SetClock()
        self.runtime = self.fresh()

    def fresh(self) -> Runtime:
        """A container that has just started: nothing in memory."""
        return runtime(self.table, self.archive, self.venue, PLAYERS, self.clock)

    def run(self, cycle: int, owner: str | None = None, late: float = 0) -> CycleReport:
        """One delivery of one cycle's event."""
        at = cycle_time(cycle)
        self.clock.shown = at + timedelta(seconds=late)
        event = ScheduledEvent(at, at, "test")
        return asyncio.run(run_cycle(event, owner or f"owner {cycle}", self.runtime))

    def cash(self) -> dict[str, Decimal]:
        """Cash by strategy, as stored."""
        loaded = asyncio.run(self.runtime.ledger.load())
        return {name: account.cash for name, account in loaded.accounts.items()}

    def logged(self) -> list[bytes]:
        """The lines of the trade log."""
        found = (v for k, v in self.archive.objects.items() if k.startswith("trades/"))
        return [line for body in found for line in gzip.decompress(body).splitlines()]


def run_until(machine: Machine, last: int) -> list[CycleReport]:
    return [machine.run(cycle) for cycle in range(CYCLE, last + 1)]


def test_cycle_buys_the_cheap_pair_and_is_paid_a_dollar_for_it() -> None:
    machine = Machine()
    reports = run_until(machine, END + 3)

    assert {r.outcome for r in reports} == {CycleOutcome.COMMITTED}
    assert [r.cycle_id - CYCLE for r in reports if r.fills] == [5]
    assert [r.cycle_id - END for r in reports if r.settlements] == [2]
    assert machine.cash()["yes-no-arbitrage"] == 10_000 + Decimal("0.08") * Decimal("217.39")


def test_cycle_every_decision_replays_identically_from_its_record() -> None:
    machine = Machine()
    for report in run_until(machine, END + 3):
        assert report.record_key is not None
        assert asyncio.run(replay(machine.archive, report.record_key)).identical


def test_cycle_in_a_fresh_container_decides_as_in_a_warm_one() -> None:
    warm, cold = Machine(), Machine()
    for cycle in range(CYCLE, END + 4):
        cold.runtime = cold.fresh()
        assert cold.run(cycle) == warm.run(cycle)
    assert cold.archive.objects == warm.archive.objects
    assert cold.table.rows == warm.table.rows


def test_cycle_in_a_fresh_container_reads_a_few_records_and_not_the_history() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 38)
    machine.runtime = machine.fresh()
    get, read = machine.archive.get, []

    async def counted(key: str) -> bytes | None:
        read.append(key)
        return await get(key)

    machine.archive.get = counted  # type: ignore[method-assign]
    machine.run(CYCLE + 39)
    assert 1 <= len(read) <= machine.runtime.window_every


def test_cycle_with_a_longer_lookback_chosen_later_replays_identically() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 30)
    longer = {"momentum": StrategySetting(params={"window": 25, "min_rise": 0.001})}
    machine.table._store(rows.CONFIG_KEY, rows.config_item(Config(longer, RiskLimits(), version=1)))
    for cycle in range(CYCLE + 31, CYCLE + 40):
        key = machine.run(cycle).record_key or ""
        assert asyncio.run(replay(machine.archive, key)).identical


def test_cycle_with_extra_latency_waits_and_trades_on_later_books() -> None:
    late = Config({}, RiskLimits(), house=HouseLimits(extra_latency_seconds=7))
    machine, waited = Machine(running_table(late)), []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    machine.runtime = replace(machine.runtime, wait=wait)
    assert run_until(machine, CYCLE + 5)[-1].fills == 2
    shown = [json.loads(line)["trade"]["occurred_at"] for line in machine.logged()]
    assert waited == [7]
    assert set(shown) == {(cycle_time(CYCLE + 5) + timedelta(seconds=7)).isoformat()[:-6] + "Z"}


def test_cycle_delivered_twice_books_once() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 5)
    before = machine.cash()
    again = machine.run(CYCLE + 5, owner="another")
    assert again.outcome is CycleOutcome.DUPLICATE
    assert machine.cash() == before


@pytest.mark.parametrize(
    ("late", "outcome"), [(90, CycleOutcome.COMMITTED), (91, CycleOutcome.LATE)]
)
def test_cycle_of_an_old_event_is_dropped(late: float, outcome: CycleOutcome) -> None:
    report = Machine().run(CYCLE, late=late)
    assert report.outcome is outcome
    assert outcome is not CycleOutcome.LATE or report.reason == "the event is 91 s old"


def test_cycle_on_an_empty_table_is_killed_and_says_how_to_start() -> None:
    report = Machine(MemoryTable()).run(CYCLE + 5)
    assert (report.outcome, report.control) == (CycleOutcome.COMMITTED, "KILLED")
    assert (report.fills, report.refusals) == (0, {"control": 1})
    assert "bot resume" in report.reason


def test_cycle_killed_while_holding_neither_leaves_nor_settles_but_reports() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 5)
    before = machine.cash()
    killed = rows.control_item(control(ControlState.KILLED, 2))
    machine.table._store(rows.CONTROL_KEY, killed)

    reports = [machine.run(cycle) for cycle in range(CYCLE + 6, END + 4)]

    assert {r.outcome for r in reports} == {CycleOutcome.COMMITTED}
    assert sum(r.fills + r.settlements for r in reports) == 0
    assert machine.cash() == before


def test_cycle_resumed_after_the_end_settles_what_was_held() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 5)
    machine.table._store(rows.CONTROL_KEY, rows.control_item(control(ControlState.KILLED, 2)))
    machine.run(END + 5)
    machine.table._store(rows.CONTROL_KEY, rows.control_item(control(ControlState.RUNNING, 3)))
    assert machine.run(END + 6).settlements == 2


def test_cycle_killed_between_its_decision_and_its_commit_books_nothing() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 4)
    put_once = machine.archive.put_once

    async def kill_meanwhile(key: str, body: bytes) -> None:
        killed = rows.control_item(control(ControlState.KILLED, 2))
        machine.table._store(rows.CONTROL_KEY, killed)
        await put_once(key, body)

    machine.archive.put_once = kill_meanwhile  # type: ignore[method-assign]
    report = machine.run(CYCLE + 5)
    assert (report.outcome, report.control, report.fills) == (CycleOutcome.COMMITTED, "KILLED", 0)
    assert set(machine.cash().values()) == {Decimal(10_000)}


@pytest.mark.parametrize("call", ["scan", "books"])
def test_cycle_with_a_venue_that_fails_commits_the_fault_and_no_trade(call: str) -> None:
    machine = Machine()
    machine.venue.failing = {call}
    report = machine.run(CYCLE + 5)
    assert (report.outcome, report.fills) == (CycleOutcome.COMMITTED, 0)
    assert report.venue_faults == (f"test: {call} timed out",)
    assert [(fault.venue, fault.call) for fault in report.failed] == [("test", call)]


def test_cycle_asks_again_for_a_result_that_it_could_not_get() -> None:
    machine = Machine()
    run_until(machine, END)
    machine.venue.failing = {"resolutions"}
    assert machine.run(END + 2).venue_faults == ("test: resolutions timed out",)
    machine.venue.failing = set()
    assert machine.run(END + 3).settlements == 2


def test_cycle_trade_log_holds_each_trade_once_and_the_outbox_is_empty() -> None:
    machine = Machine()
    run_until(machine, END + 3)
    lines = [json.loads(line) for line in machine.logged()]
    assert [line["kind"] for line in lines] == ["fill", "fill", "settlement", "settlement"]
    assert asyncio.run(machine.runtime.ledger.load()).outbox == ()


def test_cycle_that_could_not_publish_leaves_it_to_the_next() -> None:
    machine = Machine()
    run_until(machine, CYCLE + 4)
    put_once = machine.archive.put_once

    async def full(key: str, body: bytes) -> None:
        if key.startswith("trades/"):
            raise StoreUnavailable("the bucket does not answer")
        await put_once(key, body)

    machine.archive.put_once = full  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        machine.run(CYCLE + 5)
    machine.archive.put_once = put_once  # type: ignore[method-assign]
    report = machine.run(CYCLE + 6)

    assert report.outcome is CycleOutcome.COMMITTED
    assert [k for k in machine.archive.objects if f"cycle={CYCLE + 5}-00" in k] != []
    assert asyncio.run(machine.runtime.ledger.load()).outbox == ()


def test_cycle_report_counts_what_was_seen_and_keeps_equity() -> None:
    report = Machine().run(CYCLE + 5)
    assert (report.markets, report.quotes, report.fills) == (1, 2, 2)
    assert set(report.equity) == {"mean-reversion", "momentum", "yes-no-arbitrage"}
    assert report.equity["momentum"] == 10_000
    assert NOW <= report.scheduled_for == cycle_time(CYCLE + 5)


def test_cycle_leaves_a_venue_alone_that_refused_it_even_after_a_cold_start() -> None:
    machine = Machine()
    machine.venue.scan = refuse  # type: ignore[method-assign]
    machine.run(CYCLE)
    asked: list[int] = []

    async def listen(at: datetime, held: Sequence[str] = ()) -> Scan:
        asked.append(int(at.timestamp()) // 60 - CYCLE)
        return Scan({}, {})

    machine.venue.scan = listen  # type: ignore[method-assign]
    reports = {}
    for minute in range(1, 6):
        machine.runtime = machine.fresh()
        reports[minute] = machine.run(CYCLE + minute)
    assert asked == [3, 4, 5]
    assert "not asked until" in reports[2].venue_faults[0]
    assert reports[3].venue_faults == ()


async def refuse(at: datetime, held: Sequence[str] = ()) -> Scan:
    raise VenueUnavailable("403", "", FaultKind.REFUSED, 120.0)
