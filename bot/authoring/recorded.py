"""The bundled tape as strategies see it: two hours of real order books."""

import asyncio
from datetime import timedelta
from functools import cache

from chalicelib.domain.cycle import HistoryRow
from chalicelib.domain.market import Market, MarketId
from chalicelib.domain.tape import Tape
from chalicelib.engine.history import TapeRow, build_tape, history_row
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.client import open_venue

MINUTES = 120


@cache
def recorded_tape() -> Tape:
    """A row a minute, as the cycle would have shown them."""
    venue, markets = open_venue({}), dict[MarketId, Market]()
    window = []
    for minute in range(MINUTES):
        at = TAPE_START + timedelta(minutes=minute)
        scan = asyncio.run(venue.scan(at))
        markets.update(scan.markets)
        window.append(TapeRow.of(history_row(int(at.timestamp()) // 60, scan.quotes)))
    everything = sorted({name for row in window for name in row.row.instruments})
    unknown = ((None,) * len(everything),) * 4
    last = TapeRow.of(HistoryRow(0, tuple(everything), unknown))
    return build_tape([*window, last], markets.values()).rows(0, MINUTES)
