"""What a cycle commits, in small sound values."""

from dataclasses import replace

from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import Config, CycleOutcome, CycleReport, Decision, cycle_time
from chalicelib.domain.order import Fill, Settlement, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.ports import Lease, WorkingSet
from tests import builders
from tests.builders import CYCLE, NOW


def fill(strategy: str, number: int = 0, cycle_id: int = CYCLE) -> Fill:
    """Ten contracts bought at 0.30; each number is another market."""
    made = builders.fill(Side.BUY, 10, "0.30", f"test:m{number}:yes", builders.SEVEN)
    identity = f"{strategy}-{cycle_id}-{number:03d}"
    return replace(made, strategy=strategy, fill_id=identity, cycle_id=cycle_id)


def settlement(strategy: str, number: int = 0) -> Settlement:
    """Ten contracts that paid one dollar each."""
    paid = builders.settlement(f"test:m{number}:yes", 10, 1, 3)
    return replace(paid, strategy=strategy, settlement_id=f"{strategy}-paid-{number:03d}")


def account(strategy: str, version: int = 0, last_cycle: int = -1) -> Account:
    """An account with nothing but its starting cash."""
    return replace(builders.account(10_000, strategy), version=version, last_cycle=last_cycle)


def trading(*strategies: str, fills: int = 1, version: int = 0) -> Decision:
    """A decision in which each of these strategies buys in some markets."""
    accounts, booked = {}, []
    for name in strategies:
        accounts[name] = account(name, version)
        for number in range(fills):
            booked.append(fill(name, number))
            accounts[name] = apply_fill(accounts[name], booked[-1])
    return Decision(accounts, tuple(booked))


def idle(*strategies: str) -> Decision:
    """A decision that trades nothing, on accounts that were never stored."""
    return Decision({name: account(name) for name in strategies})


def report(decision: Decision, cycle_id: int = CYCLE) -> CycleReport:
    """The summary that goes with a decision."""
    return CycleReport(
        cycle_id,
        cycle_time(cycle_id),
        CycleOutcome.COMMITTED,
        "schedule",
        committed_at=NOW,
        started_at=NOW,
        record_key=f"records/cycle={cycle_id}.json.gz",
        fills=len(decision.fills),
        settlements=len(decision.settlements),
        equity={name: one.equity for name, one in decision.accounts.items()},
    )


def lease(cycle_id: int = CYCLE, fence: int = 1) -> Lease:
    """A lease on a cycle."""
    return Lease(cycle_id, "worker-1", fence, None)


def working(*accounts: Account, control: Control | None = None) -> WorkingSet:
    """A working set with these accounts, running unless said otherwise."""
    switch = control or builders.control()
    return WorkingSet(switch, Config({}, RiskLimits()), {a.strategy: a for a in accounts}, ())
