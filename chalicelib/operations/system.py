"""How the venues and the cycle are doing, from committed state alone: no venue is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from chalicelib.aws.table import Table
from chalicelib.domain.breaker import VenueBreaker
from chalicelib.domain.cycle import CycleReport, cycle_time
from chalicelib.domain.fault import FaultKind, VenueFault
from chalicelib.domain.health import Signs, VenueHealth, health_of
from chalicelib.domain.origin import Origin
from chalicelib.domain.protection import Scope
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.domain.usage import HostUsage, Traffic
from chalicelib.operations.protections import Tripped, tripped
from chalicelib.operations.quality import QualityReport, read_quality
from chalicelib.operations.refusals import RECENT_CYCLES

JUDGED_CYCLES = 10
"""A venue that failed in one of these is degraded."""


@dataclass(frozen=True, slots=True)
class LastFault:
    """The newest failure of a venue, with the cycle that met it."""

    cycle_id: int
    at: datetime
    fault: VenueFault


@dataclass(frozen=True, slots=True)
class HostUse:
    """What was asked of one host in the newest cycle and in the last hour.

    ``share`` is the part of its documented limit that the newest cycle used, ``most`` the largest
    part that any cycle of the hour used; None where no limit is documented.
    """

    host: str
    limit: float | None
    share: float | None
    most: float | None
    newest: Traffic
    hour: Traffic


@dataclass(frozen=True, slots=True)
class VenueState:
    """One venue. ``failed`` counts its failed cycles in the last hour."""

    venue: str
    origin: Origin
    paused: bool
    health: VenueHealth
    breaker: VenueBreaker
    last_fault: LastFault | None
    failed: int
    newest: Traffic
    hour: Traffic
    hosts: tuple[HostUse, ...]
    quality: VenueQuality | None
    protections: tuple[Tripped, ...]


@dataclass(frozen=True, slots=True)
class CycleState:
    """The cycles of the last hour. ``missing`` minutes between them committed nothing."""

    reports: tuple[CycleReport, ...]
    missing: int

    @property
    def durations(self) -> list[int]:
        """In milliseconds, newest first."""
        return [report.duration_ms for report in self.reports]

    @property
    def median_ms(self) -> int | None:
        """Half of the cycles took longer."""
        return round(median(self.durations)) if self.reports else None

    @property
    def longest_ms(self) -> int | None:
        """The slowest cycle."""
        return max(self.durations, default=None)


@dataclass(frozen=True, slots=True)
class SystemReport:
    """``at`` is the present on the market's clock, which breakers open and close by."""

    at: datetime
    quality: QualityReport
    venues: tuple[VenueState, ...]
    cycles: CycleState


async def read_system(
    table: Table,
    now: datetime,
    configured: Sequence[str] = (),
    clock: SimulatedClock | None = None,
) -> SystemReport:
    """Read it; venues that are ``configured`` are listed even when no cycle has asked them.

    ``clock`` is that of simulated venues, where they do not keep real time.
    """
    quality = await read_quality(table, now)
    reports = _last_hour(quality.reports)
    at = _market_now(reports, now if clock is None else clock.at(now))
    names = sorted({*configured, *_known(reports), *(b.venue for b in _breakers(quality))})
    venues = tuple(_venue(name, quality, reports, at) for name in names)
    return SystemReport(at, quality, venues, CycleState(reports, _missing(reports)))


def _last_hour(reports: Sequence[CycleReport]) -> tuple[CycleReport, ...]:
    """The newest cycles within an hour of the newest one; gaps do not make an hour longer."""
    return tuple(r for r in reports if reports[0].cycle_id - r.cycle_id < RECENT_CYCLES)


def _missing(reports: Sequence[CycleReport]) -> int:
    if not reports:
        return 0
    return reports[0].cycle_id - reports[-1].cycle_id + 1 - len(reports)


def _market_now(reports: Sequence[CycleReport], now: datetime) -> datetime:
    """A recorded tape has a clock of its own, which stands at its newest cycle."""
    if reports and Origin.RECORDED in reports[0].origins.values():
        return cycle_time(reports[0].cycle_id)
    return now


def _breakers(quality: QualityReport) -> tuple[VenueBreaker, ...]:
    return quality.overview.house.breakers


def _known(reports: Sequence[CycleReport]) -> set[str]:
    """Venues that the newest cycle had: those that it saw, and those that failed it."""
    return {
        name
        for report in reports[:1]
        for name in (*report.origins, *(fault.venue for fault in report.failed))
    }


def _venue(
    name: str, quality: QualityReport, reports: Sequence[CycleReport], at: datetime
) -> VenueState:
    usages = [[u for u in report.usage if u.venue == name] for report in reports]
    return VenueState(
        name,
        _origin(name, reports),
        name in quality.overview.config.paused_venues,
        health_of(_signs(name, quality, reports), at),
        _breaker(name, quality),
        _last_fault(name, reports),
        _failed(name, reports),
        Traffic.of(usages[0] if usages else ()),
        Traffic.of(usage for used in usages for usage in used),
        _hosts(usages),
        _quality(name, reports[:1]),
        tuple(t for t in tripped(quality.overview) if _stops(t, name)),
    )


def _stops(tripped: Tripped, venue: str) -> bool:
    protection = tripped.protection
    return protection.scope is Scope.VENUE and protection.subject == venue


def _signs(name: str, quality: QualityReport, reports: Sequence[CycleReport]) -> Signs:
    judged = reports[:JUDGED_CYCLES]
    return Signs(
        _breaker(name, quality),
        any(_quality(name, [report]) for report in reports),
        _faults(name, reports[0]) if reports else (),
        [t.protection.reason for t in quality.pauses if _stops(t, name)],
        _failed(name, judged),
        len(judged),
    )


def _breaker(name: str, quality: QualityReport) -> VenueBreaker:
    return next((b for b in _breakers(quality) if b.venue == name), VenueBreaker(name))


def _origin(name: str, reports: Iterable[CycleReport]) -> Origin:
    """As the venue last stated it: one that fails now states nothing."""
    stated = (report.origins.get(name, Origin.UNKNOWN) for report in reports)
    return next((origin for origin in stated if origin is not Origin.UNKNOWN), Origin.UNKNOWN)


def _quality(name: str, reports: Iterable[CycleReport]) -> VenueQuality | None:
    return next((q for report in reports for q in report.quality if q.venue == name), None)


def _faults(name: str, report: CycleReport) -> list[VenueFault]:
    return [fault for fault in report.failed if fault.venue == name]


def _failed(name: str, reports: Iterable[CycleReport]) -> int:
    return sum(bool(_faults(name, report)) for report in reports)


def _last_fault(name: str, reports: Iterable[CycleReport]) -> LastFault | None:
    """The newest one that the venue made itself: to be left alone is no failure of its own."""
    found = (
        LastFault(report.cycle_id, report.scheduled_for, fault)
        for report in reports
        for fault in _faults(name, report)
        if fault.code != FaultKind.BREAKER_OPEN
    )
    return next(found, None)


def _hosts(usages: Sequence[Sequence[HostUsage]]) -> tuple[HostUse, ...]:
    """By host, from the usage of each cycle, newest first."""
    names = sorted({usage.host for used in usages for usage in used})
    return tuple(
        _host(name, [[u for u in used if u.host == name] for used in usages]) for name in names
    )


def _host(name: str, usages: Sequence[Sequence[HostUsage]]) -> HostUse:
    hour = [usage for used in usages for usage in used]
    limits = [usage.limit for usage in hour if usage.limit]
    shares = [usage.share for usage in hour if usage.share is not None]
    newest = [usage.share for usage in usages[0] if usage.share is not None]
    return HostUse(
        name,
        limits[0] if limits else None,
        max(newest, default=0.0) if limits else None,
        max(shares, default=None),
        Traffic.of(usages[0]),
        Traffic.of(hour),
    )
