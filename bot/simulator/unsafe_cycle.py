"""Unsafe variants of what a cycle does: wrong order, wrong memory, wrong reading, wrong money."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.simulator.patching import Patch, module, patched, together
from chalicelib.aws import rows
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Decision
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.quarantine import STALE
from chalicelib.domain.remembered import Entries
from chalicelib.engine.decide import Inputs
from chalicelib.engine.history import History
from chalicelib.engine.publish import trade_log, trade_log_key
from chalicelib.ports import OutboxEntry

CYCLE = module("engine.cycle")
LEDGER = module("aws.ledger")


def _before(pulse: Pulse, cycle_id: int) -> Pulse:
    """What was remembered before this cycle: entries in one cycle are counted once only."""
    entries = [(cycle, made) for cycle, made in pulse.opened if cycle < cycle_id]
    return replace(pulse, opened=Entries.of(entries))


def booked_again() -> AbstractContextManager[None]:
    """Forget which accounts an earlier delivery of the event has booked."""

    def forgetful(real: Callable[[Inputs], Decision]) -> Callable[[Inputs], Decision]:
        def decide(inputs: Inputs) -> Decision:
            accounts = {
                name: replace(a, last_cycle=-1, pulse=_before(a.pulse, inputs.cycle_id))
                for name, a in inputs.accounts.items()
            }
            return real(replace(inputs, accounts=accounts))

        return decide

    record = module("engine.record")
    return together(
        lambda: patched(CYCLE, "decide", forgetful(CYCLE.decide)),
        lambda: patched(record, "decide", forgetful(record.decide)),
    )()


def missing_is_running() -> AbstractContextManager[None]:
    """Take a control row that is missing for permission."""
    real = rows.control_from
    running = Control(ControlState.RUNNING, 1, "", "", None)
    return patched(rows, "control_from", lambda item: real(item) if item else running)


def state_is_enough() -> AbstractContextManager[None]:
    """Take any row with a known state for a control, whatever else it holds."""

    def control_from(item: Any) -> Control:
        row = item or {}
        state = row["state"] if row.get("state") in set(ControlState) else "KILLED"
        version = row["version"] if isinstance(row.get("version"), int) else 0
        return Control(ControlState(state), version, "", "", None, row.get("schema", 1))

    return patched(rows, "control_from", control_from)


def paused_may_enter() -> AbstractContextManager[None]:
    """Let a paused system open positions."""
    return patched(Control, "allows", lambda self, _: self.state is not ControlState.KILLED)


def acknowledged_first() -> AbstractContextManager[None]:
    """Forget an outbox entry before its trades are in the archive."""

    async def publish(runtime: Any, entries: tuple[OutboxEntry, ...]) -> None:
        for entry in entries:
            await runtime.ledger.acknowledge(entry)
            await runtime.archive.put_once(trade_log_key(entry), trade_log(entry))

    return patched(CYCLE, "publish", publish)


class _Reordered:
    """A ledger and an archive that do things in another order than they are told to."""

    def __init__(self, runtime: Any) -> None:
        self._ledger, self._archive = runtime.ledger, runtime.archive
        self.load, self.acknowledge = self._ledger.load, self._ledger.acknowledge
        self.get = self._archive.get

    async def put_once(self, key: str, body: bytes) -> None:
        """Store an object."""
        await self._archive.put_once(key, body)

    async def commit(self, *inputs: Any) -> Any:
        """Commit a decision."""
        return await self._ledger.commit(*inputs)


class _Eager(_Reordered):
    """Logs the trades of a commit before it is made."""

    async def commit(self, *inputs: Any) -> Any:
        """Log, then commit."""
        for chunk in LEDGER.commit_chunks(*inputs, []):
            if chunk.outbox:
                await self._archive.put_once(trade_log_key(chunk.outbox), trade_log(chunk.outbox))
        return await self._ledger.commit(*inputs)


class _Tardy(_Reordered):
    """Puts the record of a cycle into the archive when it is committed."""

    async def put_once(self, key: str, body: bytes) -> None:
        """Hold a record back; store anything else."""
        if key.startswith("records/"):
            self._held = key, body
        else:
            await self._archive.put_once(key, body)

    async def commit(self, *inputs: Any) -> Any:
        """Commit, then store."""
        entries = await self._ledger.commit(*inputs)
        await self._archive.put_once(*self._held)
        return entries


def _reordered(order: type[_Reordered]) -> AbstractContextManager[None]:
    real = CYCLE._book

    async def book(runtime: Any, *inputs: Any) -> Any:
        both = order(runtime)
        return await real(replace(runtime, ledger=both, archive=both), *inputs)

    return patched(CYCLE, "_book", book)


def logged_before_commit() -> AbstractContextManager[None]:
    """Write the trade log before the commit."""
    return _reordered(_Eager)


def recorded_after_commit() -> AbstractContextManager[None]:
    """Write the cycle's record after the commit."""
    return _reordered(_Tardy)


def history_trusted() -> AbstractContextManager[None]:
    """Let a warm container decide from what it remembers, whoever has committed since."""
    return patched(
        History, "knows", lambda self, key, most: key == self._key or len(self._rows) >= most
    )


def history_too_short() -> AbstractContextManager[None]:
    """Let a window that was kept for a shorter lookback pass for a longer one."""
    return patched(History, "knows", lambda self, key, _: key == self._key)


def old_books_believed() -> AbstractContextManager[None]:
    """Let books of any age through the validator."""
    books = module("validation.books")
    real = books.time_fault

    def time_fault(book: Any, bounds: Any) -> Any:
        found = real(book, bounds)
        return None if found and found[0] == STALE else found

    return patched(books, "time_fault", time_fault)


def old_books_pass_the_gate() -> AbstractContextManager[None]:
    """Trade on books of any age that were believed."""
    gate = module("engine.gate")
    real = gate._book_objection

    def objection(desk: Any, instrument_id: str) -> Any:
        found = real(desk, instrument_id)
        return None if found and found.code == "stale-book" else found

    return patched(gate, "_book_objection", objection)


def float_money() -> AbstractContextManager[None]:
    """Add up cash in binary floating point."""
    booking = module("domain.booking")
    real = booking._reduce

    def reduce(account: Any, held: Any, size: Decimal, received: Decimal, *rest: Any) -> Any:
        cash = Decimal(float(account.cash) + float(received))
        return replace(real(account, held, size, received, *rest), cash=cash)

    return patched(booking, "_reduce", reduce)


def equity_of_before() -> AbstractContextManager[None]:
    """Report the equity from before the cycle."""
    real = CYCLE._summary

    def summary(runtime: Any, report: Any, working: Any, *inputs: Any) -> Any:
        done = real(runtime, report, working, *inputs)
        before = {name: account.equity for name, account in working.accounts.items()}
        return replace(done, equity={**done.equity, **before})

    return patched(CYCLE, "_summary", summary)


def _without_limit(where: str) -> Patch:
    return lambda: patched(module(where), "MOST_TRADES", 10_000)


unlimited_trades: Patch = together(_without_limit("engine.settle"), _without_limit("engine.turn"))
"""Let an account make more trades than one transaction can book."""
