"""What happened in a cycle, in words for people."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.cycle import CycleReport, Decision
from chalicelib.domain.order import Fill, Settlement, Side

MOST_ENTRIES = 60
"""Entries kept of one cycle, so that its row stays small."""


def activity_of(decision: Decision, report: CycleReport) -> list[Mapping[str, Any]]:
    """One entry per trade, settlement and fault, in the order in which they happened."""
    entries = [
        *(
            _entry("settlement", s.strategy, settlement_text(s), report)
            for s in decision.settlements
        ),
        *(_entry("trade", f.strategy, fill_text(f), report, f.inputs) for f in decision.fills),
        *(_entry("fault", None, text, report) for text in report.faults),
    ]
    return entries[:MOST_ENTRIES]


def fill_text(fill: Fill) -> str:
    """A fill as a sentence."""
    verb = "Bought" if fill.side is Side.BUY else "Sold"
    return (
        f"{verb} {fill.size.normalize():f} {fill.title} at {fill.price.normalize():f} "
        f"(fee {fill.fee.normalize():f}): {fill.reason}"
    )


def settlement_text(settlement: Settlement) -> str:
    """A settlement as a sentence."""
    return (
        f"{settlement.title} paid {settlement.payout.normalize():f} a contract: "
        f"{settlement.size.normalize():f} contracts, profit {settlement.realised:+.2f}"
    )


def _entry(
    kind: str,
    strategy: str | None,
    text: str,
    report: CycleReport,
    inputs: Mapping[str, float] | None = None,
) -> Mapping[str, Any]:
    """An entry; ``inputs`` go into it as JSON text, because rows hold whole numbers alone."""
    entry = {"kind": kind, "strategy": strategy, "text": text, "cycle_id": report.cycle_id}
    return {**entry, "inputs": json.dumps(inputs, separators=(",", ":"))} if inputs else entry
