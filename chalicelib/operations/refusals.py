"""Orders that were not made, read back from the summaries of the newest cycles."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.table import Table
from chalicelib.domain.cycle import CycleReport
from chalicelib.domain.errors import InputError
from chalicelib.domain.order import Refusal
from chalicelib.operations.reading import Listing, list_cycles

RECENT_CYCLES = 60
"""Cycles over which refusals are counted by reason: one hour."""

MOST_CYCLES = 600
"""Cycles read for one page; a page may end before it is full, and its cursor goes on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with the cycle that made it. ``place`` counts them within the cycle."""

    cycle_id: int
    place: int
    at: datetime
    refusal: Refusal


async def recent_refusals(
    table: Table, newest: int | None, cycles: int, now: datetime
) -> dict[str, int]:
    """How often each reason code stopped an order in the newest cycles, most often first."""
    listing = await list_cycles(table, newest, cycles, None, now)
    counted: Counter[str] = Counter()
    for report in listing.items:
        counted.update(report.refusals)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


async def list_refusals(
    table: Table, newest: int | None, limit: int, cursor: str | None, now: datetime
) -> Listing:
    """Refusals, newest first; ``cursor`` is a cycle and how many of its refusals were seen."""
    cycle, seen = _place(cursor)
    place = None if cycle is None else f"{cycle + 1}"
    found: list[Refused] = []
    read = 0
    while True:
        page = await list_cycles(table, newest, min(200, max(limit, 20)), place, now)
        for report in page.items:
            skip = seen if report.cycle_id == cycle else 0
            found.extend(refused for refused in _of(report) if refused.place >= skip)
        place, read = page.cursor, read + len(page.items)
        if len(found) > limit:
            last = found[limit - 1]
            return Listing(found[:limit], f"{last.cycle_id}.{last.place + 1}")
        if place is None:
            return Listing(found, None)
        if read >= MOST_CYCLES:
            return Listing(found, f"{int(place) - 1}.0")


def _of(report: CycleReport) -> Iterator[Refused]:
    for place, refusal in enumerate(reversed(report.refused)):
        yield Refused(report.cycle_id, place, report.scheduled_for, refusal)


def _place(cursor: str | None) -> tuple[int | None, int]:
    if cursor is None:
        return None, 0
    cycle, _, seen = cursor.partition(".")
    if not cycle.isdecimal() or not seen.isdecimal():
        raise InputError("the cursor is not one of ours", "Start the list again without a cursor.")
    return int(cycle), int(seen)
