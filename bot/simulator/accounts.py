"""Judge accounts as they are committed, each against the shadow that its trades have made."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import promises
from bot.simulator.bounds import Held, held_by, lost_on_the_way, past, together, with_waiting
from bot.simulator.memory import Change
from bot.simulator.promises import Objections, StoredProtection
from bot.simulator.shadow import Shadow, StoredAccount
from bot.simulator.universe import Universe
from chalicelib.aws.table import Item
from chalicelib.domain.cycle import Config
from chalicelib.domain.order import Fill, Purpose, Settlement

Trade = Fill | Settlement


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a transaction, and at which step."""

    is_operator: bool
    step: int


@dataclass
class Accounts:
    """Shadows of all accounts, and the accounts and the house as they are stored."""

    config: Config
    universe: Universe
    shadows: dict[str, Shadow] = field(default_factory=dict)
    stored: dict[str, StoredAccount] = field(default_factory=dict)
    shut: Sequence[StoredProtection] = ()
    """The house's protections."""
    happened: Counter[str] = field(default_factory=Counter)
    """What the simulation really had in it: a promise about what never happened proves nothing."""

    def shadow(self, name: str) -> Shadow:
        """The shadow of an account; a new one has its starting cash."""
        found = self.shadows.get(name)
        if found is None:
            found = self.shadows[name] = Shadow(self.config.limits_of(name).starting_cash)
        return found

    def committed(
        self, changes: Sequence[Change], trades: Sequence[Trade], resets: Iterable[str], by: Author
    ) -> Objections:
        """Judge the accounts that one transaction changed, with all of its trades."""
        of: dict[str, list[Trade]] = defaultdict(list)
        for trade in trades:
            of[trade.strategy].append(trade)
        rows = {c.key.sk[8:]: c for c in changes if c.key.sk.startswith("ACCOUNT#")}
        for change in changes:
            if change.key.sk == "HOUSE":
                self._house(change.after)
        placed: dict[str, set[str]] = {}
        for name in sorted({*of, *rows}):
            before = self.stored.get(name)
            yield from self._trades(of[name], before)
            self.shadow(name).book(of[name])
            if name in rows:
                yield from self._account(name, rows[name].after, name in resets, by)
                placed[name] = _placed(before, self.stored[name])
                self.happened["order waits"] += len(placed[name])
            yield from self._explained(name)
        yield from self._limits(of, placed)

    def _house(self, item: Item | None) -> None:
        shut = [] if item is None else json.loads(item["body"])["protections"]
        self._tripped("house", self.shut, shut)
        self.shut = shut

    def _trades(self, trades: Sequence[Trade], before: StoredAccount | None) -> Objections:
        """Judge the trades of one account in one commit, each for itself."""
        self.happened.update(kind for trade in trades for kind in _kinds(trade))
        holding = [*self.shut, *(before["protections"] if before else ())]
        for trade in trades:
            if isinstance(trade, Settlement):
                continue
            yield from promises.badly_taken(trade, self.universe, before)
            if trade.purpose is Purpose.ENTRY and holding:
                yield from promises.barred(trade, holding)
        paid = [trade for trade in trades if isinstance(trade, Settlement)]
        if paid:
            yield from promises.badly_paid(paid, self.universe)

    def _account(self, name: str, item: Item | None, reset: bool, by: Author) -> Objections:
        """Judge what was written over an account, by a cycle or by an operator."""
        if item is None:
            yield "I2", f"account {name} is gone"
            return
        account, shadow = json.loads(item["body"]), self.shadow(name)
        before = self.stored.get(name)
        shadow.commits += 1
        self.stored[name] = account
        if reset:
            self.happened["reset"] += 1
            shadow.restarted_at = by.step
            shadow.restart(self.config.limits_of(name).starting_cash)
        elif by.is_operator:
            self.happened["protection released"] += 1
            if before is None or _but_protections(before) != _but_protections(account):
                yield "I3", f"an operator changed more of {name} than was asked"
        else:
            yield from self._by_a_cycle(name, account["last_cycle"])
            yield from promises.badly_queued(before, account, self.universe)
        self._tripped("account", before["protections"] if before else (), account["protections"])

    def _by_a_cycle(self, name: str, cycle: int) -> Objections:
        shadow = self.shadow(name)
        if cycle <= shadow.last_cycle:
            yield "I3", f"{name} committed twice in cycle {cycle}"
        shadow.last_cycle = cycle

    def _explained(self, name: str) -> Objections:
        account = self.stored.get(name)
        if account is None:
            yield "I1", f"{name} has trades but no account"
        else:
            yield from self.shadow(name).objections(account)

    def _limits(
        self, of: Mapping[str, Sequence[Trade]], placed: Mapping[str, set[str]]
    ) -> Objections:
        """Judge what the accounts and the house hold once something was entered.

        ``placed`` are the instruments in which each account has just begun to wait.
        """
        fills = {name: [t for t in booked if isinstance(t, Fill)] for name, booked in of.items()}
        entries = {
            name: [fill for fill in booked if fill.purpose is Purpose.ENTRY]
            for name, booked in fills.items()
        }
        if not any(entries.values()) and not any(placed.values()):
            return
        cycle = max(shadow.last_cycle for shadow in self.shadows.values())
        held, waiting, where = dict[str, Held](), dict[str, Held](), set[str]()
        for name, account in self.stored.items():
            spent = lost_on_the_way(fills.get(name, ()), account)
            held[name] = held_by(self.shadow(name), account, spent, cycle)
            waiting[name] = with_waiting(held[name], account)
            entered = {fill.instrument_id for fill in entries.get(name, ())}
            begun = placed.get(name, set())
            where |= entered | begun
            if entered or begun:
                most = waiting[name] if begun else held[name]
                limits = self.config.limits_of(name)
                yield from _objections(past(name, most, limits, entered | begun))
        house = together((waiting if any(placed.values()) else held).values())
        yield from _objections(past("the house", house, self.config.house, where))

    def _tripped(
        self,
        whose: str,
        before: Iterable[StoredProtection],
        after: Iterable[StoredProtection],
    ) -> None:
        known = {(p["rule"], p["subject"], p["tripped_at"]) for p in before}
        for p in after:
            if (p["rule"], p["subject"], p["tripped_at"]) not in known:
                self.happened[f"{whose}: {p['rule']}"] += 1


def _kinds(trade: Trade) -> list[str]:
    if isinstance(trade, Settlement):
        return ["merge" if trade.source == promises.MERGE else "settlement"]
    sized = [f"sized by {trade.sized_by}"] if trade.sized_by else []
    return [f"{trade.purpose.value} as {trade.liquidity.value}", *sized]


def _but_protections(account: StoredAccount) -> dict[str, Any]:
    return {k: v for k, v in account.items() if k not in ("protections", "version")}


def _objections(found: Iterator[str]) -> Objections:
    return (("I21", detail) for detail in found)


def _placed(before: StoredAccount | None, after: StoredAccount) -> set[str]:
    """Instruments in which a purchase has begun to wait."""
    known = before["orders"] if before else {}
    return {
        order["instrument_id"]
        for identity, order in after["orders"].items()
        if identity not in known and order["side"] == "buy"
    }
