"""Judge every change of the state as it is made: a check costs no more than the change did."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.simulator.accounts import Accounts, Author
from bot.simulator.memory import Change
from bot.simulator.promises import Objections, is_permitted
from bot.simulator.report import Violation
from bot.simulator.tradelog import TradeLog, line_of
from chalicelib.aws import rows
from chalicelib.aws.rows import control_from
from chalicelib.aws.table import Item
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import CycleOutcome, CycleReport
from chalicelib.domain.order import Fill, Settlement

if TYPE_CHECKING:
    from bot.simulator.run import Run
    from bot.simulator.world import World

MOST_VIOLATIONS = 50

EVENTS = ("reset", "funding")
"""Kinds of rows among the trades that are no trades; they are logged like them."""


@dataclass
class Judge:
    """Knows what the state must be, from the changes it has seen."""

    world: "World"
    accounts: Accounts
    violations: list[Violation] = field(default_factory=list)
    log: TradeLog = field(default_factory=TradeLog)
    commits: int = 0
    trades: int = 0
    fence: int = 0
    committed_records: list[str] = field(default_factory=list)
    """Record keys of committed cycles, until someone takes them away to replay them."""

    def __post_init__(self) -> None:
        """Start from an empty table: no control row means KILLED."""
        self.control: Control = control_from(None)
        self._digest = hashlib.sha256()

    @property
    def state_hash(self) -> str:
        """A hash of everything that was ever stored, in order."""
        return self._digest.hexdigest()

    def object(self, invariant: str, detail: str) -> None:
        """Note a broken promise."""
        if len(self.violations) < MOST_VIOLATIONS:
            world = self.world
            self.violations.append(Violation(world.step, world.cycle_id, invariant, detail))

    def changed(self, changes: Sequence[Change]) -> None:
        """Judge one write or transaction that has just been made."""
        for change in changes:
            self._seal(change.after)
        booked = [change for change in changes if change.key.pk.startswith("TRADE#")]
        resets = {c.key.pk[6:] for c in booked if c.after and c.after["kind"] == "reset"}
        fresh = [c for c in booked if c.after and c.after["kind"] not in EVENTS]
        trades = [self._trade(change) for change in fresh]
        lines = [line_of(change.after) for change in booked if change.after]
        for line in lines:
            self.log.committed(line, self.world.step)
        for change in changes:
            self._judge(self._other(change, lines))
        by = Author(self.world.current.is_operator, self.world.step)
        self._judge(self.accounts.committed(changes, trades, resets, by))
        for change in changes:
            if change.key.pk.startswith("CYCLE#"):
                self._judge(self._summary(change))

    def stored(self, key: str) -> None:
        """Judge an object that has just been put into the archive."""
        body = self.world.archive.objects[key]
        self._digest.update(key.encode())
        if key.startswith("trades/"):
            self._judge(self.log.stored(key, body))

    def finished(self, run: "Run", report: CycleReport) -> None:
        """Judge a run's answer: one that committed has published all that was committed before."""
        if report.outcome is not CycleOutcome.COMMITTED:
            return
        late = self.log.unlogged_before(run.started)
        if late:
            self.object("I8", f"{late} trades are still not logged after a later committed cycle")

    def _judge(self, objections: Objections) -> None:
        for invariant, detail in objections:
            self.object(invariant, detail)

    def _seal(self, item: Item | None) -> None:
        text = "gone" if item is None else item.get("body") or repr(item)
        self._digest.update(text.encode())
        if "NaN" in text or "Infinity" in text:
            self.object("I13", f"a row holds a number that is none: {text[:200]}")

    def _other(self, change: Change, lines: list[bytes]) -> Objections:
        key = change.key
        if key.sk.startswith("ACCOUNT#") and not self.world.current.is_operator:
            return self._fenced("an account was committed")
        if key.sk.startswith("OUTBOX#"):
            return self.log.outbox(change, lines)
        if key == rows.LEASE_KEY:
            return self._lease(change)
        if key == rows.CONTROL_KEY:
            self.control = control_from(change.after)
        return iter(())

    def _trade(self, change: Change) -> Fill | Settlement:
        """Note a trade, and judge whether it may be there at all."""
        item = change.after or {}
        trade = rows.trade_from(item)
        if change.before is not None:
            self.object("I3", f"trade {change.key.sk} was booked again")
        self.trades += 1
        if not is_permitted(self.control.state, trade):
            self.object("I6", f"{change.key.sk} was booked while {self.control.state}")
        return trade

    def _lease(self, change: Change) -> Objections:
        before, after = change.before or {}, change.after or {}
        granted = after.get("fence", 0)
        if granted == before.get("fence", 0):
            if after.get("last_cycle", -1) <= before.get("last_cycle", -1):
                yield "I3", f"cycle {after.get('last_cycle')} was marked as done twice"
            yield from self._fenced("a cycle was marked as done")
            return
        if granted <= self.fence:
            yield "I7", f"fence {granted} was granted after {self.fence}"
        self.fence = max(self.fence, granted)
        self.world.current.fence = granted

    def _fenced(self, what: str) -> Objections:
        held = self.world.current.fence
        if held != self.fence:
            yield "I7", f"{what} under fence {held}, the newest is {self.fence}"

    def _summary(self, change: Change) -> Objections:
        if change.before is not None:
            yield "I3", f"cycle {change.key.sk} was committed twice"
        if change.after is None:
            return
        report = json.loads(change.after["body"])
        self.commits += 1
        for code, count in report["refusals"].items():
            self.accounts.happened[f"refused: {code}"] += count
        if report["record_key"] not in self.world.archive.objects:
            yield "I15", f"cycle {report['cycle_id']} was committed without its record"
        else:
            self.committed_records.append(report["record_key"])
        for name, account in self.accounts.stored.items():
            shadow = self.accounts.shadow(name)
            if shadow.restarted_at > self.world.current.started:
                continue  # an operator started it again while the cycle ran on what it had read
            equity = shadow.equity(account)
            reported = report["equity"].get(name)
            if reported is None or Decimal(reported) != equity:
                yield "I10", f"{name} is reported at {reported}, it has {equity}"
