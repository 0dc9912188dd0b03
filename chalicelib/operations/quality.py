"""How far the venues' data was believed lately, read back from the summaries of cycles."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.table import Table
from chalicelib.domain.cycle import CycleReport
from chalicelib.domain.protection import DATA_QUALITY
from chalicelib.domain.quarantine import Quarantined
from chalicelib.operations.protections import Tripped, tripped
from chalicelib.operations.reading import Overview, list_cycles, read_overview
from chalicelib.operations.refusals import RECENT_CYCLES

MOST_EXAMPLES = 50


@dataclass(frozen=True, slots=True)
class Example:
    """Something that was set aside, with the cycle that did."""

    cycle_id: int
    at: datetime
    quarantined: Quarantined


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The last cycle's judgement, what the last hour of cycles set aside, and what it paused.

    ``reports`` are the summaries that it was read from, newest first.
    """

    overview: Overview
    last: CycleReport | None
    hour: dict[str, Counter[str]]
    examples: tuple[Example, ...]
    pauses: tuple[Tripped, ...]
    reports: tuple[CycleReport, ...] = ()


async def read_quality(table: Table, now: datetime) -> QualityReport:
    """Read it; everything is empty before the first cycle."""
    overview = await read_overview(table)
    listing = await list_cycles(table, overview.last_cycle, RECENT_CYCLES, None, now)
    reports: list[CycleReport] = list(listing.items)
    hour: dict[str, Counter[str]] = {}
    for report in reports:
        for one in report.quality:
            hour.setdefault(one.venue, Counter()).update(one.counts)
    examples = (Example(r.cycle_id, r.scheduled_for, q) for r in reports for q in r.quarantined)
    return QualityReport(
        overview,
        reports[0] if reports else None,
        hour,
        tuple(example for example, _ in zip(examples, range(MOST_EXAMPLES), strict=False)),
        tuple(t for t in tripped(overview) if t.protection.rule == DATA_QUALITY),
        tuple(reports),
    )
