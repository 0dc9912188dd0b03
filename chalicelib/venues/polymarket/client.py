"""The Polymarket client: asks the venue, and leaves all judgement to the parsers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.book import OrderBook
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Depth, Results, Scan
from chalicelib.venues.batches import as_list, own_names, parts
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.polymarket.history import PolymarketHistory
from chalicelib.venues.polymarket.hosts import BOOKS, PACES
from chalicelib.venues.polymarket.parse import VENUE, instrument_id_of, read_book
from chalicelib.venues.polymarket.results import PolymarketResults
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.polymarket.universe import PolymarketUniverse
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import NotThere, Transport

BOOKS_PER_CALL = 100
"""The venue takes 500; a deep book is 20 kB, and an answer has to stay under the size limit."""
AT_ONCE = 8


def open_venue(settings: Mapping[str, str]) -> "Polymarket":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = PolymarketSettings.from_env(settings)
    return Polymarket(Transport(VENUE, PACES, chosen.contact), chosen, VenueClock())


class Polymarket(PolymarketHistory):
    """Live public market data. Times seen are the clock's; the cycle's own time is not needed."""

    name = VENUE

    def __init__(self, transport: Transport, settings: PolymarketSettings, clock: Clock) -> None:
        super().__init__(transport, settings, clock)
        self._universe = PolymarketUniverse(transport, settings, clock)
        self._results = PolymarketResults(transport, clock)

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the most traded markets that take orders, with the top of both books.

        The catalogue is cached by the venue for up to five minutes. It shows no sizes. ``held``
        markets that the filters leave out are asked for by name.
        """
        return replace(await self._universe.scan(held), origin=self._transport.origin)

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books, up to 100 a call; those empty, unknown or not believed are left out.

        Raises VenueError when no call succeeded; some failing leaves out their books only.
        """
        deadline = self._transport.until(self._settings.budget_seconds)
        tokens = own_names(VENUE, instrument_ids)
        calls = {
            f"books {number}": self._some_books(part, deadline)
            for number, part in enumerate(parts(tokens, BOOKS_PER_CALL))
        }
        answered = await side_by_side(VENUE, calls, AT_ONCE)
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
            as_list(answer, "polymarket books"),
            lambda entry, where: read_book(entry, where, seen_at),
            name_field="asset_id",
        )

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Results that two parts of the venue agree on; disputed or doubtful ones are set aside."""
        deadline = self._transport.until(self._settings.budget_seconds)
        return await self._results.of(market_ids, deadline)
