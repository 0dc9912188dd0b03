"""The trading cycle, on one screen.

    event -> lease -> load -> observe -> wish -> books -> decide -> record -> commit -> publish

Safe to run twice, late, at the same time as another, or to be killed at any await: what is not
committed never happened, and what is committed is published by whoever comes next.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.book import OrderBook
from chalicelib.domain.cycle import (
    RECORD_SCHEMA,
    CycleOutcome,
    CycleRecord,
    CycleReport,
    Decision,
    Observation,
    ScheduledEvent,
    StrategyFault,
    cycle_time,
)
from chalicelib.domain.errors import TransactionCancelled
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.in_force import in_force
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.portfolio import Account
from chalicelib.domain.strategy import Strategy
from chalicelib.domain.usage import HostUsage
from chalicelib.engine.data_quality import data_pauses, examples, notable
from chalicelib.engine.decide import Inputs, decide, open_accounts
from chalicelib.engine.exits import instruments_to_leave
from chalicelib.engine.history import TapeRow, build_tape, history_row
from chalicelib.engine.observe import fetch_books, observe
from chalicelib.engine.outside import look_outside
from chalicelib.engine.publish import publish
from chalicelib.engine.questions import Twins
from chalicelib.engine.record import most_rows, recall
from chalicelib.engine.rest import instruments_of_orders
from chalicelib.engine.runtime import Runtime
from chalicelib.engine.wish import Wishes, active_strategies, instruments_to_trade, wish
from chalicelib.matching.twin import twin_instruments
from chalicelib.ports import Lease, WorkingSet
from chalicelib.validation.findings import add_counts
from chalicelib.validation.jump import ROWS

MOST_REFUSED = 20
"""Refusals kept in a cycle's summary, the newest, without the numbers behind them: every minute
leaves such a row. Its record holds all of them, with theirs."""

ATTEMPTS = 2
"""Once with the control as first read, and once more if an operator changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class View:
    """What one cycle saw and wished, before anything was sized: the same on every attempt.

    ``outside_faults`` are of what no venue is: they are shown, and decide nothing.
    """

    observation: Observation
    row: TapeRow
    twins: Twins
    wishes: dict[str, Wishes]
    faults: tuple[StrategyFault, ...]
    books: Mapping[InstrumentId, OrderBook]
    book_faults: tuple[VenueFault, ...]
    outside_faults: tuple[VenueFault, ...]
    usage: tuple[HostUsage, ...]


async def run_cycle(event: ScheduledEvent, owner: str, runtime: Runtime) -> CycleReport:
    """Run one cycle for one delivery of its event, and say how it ended.

    Raises StoreError when our own state could not be read or written: nothing was booked then,
    or the commit's outcome is unknown and the next cycle finds out.
    """
    started = runtime.clock.now()
    report = CycleReport(
        event.cycle_id,
        cycle_time(event.cycle_id),
        CycleOutcome.COMMITTED,
        event.trigger,
        started_at=started,
    )
    age = (started - event.sent_at).total_seconds()
    if age > runtime.max_event_age_seconds:
        return replace(report, outcome=CycleOutcome.LATE, reason=f"the event is {age:.0f} s old")
    lease = await runtime.ledger.acquire(event.cycle_id, owner, started)
    if isinstance(lease, str):
        return replace(report, outcome=CycleOutcome(lease))
    working = await runtime.ledger.load()
    await publish(runtime, working.outbox)
    working = replace(working, config=in_force(working.config, runtime.registry))
    strategies, faults = active_strategies(working.config, runtime.registry)
    view = await _look(runtime, lease, working, strategies, faults)
    return await _book(runtime, lease, working, view, strategies, report)


async def _look(
    runtime: Runtime,
    lease: Lease,
    working: WorkingSet,
    strategies: dict[str, Strategy],
    faults: list[StrategyFault],
) -> View:
    """Quotes of everything, wishes on them, then books of what is wished for."""
    at = cycle_time(lease.cycle_id)
    most = _rows_kept(strategies)
    if not runtime.history.knows(lease.previous_record, most):
        rows = await recall(runtime.archive, lease.previous_record, most)
        runtime.history.restore(lease.previous_record, rows, most)
    observation = await observe(
        runtime, working.accounts, at, working.house.breakers, working.config.quality
    )
    row, outside = await _row(runtime, lease.cycle_id, observation)
    twins = twin_instruments(working.twins, observation.markets)
    tape = build_tape(runtime.history.window(row, most), observation.markets.values(), twins)
    wishes, raised = wish(strategies, tape)
    config = working.config
    orders = max((config.limits_of(n).max_orders_per_cycle for n in wishes), default=0)
    wanted = instruments_to_trade(wishes, working.accounts, orders)
    leaving = instruments_to_leave(working.accounts, config, working.control, observation, at)
    wanted = sorted({*wanted, *leaving, *instruments_of_orders(working.accounts)})
    late = config.house.extra_latency_seconds
    if late and wanted:
        await runtime.wait(late)
    depth, book_faults = await fetch_books(
        runtime, wanted, at + timedelta(seconds=late), observation, config.quality
    )
    quality = add_counts(observation.quality, depth.quality)
    seen = observation.joined(depth.quarantined, quality)
    return View(
        seen,
        row,
        twins,
        wishes,
        (*faults, *raised),
        depth.books,
        tuple(book_faults),
        tuple(outside),
        runtime.take_usage(),
    )


async def _row(
    runtime: Runtime, cycle_id: int, seen: Observation
) -> tuple[TapeRow, Sequence[VenueFault]]:
    """What strategies are shown of this minute, and what failed outside of the venues."""
    row = history_row(cycle_id, seen.quotes, seen.doubted, seen.market_of)
    before = runtime.history.newest
    outside = await look_outside(runtime, seen, None if before is None else cycle_time(before))
    told = replace(row, forecast=outside.forecast, news=outside.news)
    return TapeRow.of(told), outside.faults


def _rows_kept(strategies: dict[str, Strategy]) -> int:
    """The history a cycle needs: what strategies look back on, and what jumps are judged by."""
    return max(most_rows(strategies), ROWS)


async def _book(
    runtime: Runtime,
    lease: Lease,
    working: WorkingSet,
    view: View,
    strategies: dict[str, Strategy],
    report: CycleReport,
) -> CycleReport:
    """Decide, record and commit; again if the operator's switch moved under us."""
    for _ in range(ATTEMPTS):
        accounts = open_accounts(working.accounts, strategies, working.config)
        decision = decide(_inputs(lease, working, view, accounts))
        record = _record(runtime, lease, working, view, accounts, decision)
        key, body = runtime.seal(record)
        await runtime.archive.put_once(key, body)
        done = _summary(runtime, report, working, view, decision, key)
        try:
            entries = await runtime.ledger.commit(lease, working, decision, done)
        except TransactionCancelled as lost:
            if set(lost.failed) != {"control"}:
                return replace(report, outcome=CycleOutcome.FENCED, reason=lost.message)
            # The wishes were made under these settings; changed ones count from the next cycle.
            working = replace(await runtime.ledger.load(), config=working.config)
            continue
        runtime.history.extend(key, view.row, _rows_kept(strategies))
        await publish(runtime, entries)
        return done
    return replace(report, outcome=CycleOutcome.FENCED, reason="control changed twice in one cycle")


def _inputs(lease: Lease, working: WorkingSet, view: View, accounts: dict[str, Account]) -> Inputs:
    return Inputs(
        lease.cycle_id,
        working.control,
        working.config,
        accounts,
        view.observation,
        view.books,
        view.wishes,
        view.faults,
        working.house,
        view.book_faults,
    )


def _record(
    runtime: Runtime,
    lease: Lease,
    working: WorkingSet,
    view: View,
    accounts: dict[str, Account],
    decision: Decision,
) -> CycleRecord:
    keeps_window = lease.cycle_id % runtime.window_every == 0
    return CycleRecord(
        RECORD_SCHEMA,
        lease.cycle_id,
        lease.previous_record,
        working.control,
        working.config,
        accounts,
        view.observation,
        dict(view.books),
        view.book_faults,
        view.row.row,
        runtime.history.rows() if keeps_window else None,
        decision,
        working.house,
        tuple(view.twins),
        runtime.history.kept if keeps_window else 0,
    )


def _summary(
    runtime: Runtime,
    report: CycleReport,
    working: WorkingSet,
    view: View,
    decision: Decision,
    record_key: str,
) -> CycleReport:
    now = runtime.clock.now()
    venue_faults = (*view.observation.faults, *view.book_faults, *view.outside_faults)
    return replace(
        report,
        control=working.control.state.value,
        reason="" if working.control.version else working.control.reason,
        committed_at=now,
        record_key=record_key,
        markets=len(view.observation.markets),
        quotes=len(view.observation.quotes),
        fills=len(decision.fills),
        settlements=len(decision.settlements),
        refusals=dict(sorted(Counter(r.code for r in decision.refusals).items())),
        venue_faults=tuple(str(fault) for fault in venue_faults),
        strategy_faults=tuple(
            f"{f.strategy}: {f.reason}" for f in (*runtime.broken, *decision.faults)
        ),
        equity={name: account.equity for name, account in sorted(decision.accounts.items())},
        refused=tuple(replace(r, inputs={}) for r in decision.refusals[-MOST_REFUSED:]),
        usage=view.usage,
        quality=view.observation.quality,
        quarantined=examples(view.observation.quarantined),
        consensus=notable(view.observation.consensus),
        data_pauses=data_pauses(decision.house),
        failed=venue_faults,
    )
