"""The view of the System page: venues, requests, cycles and what was set aside."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.breaker import VenueBreaker
from chalicelib.domain.quarantine import MEANINGS
from chalicelib.domain.usage import Traffic
from chalicelib.operations.system import (
    CycleState,
    HostUse,
    LastFault,
    SystemReport,
    VenueState,
    read_system,
)
from chalicelib.web import wire
from chalicelib.web.http import Call
from chalicelib.web.quality_views import consensus_view, example_view
from chalicelib.web.risk_present import protection_view


async def system(call: Call) -> wire.System:
    """How venues and cycles are doing."""
    office, settings = call.office, call.office.settings
    report = await read_system(office.table, office.now, settings.venues, settings.market_clock)
    return system_view(report, office.now)


def system_view(report: SystemReport, now: datetime) -> wire.System:
    """The whole report as it goes over the wire; ``now`` is on the wall clock."""
    quality = report.quality
    overview, last = quality.overview, quality.last
    return wire.System(
        at=report.at,
        version=overview.config.version,
        venues=[_venue(one, report) for one in report.venues],
        paused_venues=list(overview.config.paused_venues),
        consensus=[consensus_view(one) for one in (last.consensus if last else ())],
        examples=[example_view(example) for example in quality.examples],
        codes=dict(MEANINGS),
        cycles=_cycles(report.cycles, overview.committed_at, now),
        outbox=overview.outbox,
    )


def _venue(one: VenueState, report: SystemReport) -> wire.VenueView:
    quality = one.quality
    return wire.VenueView(
        venue=one.venue,
        origin=one.origin.value,
        paused=one.paused,
        health=one.health.condition.value,
        reason=one.health.reason,
        breaker=_breaker(one.breaker, report.at),
        last_fault=None if one.last_fault is None else _fault(one.last_fault),
        failed_cycles=one.failed,
        newest=_traffic(one.newest),
        hour=_traffic(one.hour),
        hosts=[_host(host) for host in one.hosts],
        markets=quality.markets if quality else 0,
        quotes=quality.quotes if quality else 0,
        quarantined=quality.counts if quality else {},
        quarantined_hour=dict(sorted(report.quality.hour.get(one.venue, {}).items())),
        bad_share=Decimal(f"{quality.share:.4f}") if quality else None,
        protections=[protection_view(tripped) for tripped in one.protections],
    )


def _breaker(breaker: VenueBreaker, at: datetime) -> wire.BreakerView:
    return wire.BreakerView(
        state=breaker.phase(at).value,
        failures=breaker.failures,
        opened_at=breaker.opened_at,
        probe_at=breaker.until,
        code=breaker.code,
        reason=breaker.reason,
    )


def _fault(last: LastFault) -> wire.VenueFaultView:
    return wire.VenueFaultView(
        cycle_id=last.cycle_id,
        at=last.at,
        kind=last.fault.code,
        call=last.fault.call,
        reason=last.fault.reason,
    )


def _host(use: HostUse) -> wire.HostView:
    return wire.HostView(
        host=use.host,
        limit=use.limit,
        share=use.share,
        most=use.most,
        newest=_traffic(use.newest),
        hour=_traffic(use.hour),
    )


def _traffic(traffic: Traffic) -> wire.TrafficView:
    return wire.TrafficView(
        requests=traffic.requests,
        retries=traffic.retries,
        cached=traffic.cached,
        unchanged=traffic.unchanged,
        received_bytes=traffic.received_bytes,
        errors=dict(traffic.errors),
    )


def _cycles(state: CycleState, committed: datetime | None, now: datetime) -> wire.CyclesView:
    return wire.CyclesView(
        last_cycle=state.reports[0].cycle_id if state.reports else None,
        committed_at=committed,
        age_seconds=(now - committed).total_seconds() if committed else None,
        median_ms=state.median_ms,
        longest_ms=state.longest_ms,
        outcomes=dict(Counter(report.outcome.value for report in state.reports)),
        missing=state.missing,
        durations=[
            wire.DurationView(cycle_id=r.cycle_id, at=r.scheduled_for, duration_ms=r.duration_ms)
            for r in state.reports
        ],
    )
