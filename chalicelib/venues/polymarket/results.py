"""Ask Polymarket's witnesses for final results: the catalogue, then one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import VenueError
from chalicelib.domain.market import MarketId, Resolution
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Results
from chalicelib.venues.batches import own_names, parts
from chalicelib.venues.payload import read_model
from chalicelib.venues.polymarket.hosts import EXCHANGE_MARKETS, MARKETS, RESOLUTIONS
from chalicelib.venues.polymarket.parse import VENUE, read_page
from chalicelib.venues.polymarket.past import answer_of_data_service
from chalicelib.venues.polymarket.resolution import (
    confirm,
    confirm_by_row,
    contested,
    read_candidate,
)
from chalicelib.venues.polymarket.scanning import PAGE_SIZE
from chalicelib.venues.polymarket.schemas import GammaMarket, ResolutionRow, ResolutionRows
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import NotThere, Transport

RESULTS_PER_CALL = 25
"""Condition ids travel in the address, 80 characters each."""
ROWS_PER_CALL = 20
AT_ONCE = 8


@dataclass(slots=True)
class _Found:
    """What has been found out in one look."""

    resolutions: list[Resolution] = field(default_factory=list)
    aside: list[Quarantined] = field(default_factory=list)


class PolymarketResults:
    """Reads results; disputed, doubtful and unconfirmed ones are set aside, never paid."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def of(self, market_ids: Sequence[MarketId], deadline: float) -> Results:
        """The final results among these markets; VenueError when nothing could be asked."""
        found = _Found()
        candidates = await self._candidates(own_names(VENUE, market_ids), found, deadline)
        unknown = await self._by_exchange(candidates, found, deadline)
        await self._by_rows(unknown, found, deadline)
        # Answers come in any order; what a cycle records must not depend on it.
        in_order = sorted(found.resolutions, key=lambda result: result.market_id)
        return Results(tuple(in_order), tuple(found.aside))

    async def _candidates(
        self, ids: Sequence[str], found: _Found, deadline: float
    ) -> Mapping[str, GammaMarket]:
        calls = {
            f"closed markets {number}": self._closed(part, found, deadline)
            for number, part in enumerate(parts(ids, RESULTS_PER_CALL))
        }
        asked = await side_by_side(VENUE, calls, AT_ONCE)
        found.aside += asked.quarantined
        return {wire.condition_id: wire for kept in asked.kept for wire in kept}

    async def _closed(
        self, ids: Sequence[str], found: _Found, deadline: float
    ) -> Sequence[GammaMarket]:
        query = [("limit", str(PAGE_SIZE)), ("closed", "true")]
        query += [("condition_ids", condition_id) for condition_id in ids]
        page = read_page(await self._transport.get(MARKETS, query, deadline=deadline))

        def read(entry: object, where: str) -> GammaMarket | None:
            if (objection := contested(entry, where)) is not None:
                found.aside.append(objection)
            return read_candidate(entry, where)

        path = "polymarket closed markets"
        sifted = sift(VENUE, path, page.markets, read, name_field="conditionId")
        found.aside += sifted.quarantined
        return [wire for wire in sifted.kept if wire.condition_id in ids]

    async def _by_exchange(
        self, candidates: Mapping[str, GammaMarket], found: _Found, deadline: float
    ) -> Mapping[str, GammaMarket]:
        """Take those that the exchange confirms; return those that it does not have."""
        unknown: dict[str, GammaMarket] = {}

        async def ask(wire: GammaMarket) -> None:
            url = f"{EXCHANGE_MARKETS}/{wire.condition_id}"
            try:
                answer = await self._transport.get(url, deadline=deadline)
            except NotThere:
                unknown[wire.condition_id] = wire
                return
            where = f"polymarket market {wire.condition_id}"
            result = confirm(wire, answer, where, self._clock.now())
            found.resolutions += [] if result is None else [result]

        calls = {name: ask(wire) for name, wire in candidates.items()}
        found.aside += (await side_by_side(VENUE, calls, AT_ONCE)).quarantined
        return unknown

    async def _by_rows(
        self, unknown: Mapping[str, GammaMarket], found: _Found, deadline: float
    ) -> None:
        calls = {
            f"resolutions {number}": self._rows(part, deadline)
            for number, part in enumerate(parts(list(unknown), ROWS_PER_CALL))
        }
        try:
            asked = await side_by_side(VENUE, calls, AT_ONCE)
        except VenueError as exc:
            # What the exchange confirmed stands; the next cycle asks again about these.
            found.aside += [Quarantined(VENUE, name, UNANSWERED, str(exc)) for name in unknown]
            return
        found.aside += asked.quarantined
        rows = {row.condition_id: row for sifted in asked.kept for row in sifted.kept}
        for sifted in asked.kept:
            found.aside += sifted.quarantined
        for name, wire in unknown.items():
            row = rows.get(name)
            result = None if row is None else confirm_by_row(wire, row, self._clock.now())
            if result is not None:
                found.resolutions.append(result)
            else:
                found.aside.append(Quarantined(VENUE, name, UNANSWERED, _unconfirmed(row)))

    async def _rows(self, ids: Sequence[str], deadline: float) -> Sifted[ResolutionRow]:
        query = [("condition", ",".join(ids))]
        answer = await self._transport.get(RESOLUTIONS, query, deadline=deadline)
        answer = answer_of_data_service(answer, "polymarket resolutions")
        return sift(
            VENUE,
            "polymarket resolutions",
            read_model(ResolutionRows, answer, "polymarket resolutions").data,
            lambda entry, where: read_model(ResolutionRow, entry, where),
            name_field="condition_id",
        )


def _unconfirmed(row: ResolutionRow | None) -> str:
    if row is None:
        return "closed in the catalogue, but no other part of the venue has its result"
    return f"closed in the catalogue, but the data service says {row.status}, {row.payouts}"
