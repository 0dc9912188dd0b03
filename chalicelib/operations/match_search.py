"""Look for the same question at two venues, in what the newest committed cycle saw listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.aws.table import Table
from chalicelib.domain.market import Market, MarketKind
from chalicelib.matching.leg import Leg
from chalicelib.operations.matching import Proposed, propose_matches
from chalicelib.operations.reading import last_record
from chalicelib.ports import Archive

VENUES = ("polymarket", "kalshi")
"""The prediction markets that list the same questions."""

MOST_MARKETS = 4_000
"""Of each venue, the most traded first: it bounds the time of a search (about 4 s of CPU)."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looked through, by venue in the order of VENUES, and what it changed.

    ``left_out`` counts markets beyond MOST_MARKETS, which were not looked at.
    """

    markets: tuple[int, ...]
    left_out: int
    proposed: Proposed


async def search_matches(
    table: Table, archive: Archive, now: datetime, at: datetime | None = None
) -> Searched:
    """Propose pairs among the markets of the newest committed record; none where there is none.

    ``now`` is on the wall clock, ``at`` on the market's where that is another one.
    Raises StoreError when the record or a pair cannot be read.
    """
    from chalicelib.engine.record import read_markets  # noqa: PLC0415 - loads numpy

    key = await last_record(table)
    listed = list((await read_markets(archive, key)).values()) if key else []
    venues = [_most_traded(listed, venue) for venue in VENUES]
    left, right = ([Leg.of(market) for market in each[:MOST_MARKETS]] for each in venues)
    return Searched(
        (len(left), len(right)),
        sum(len(each[MOST_MARKETS:]) for each in venues),
        await propose_matches(table, left, right, now, at),
    )


def _most_traded(listed: Iterable[Market], venue: str) -> list[Market]:
    found = (m for m in listed if m.venue == venue and m.kind is MarketKind.BINARY)
    return sorted(found, key=lambda m: (-(m.volume_24h or Decimal(0)), m.market_id))
