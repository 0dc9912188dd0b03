"""Write replay-120.json again: ``python -m tests.golden.regenerate``, from the repository's root.

Do this only when a number was meant to change, and look at the diff: it is the review.
"""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.simulator.memory import MemoryArchive
from chalicelib.aws import rows
from chalicelib.domain.cycle import Config, CycleReport, ScheduledEvent, StrategySetting, cycle_time
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.strategy import REGISTRY
from chalicelib.engine.cycle import run_cycle
from chalicelib.strategies import discover
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.client import open_venue
from tests.builders import SetClock, running_table, runtime

GOLDEN = Path(__file__).with_name("replay-120.json")
CYCLES = 120
CHOSEN: dict[str, dict[str, object]] = {
    "mean-reversion": {
        "window": 12,
        "entry_z": 2.0,
        "min_deviation": 0.08,
        "exit_within": 0.02,
        "last_minutes": 2,
    },
    "momentum": {
        "window": 6,
        "min_rise": 0.05,
        "continuation": 0.8,
        "reversal": 0.03,
        "highest": 0.85,
        "last_minutes": 2,
    },
    "yes-no-arbitrage": {"min_margin": 0.0},
}
LIMITS = RiskLimits(
    starting_cash=Decimal(10_000),
    cash_per_entry=Decimal(200),
    max_share_of_depth=Decimal("0.25"),
    max_open_positions=20,
    max_exposure=Decimal("0.5"),
    max_orders_per_cycle=20,
    max_book_age_seconds=30,
)


def replayed() -> dict[str, Any]:
    """The first two hours of the recorded tape through the real cycle: equity and every trade."""
    discover()
    # No exit rule, so that positions are held to their settlement too.
    chosen = {n: StrategySetting(params=p, exits=ExitRules()) for n, p in CHOSEN.items()}
    config = Config(chosen, LIMITS, 1)
    table, clock = running_table(config), SetClock()
    registry = {name: REGISTRY[name] for name in CHOSEN}
    machine = runtime(table, MemoryArchive(), open_venue({}), registry, clock)

    async def run() -> list[CycleReport]:
        first = int(TAPE_START.timestamp()) // 60
        reports = []
        for cycle in range(first, first + CYCLES):
            clock.shown = cycle_time(cycle)
            event = ScheduledEvent(clock.shown, clock.shown, "golden")
            reports.append(await run_cycle(event, f"owner {cycle}", machine))
        return reports

    reports = asyncio.run(run())
    stored = [table.rows.get(rows.trades_partition(name), {}) for name in sorted(CHOSEN)]
    trades = [rows.trade_from(item) for part in stored for _, item in sorted(part.items())]
    return {
        "cycles": [_cycle(report) for report in reports],
        "trades": sorted(_trade(trade) for trade in trades),
    }


def _cycle(report: CycleReport) -> dict[str, Any]:
    equity = {name: f"{value:f}" for name, value in report.equity.items()}
    return {
        "cycle": report.cycle_id,
        "outcome": report.outcome.value,
        "equity": equity,
        "refusals": report.refusals,
    }


def _trade(trade: Fill | Settlement) -> str:
    """One trade as one line, so that a change of it is a change of one line."""
    if isinstance(trade, Settlement):
        what = f"settle {trade.size:f} at {trade.payout:f}, profit {trade.realised:f}"
        return f"{trade.cycle_id} {trade.strategy} {trade.instrument_id}: {what}"
    what = f"{trade.side} {trade.size:f} for {trade.value:f}, fee {trade.fee:f}"
    return f"{trade.cycle_id} {trade.strategy} {trade.instrument_id}: {what}. {trade.reason}"


def as_text(golden: dict[str, Any]) -> str:
    """The file's content: one cycle and one trade a line."""
    cycles = ",\n  ".join(json.dumps(cycle) for cycle in golden["cycles"])
    trades = ",\n  ".join(json.dumps(trade) for trade in golden["trades"])
    return f'{{\n"cycles": [\n  {cycles}\n],\n"trades": [\n  {trades}\n]\n}}\n'


if __name__ == "__main__":
    GOLDEN.write_text(as_text(replayed()), "utf-8")
    print(f"wrote {GOLDEN.name}: look at the diff before you commit it")
