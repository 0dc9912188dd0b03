"""Judge every change of the state as it is made: a check costs no more than the change did."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.simulator.memory import Change
from bot.simulator.promises import Objections, badly_taken, is_permitted
from bot.simulator.report import Violation
from bot.simulator.shadow import Shadow, StoredAccount
from bot.simulator.tradelog import TradeLog, line_of
from chalicelib.aws import rows
from chalicelib.aws.rows import control_from
from chalicelib.aws.table import Item
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import CycleOutcome, CycleReport
from chalicelib.domain.order import Fill

if TYPE_CHECKING:
    from bot.simulator.run import Run
    from bot.simulator.world import World

MOST_VIOLATIONS = 50


@dataclass
class Judge:
    """Knows what the state must be, from the changes it has seen."""

    world: "World"
    starting_cash: Decimal
    violations: list[Violation] = field(default_factory=list)
    shadows: dict[str, Shadow] = field(default_factory=dict)
    accounts: dict[str, StoredAccount] = field(default_factory=dict)
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
        trades = [change for change in changes if change.key.pk.startswith("TRADE#")]
        lines = [line for change in trades for line in self._trade(change)]
        touched = {change.key.pk.partition("#")[2] for change in trades}
        for change in changes:
            self._judge(self._other(change, lines))
            if change.key.sk.startswith("ACCOUNT#"):
                touched.add(change.key.sk.partition("#")[2])
        for name in sorted(touched):
            self._judge(self._explained(name))

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
        if key.pk.startswith("CYCLE#"):
            return self._summary(change)
        if key.sk.startswith("ACCOUNT#"):
            return self._account(change)
        if key.sk.startswith("OUTBOX#"):
            return self.log.outbox(change, lines)
        if key == rows.LEASE_KEY:
            return self._lease(change)
        if key == rows.CONTROL_KEY:
            self.control = control_from(change.after)
        return iter(())

    def _trade(self, change: Change) -> Iterator[bytes]:
        if change.before is not None:
            self.object("I3", f"trade {change.key.sk} was booked again")
        if change.after is None:
            return
        trade = rows.trade_from(change.after)
        self.trades += 1
        self._shadow(trade.strategy).book(trade)
        line = line_of(change.after)
        self.log.committed(line, self.world.step)
        if not is_permitted(self.control.state, trade):
            self.object("I6", f"{change.key.sk} was booked while {self.control.state}")
        if isinstance(trade, Fill):
            self._judge(badly_taken(trade, self.world.universe))
        yield line

    def _account(self, change: Change) -> Objections:
        if change.after is None:
            yield "I2", f"{change.key.sk} is gone"
            return
        account = json.loads(change.after["body"])
        name, last_cycle = account["strategy"], account["last_cycle"]
        shadow = self._shadow(name)
        shadow.commits += 1
        if last_cycle <= shadow.last_cycle:
            yield "I3", f"{name} committed twice in cycle {last_cycle}"
        shadow.last_cycle = last_cycle
        self.accounts[name] = account
        yield from self._fenced("an account was committed")

    def _explained(self, name: str) -> Objections:
        account = self.accounts.get(name)
        if account is None:
            yield "I1", f"{name} has trades but no account"
        else:
            yield from self._shadow(name).objections(account)

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
        if report["record_key"] not in self.world.archive.objects:
            yield "I15", f"cycle {report['cycle_id']} was committed without its record"
        else:
            self.committed_records.append(report["record_key"])
        for name, account in self.accounts.items():
            equity = self._shadow(name).equity(account)
            reported = report["equity"].get(name)
            if reported is None or Decimal(reported) != equity:
                yield "I10", f"{name} is reported at {reported}, it has {equity}"

    def _shadow(self, name: str) -> Shadow:
        return self.shadows.setdefault(name, Shadow(self.starting_cash))
