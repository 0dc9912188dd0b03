"""The Polymarket client: asks the venue, and leaves all judgement to the parsers."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from chalicelib.domain.book import OrderBook
from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.market import InstrumentId, MarketId, Resolution
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.pacing import Pace
from chalicelib.venues.polymarket.parse import (
    VENUE,
    instrument_id_of,
    read_book,
    read_page,
    venue_id_of,
)
from chalicelib.venues.polymarket.resolution import confirm, read_candidate
from chalicelib.venues.polymarket.scanning import PAGE_SIZE, PagedScan
from chalicelib.venues.polymarket.schemas import GammaMarket, GammaPage
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.transport import NotThere, Transport

CATALOGUE = "gamma-api.polymarket.com"
EXCHANGE = "clob.polymarket.com"
PACES = {
    CATALOGUE: Pace(per_second=5, burst=10, limit=1800),
    EXCHANGE: Pace(per_second=10, burst=20, limit=3000),
}
"""A sixth and a fifth of the tightest documented limits: 300 and 500 requests in 10 s."""

MARKETS = f"https://{CATALOGUE}/markets/keyset"
BOOKS = f"https://{EXCHANGE}/books"
EXCHANGE_MARKETS = f"https://{EXCHANGE}/markets"

BOOKS_PER_CALL = 100
"""The venue takes 500; a deep book is 20 kB, and an answer has to stay under the size limit."""
RESULTS_PER_CALL = 25
"""Condition ids travel in the address, 80 characters each."""

Item = TypeVar("Item")


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        return datetime.now(UTC)


def open_venue(settings: Mapping[str, str]) -> "Polymarket":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = PolymarketSettings.from_env(settings)
    return Polymarket(Transport(VENUE, PACES, chosen.contact), chosen, WallClock())


class Polymarket:
    """Live public market data. Times seen are the clock's; the cycle's own time is not needed."""

    name = VENUE

    def __init__(self, transport: Transport, settings: PolymarketSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the most traded markets that take orders, with the top of both books.

        The catalogue is cached by the venue for up to five minutes. It shows no sizes. ``held``
        markets that the filters leave out are asked for by name.
        """
        deadline = self._transport.until(self._settings.budget_seconds)
        progress = PagedScan(self._settings)
        while not progress.is_complete:
            answer = await self._transport.get(MARKETS, progress.query(), deadline=deadline)
            progress.add(read_page(answer), self._clock.now())
        missing = progress.missing(held)
        parts = list(_parts(_own_ids(missing), RESULTS_PER_CALL))
        pages = [self._page_of(part, deadline) for part in parts]
        for page in (await _those_that_succeed(pages)).kept:
            progress.add_held(page, self._clock.now())
        return progress.result()

    async def _page_of(self, ids: Sequence[str], deadline: float) -> GammaPage:
        query = [("limit", str(PAGE_SIZE)), ("closed", "false")]
        query += [("condition_ids", condition_id) for condition_id in ids]
        return read_page(await self._transport.get(MARKETS, query, deadline=deadline))

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books, up to 100 a call; those empty, unknown or not believed are left out.

        Raises VenueError when no call succeeded; some failing leaves out their books only.
        """
        deadline = self._transport.until(self._settings.budget_seconds)
        tokens = _own_ids(instrument_ids)
        calls = [self._some_books(part, deadline) for part in _parts(tokens, BOOKS_PER_CALL)]
        answered = await _those_that_succeed(calls)
        wanted = {instrument_id_of(token) for token in tokens}
        books = {b.instrument_id: b for sifted in answered.kept for b in sifted.kept}
        refused = (q for sifted in answered.kept for q in sifted.quarantined)
        return Depth(
            {name: book for name, book in books.items() if name in wanted},
            (*refused, *answered.quarantined),
        )

    async def _some_books(self, tokens: Sequence[str], deadline: float) -> Sifted[OrderBook]:
        asked = [{"token_id": token} for token in tokens]
        try:
            answer = await self._transport.post(BOOKS, asked, deadline=deadline)
        except NotThere as exc:
            return Sifted((), (Quarantined(VENUE, "books", UNANSWERED, str(exc)),))
        seen_at = self._clock.now()
        return sift(
            VENUE,
            "polymarket books",
            _as_list(answer, "polymarket books"),
            lambda entry, where: read_book(entry, where, seen_at),
            name_field="asset_id",
        )

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Results that catalogue and exchange agree on; disputed or doubtful ones are left out."""
        deadline = self._transport.until(self._settings.budget_seconds)
        parts = _parts(_own_ids(market_ids), RESULTS_PER_CALL)
        asked = await _those_that_succeed([self._candidates(part, deadline) for part in parts])
        candidates = {wire.condition_id: wire for sifted in asked.kept for wire in sifted.kept}
        confirmed = await _those_that_succeed(
            [self._confirm(wire, deadline) for wire in candidates.values()]
        )
        return Results(
            tuple(result for sifted in confirmed.kept for result in sifted.kept),
            (
                *(q for sifted in asked.kept for q in sifted.quarantined),
                *(q for sifted in confirmed.kept for q in sifted.quarantined),
                *asked.quarantined,
                *confirmed.quarantined,
            ),
        )

    async def _candidates(self, ids: Sequence[str], deadline: float) -> Sifted[GammaMarket]:
        query = [("limit", str(PAGE_SIZE)), ("closed", "true")]
        query += [("condition_ids", condition_id) for condition_id in ids]
        page = read_page(await self._transport.get(MARKETS, query, deadline=deadline))
        sifted = sift(
            VENUE,
            "polymarket closed markets",
            page.markets,
            read_candidate,
            name_field="conditionId",
        )
        wanted = tuple(wire for wire in sifted.kept if wire.condition_id in ids)
        return Sifted(wanted, sifted.quarantined)

    async def _confirm(self, wire: GammaMarket, deadline: float) -> Sifted[Resolution]:
        url = f"{EXCHANGE_MARKETS}/{wire.condition_id}"
        try:
            answer = await self._transport.get(url, deadline=deadline)
        except NotThere as exc:
            return Sifted((), (Quarantined(VENUE, wire.condition_id, UNANSWERED, str(exc)),))
        where = f"polymarket market {wire.condition_id}"
        result = confirm(wire, answer, where, self._clock.now())
        return Sifted(() if result is None else (result,), ())


async def _those_that_succeed(calls: Iterable[Awaitable[Item]]) -> Sifted[Item]:
    """Run calls side by side; set aside those that fail, or raise the first if none succeeded."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failed:
        if len(failed) == len(answers) or not isinstance(failure, VenueError):
            raise failure
    return Sifted(
        tuple(answer for answer in answers if not isinstance(answer, BaseException)),
        tuple(Quarantined(VENUE, "call", UNANSWERED, str(failure)) for failure in failed),
    )


def _as_list(answer: object, origin: str) -> list[object]:
    if not isinstance(answer, list):
        raise VenuePayloadError(f"{origin}: expected a list, got {type(answer).__name__}")
    return answer


def _own_ids(ids: Iterable[str]) -> list[str]:
    """The venue's part of each of our ids, once; those of other venues are passed over."""
    return list(dict.fromkeys(own for given in ids if (own := venue_id_of(given)) is not None))


def _parts(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
