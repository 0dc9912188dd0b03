"""Domain values as they go over the wire. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.activity import fill_text, settlement_text
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import CycleRecord, CycleReport
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Fill, Refusal, Settlement
from chalicelib.web import wire


def control_view(control: Control, note: str = "") -> wire.ControlView:
    """The switch, with what its state means right now."""
    return wire.ControlView(
        state=control.state,
        version=control.version,
        reason=control.reason,
        actor=control.actor,
        changed_at=control.changed_at,
        note=note,
    )


def cycle_view(report: CycleReport) -> wire.CycleView:
    """A cycle's summary."""
    return wire.CycleView(
        cycle_id=report.cycle_id,
        scheduled_for=report.scheduled_for,
        committed_at=report.committed_at,
        outcome=report.outcome.value,
        trigger=report.trigger,
        control=report.control,
        reason=report.reason,
        markets=report.markets,
        quotes=report.quotes,
        fills=report.fills,
        settlements=report.settlements,
        refusals=report.refusals,
        faults=list(report.faults),
        duration_ms=report.duration_ms,
        quarantined=sum(one.quarantined for one in report.quality),
        origins={venue: origin.value for venue, origin in report.origins.items()},
    )


def trade_view(trade: Fill | Settlement) -> wire.TradeView:
    """A fill or a settlement."""
    if isinstance(trade, Settlement):
        return wire.TradeView(
            id=trade.settlement_id,
            kind="settlement",
            cycle_id=trade.cycle_id,
            at=trade.known_at,
            strategy=trade.strategy,
            instrument_id=trade.instrument_id,
            market_id=trade.market_id,
            title=trade.title,
            side="settle",
            size=trade.size,
            price=trade.payout,
            value=trade.value,
            fee=ZERO,
            reason=f"resolved by {trade.source}",
            fee_rule="",
        )
    return wire.TradeView(
        id=trade.fill_id,
        kind="fill",
        cycle_id=trade.cycle_id,
        at=trade.occurred_at,
        strategy=trade.strategy,
        instrument_id=trade.instrument_id,
        market_id=trade.market_id,
        title=trade.title,
        side=trade.side.value,
        size=trade.size,
        price=trade.price,
        value=trade.value,
        fee=trade.fee,
        reason=trade.reason,
        fee_rule=trade.fee_rule,
        inputs=trade.inputs,
    )


def activity_view(entry: Mapping[str, Any]) -> wire.ActivityView:
    """One thing that happened; its row keeps the numbers behind it as JSON text."""
    inputs = json.loads(entry.get("inputs", "{}"))
    return wire.ActivityView(**{**entry, "inputs": inputs})


def decision_views(record: CycleRecord) -> list[wire.DecisionView]:
    """Everything a cycle did and refused to do, in words."""
    titles = {
        outcome.instrument_id: f"{outcome.label} · {market.title}"
        for market in record.observation.markets.values()
        for outcome in market.outcomes
    }
    decision = record.decision
    return [
        *(_settlement(s) for s in decision.settlements),
        *(_fill(f) for f in decision.fills),
        *(_refusal(r, titles) for r in decision.refusals),
        *(_fault(f.strategy, "strategy-fault", f.reason) for f in decision.faults),
        *(_fault(f.venue, f.code, f.reason) for f in record.observation.faults),
        *(_fault(f.venue, f.code, f.reason) for f in record.book_faults),
    ]


def _fill(fill: Fill) -> wire.DecisionView:
    return wire.DecisionView(
        kind="fill",
        strategy=fill.strategy,
        instrument_id=fill.instrument_id,
        title=fill.title,
        text=fill_text(fill),
        size=fill.size,
        price=fill.price,
        fee=fill.fee,
        inputs=fill.inputs,
    )


def _settlement(settlement: Settlement) -> wire.DecisionView:
    return wire.DecisionView(
        kind="settlement",
        strategy=settlement.strategy,
        instrument_id=settlement.instrument_id,
        title=settlement.title,
        text=settlement_text(settlement),
        size=settlement.size,
        price=settlement.payout,
    )


def _refusal(refusal: Refusal, titles: dict[str, str]) -> wire.DecisionView:
    return wire.DecisionView(
        kind="refusal",
        strategy=refusal.strategy,
        instrument_id=refusal.instrument_id,
        title=titles.get(refusal.instrument_id, refusal.instrument_id),
        text=refusal.reason,
        code=refusal.code,
        inputs=refusal.inputs,
    )


def _fault(who: str, code: str, reason: str) -> wire.DecisionView:
    return wire.DecisionView(
        kind="fault", strategy=who, instrument_id="", title="", text=reason, code=code
    )
