"""The scheduled job: from the event that Lambda hands us to the report of a cycle."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import bootstrap
from chalicelib.codec import Codec
from chalicelib.domain.cycle import CycleOutcome, CycleReport, ScheduledEvent
from chalicelib.domain.errors import InputError
from chalicelib.engine.cycle import run_cycle
from chalicelib.loop import run
from chalicelib.settings import Settings
from chalicelib.venues.recorded import tape_start

REPORT = Codec[CycleReport](CycleReport, "cycle report")
METRONOME = "bot.metronome"


def scheduled_event(event: Mapping[str, Any], settings: Settings) -> ScheduledEvent:
    """The tick in an EventBridge event, or in one of the local metronome.

    The metronome sends the market's own time, that of the tape or of simulated venues, and when it
    sent it. EventBridge knows only the wall clock; its time is moved to the market's.
    """
    try:
        time = _aware(event["time"])
        by_metronome = event.get("source") == METRONOME
        sent_at = _aware(event["detail"]["sent_at"]) if by_metronome else time
    except (KeyError, TypeError, ValueError) as exc:
        raise InputError(
            f"the event has no usable time: {exc}", "It must be an EventBridge scheduled event."
        ) from exc
    if by_metronome and settings.keeps_real_time:
        raise InputError(
            f"a metronome's event came to a stage with {settings.lineage} venues in real time",
            "They follow the real schedule: stop the metronome.",
        )
    if by_metronome:
        return ScheduledEvent(time, sent_at, "metronome")
    start = tape_start(os.environ) if settings.is_replay else time
    return ScheduledEvent(settings.market_time(time, start), time, "schedule")


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def run_scheduled_cycle(event: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Run one cycle, report its metrics, and answer its summary for the caller."""
    telemetry = bootstrap.telemetry()
    try:
        tick = scheduled_event(event, bootstrap.settings())
        report = run(run_cycle(tick, owner, bootstrap.runtime()))
    except Exception as exc:
        telemetry.failure("the cycle failed", exc)
        raise
    finally:
        telemetry.flush()
    _measure(report)
    return {
        "cycle_id": report.cycle_id,
        "outcome": report.outcome.value,
        "fills": report.fills,
        "settlements": report.settlements,
        "reason": report.reason,
    }


def _measure(report: CycleReport) -> None:
    telemetry = bootstrap.telemetry()
    telemetry.event(
        "cycle ended",
        cycle_id=report.cycle_id,
        outcome=report.outcome.value,
        fills=report.fills,
        faults=list(report.faults),
    )
    if report.outcome is CycleOutcome.COMMITTED:
        telemetry.count("CycleCommitted")
        telemetry.count("CycleDuration", report.duration_ms)
        telemetry.count("TradesBooked", report.fills + report.settlements)
        telemetry.count("VenueFaults", len(report.venue_faults))
        telemetry.count("StrategyFaults", len(report.strategy_faults))
        telemetry.count("DataQuarantined", sum(one.quarantined for one in report.quality))
        telemetry.count("DataQualityPauses", len(report.data_pauses))
    if report.outcome is CycleOutcome.FENCED:
        telemetry.count("CycleFenced")
    telemetry.flush()
