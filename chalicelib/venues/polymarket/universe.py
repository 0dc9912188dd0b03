"""Scan Polymarket in few requests: the list rarely, the chosen markets each cycle."""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace

from chalicelib.domain.errors import VenueError
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import MarketId
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock, Scan
from chalicelib.venues.batches import own_names, parts
from chalicelib.venues.catalogue import Catalogue, Listing
from chalicelib.venues.polymarket.groups import GroupSizes
from chalicelib.venues.polymarket.hosts import MARKETS, TERSE_MARKETS
from chalicelib.venues.polymarket.parse import VENUE, read_listing, read_page, read_terse_fee
from chalicelib.venues.polymarket.scanning import PAGE_SIZE, PageWalk
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.rejection import Sifted, sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import Transport

PAGES_PER_SCAN = 40
"""The list is read on in the next cycle, so that a cold start shows something soon."""
CONDITIONS_PER_CALL = 25
"""Condition ids travel in the address, 80 characters each; the catalogue's own ids are short."""
FEES_PER_SCAN = 10
AT_ONCE = 8

Asked = tuple[Sequence[MarketId], str, Sequence[str]]
"""Which markets one call asks for, and the parameter and values by which it does."""


class PolymarketUniverse:
    """The catalogue of the venue, kept between cycles; the venue itself caches it for 300 s."""

    def __init__(self, transport: Transport, settings: PolymarketSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._catalogue = Catalogue(settings)
        self._walk = PageWalk(settings)
        self._groups = GroupSizes(transport, clock)

    async def scan(self, held: Sequence[MarketId]) -> Scan:
        """The markets that are wanted or named, with quotes of this cycle."""
        deadline = self._transport.until(self._settings.budget_seconds)
        self._catalogue.begin(held)
        aside = [*await self._read_list(deadline), *await self._ask_again(deadline)]
        aside += await self._complete_fees(deadline)
        aside += await self._groups.complete(self._catalogue.shown(), deadline)
        return self._catalogue.scan(aside, self._groups.finish)

    async def _read_list(self, deadline: float) -> list[Quarantined]:
        """Read the full list, or read on; a failure is raised only if nothing is known yet."""
        aside: list[Quarantined] = []
        if not self._catalogue.is_due(self._clock.now()):
            return aside
        try:
            for _ in range(PAGES_PER_SCAN):
                aside += await self._read_on(deadline)
                if self._walk.is_complete:
                    self._catalogue.end_walk(self._clock.now())
                    self._walk = PageWalk(self._settings)
                    break
        except VenueError as exc:
            self._walk = PageWalk(self._settings)
            self._catalogue.give_up_walk()
            if not self._catalogue.is_warm:
                raise
            aside.append(Quarantined(VENUE, "list of markets", UNANSWERED, str(exc)))
        return aside

    async def _read_on(self, deadline: float) -> Sequence[Quarantined]:
        query = self._walk.query(self._clock.now())
        answer = await self._transport.get(MARKETS, query, deadline=deadline)
        seen_at = self._clock.now()
        sifted = self._walk.read(read_page(answer), seen_at)
        self._catalogue.walk(sifted.kept, seen_at)
        if self._catalogue.walked >= self._settings.max_markets:
            self._walk.is_complete = True
        return sifted.quarantined

    async def _ask_again(self, deadline: float) -> Sequence[Quarantined]:
        """Ask by name for what is to be shown and was not on the pages read just now."""
        asked = list(self._questions(self._catalogue.stale()))
        calls: dict[str, Awaitable[Sifted[Listing]]] = {
            f"markets {number}": self._named(question, deadline)
            for number, question in enumerate(asked)
        }
        try:
            answered = await side_by_side(VENUE, calls, AT_ONCE)
        except VenueError as exc:
            if not self._catalogue.has_news:
                raise
            return [Quarantined(VENUE, "named markets", UNANSWERED, str(exc))]
        refused = (q for sifted in answered.kept for q in sifted.quarantined)
        return [*refused, *answered.quarantined]

    def _questions(self, names: Sequence[MarketId]) -> Iterator[Asked]:
        handles = {name: listing.handle for name in names if (listing := self._catalogue.get(name))}
        known = [name for name in names if handles.get(name)]
        for part in parts(known, PAGE_SIZE):
            yield part, "id", [handles[name] for name in part]
        for part in parts([n for n in names if not handles.get(n)], CONDITIONS_PER_CALL):
            yield part, "condition_ids", own_names(VENUE, part)

    async def _named(self, asked: Asked, deadline: float) -> Sifted[Listing]:
        names, parameter, values = asked
        query = [("limit", str(PAGE_SIZE)), ("closed", "false"), ("include_tag", "true")]
        query += [(parameter, value) for value in values]
        page = read_page(await self._transport.get(MARKETS, query, deadline=deadline))
        seen_at = self._clock.now()
        sifted = sift(
            VENUE,
            "polymarket named markets",
            page.markets,
            lambda entry, where: read_listing(entry, where, seen_at),
            name_field="conditionId",
        )
        self._catalogue.forget(names)
        wanted = [item for item in sifted.kept if item.market.market_id in set(names)]
        self._catalogue.add(wanted, seen_at)
        return sifted

    async def _complete_fees(self, deadline: float) -> Sequence[Quarantined]:
        """Ask the exchange for the fee of markets whose catalogue entry leaves it open."""
        open_ones = [item for item in self._catalogue.shown() if _lacks_fee(item)]
        calls = {
            item.market.market_id: self._complete_fee(item, deadline)
            for item in open_ones[:FEES_PER_SCAN]
        }
        try:
            return (await side_by_side(VENUE, calls, AT_ONCE)).quarantined
        except VenueError as exc:
            return [Quarantined(VENUE, "fees", UNANSWERED, str(exc))]

    async def _complete_fee(self, listing: Listing, deadline: float) -> None:
        (condition_id,) = own_names(VENUE, [listing.market.market_id])
        url = f"{TERSE_MARKETS}/{condition_id}"
        answer = await self._transport.get(url, deadline=deadline)
        fee = read_terse_fee(answer, f"polymarket terms of {condition_id}")
        if fee is not None:
            market = replace(listing.market, fee=fee)
            self._catalogue.add([replace(listing, market=market)], self._clock.now())


def _lacks_fee(listing: Listing) -> bool:
    return isinstance(listing.market.fee, FeeUnknown)
