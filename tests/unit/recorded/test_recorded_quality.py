"""The bundled tape passes validation; what is set aside of it is stated to the last quote."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import cache

from chalicelib.domain.cycle import CYCLE_SECONDS
from chalicelib.engine.history import History, TapeRow, history_row
from chalicelib.validation.books import validate_depths
from chalicelib.validation.jump import ROWS
from chalicelib.validation.look import Look
from chalicelib.validation.scans import validate_scans
from chalicelib.venues.recorded.client import open_venue

MINUTE = timedelta(minutes=1)


@cache
def whole_lap() -> tuple[int, int, Counter[str], list[str]]:
    """Quotes and books believed over one lap, what was set aside by code, and which jumps."""
    venue, window = open_venue({}), History()
    counts: Counter[str] = Counter()
    quotes, books, jumps = 0, 0, []
    for minute in range(venue.tape_span() // MINUTE):
        at = venue.tape_start() + minute * MINUTE
        look = Look(at, past=window.past(ROWS))
        seen = validate_scans({"recorded": asyncio.run(venue.scan(at))}, look)
        of = {o.instrument_id: m for m in seen.markets.values() for o in m.outcomes}
        raw = asyncio.run(venue.books(list(of), at))
        depth = validate_depths({"recorded": raw}, of, list(of), look)
        for quality in (*seen.quality, *depth.quality):
            counts.update(quality.counts)
        jumps += [f"{at:%H:%M} {q.reason}" for q in seen.quarantined if q.code == "jump"]
        quotes, books = quotes + len(seen.quotes), books + len(depth.books)
        cycle = int(at.timestamp()) // CYCLE_SECONDS
        window.extend("", TapeRow.of(history_row(cycle, seen.quotes, seen.doubted)), ROWS)
    return quotes, books, counts, jumps


def test_recorded_tape_passes_but_for_one_leap_and_one_pair_of_books() -> None:
    """Its crossed snapshots never get here: the venue passes them over."""
    quotes, books, counts, _ = whole_lap()
    assert (quotes, books) == (1036, 1032)
    assert counts == {"jump": 2, "sides-disagree": 2}


def test_recorded_leap_is_believed_a_minute_later() -> None:
    *_, jumps = whole_lap()
    assert jumps == [
        "12:05 0.875 after 0.375 a look before: a second look decides",
        "12:05 0.125 after 0.625 a look before: a second look decides",
    ]
