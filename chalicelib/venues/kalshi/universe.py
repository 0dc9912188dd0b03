"""Scan Kalshi in few requests: the list rarely, what changed and the chosen markets each cycle."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.market import MarketId
from chalicelib.domain.quarantine import UNANSWERED, UNREADABLE, Quarantined
from chalicelib.ports import Clock, Scan
from chalicelib.venues.batches import parts
from chalicelib.venues.catalogue import Catalogue
from chalicelib.venues.kalshi.contracts import VENUE, market_id_of, tickers_of
from chalicelib.venues.kalshi.hosts import EVENTS, MARKETS
from chalicelib.venues.kalshi.parse import listing_of
from chalicelib.venues.kalshi.reference import KalshiReference
from chalicelib.venues.kalshi.scanning import (
    MARKETS_PER_PAGE,
    EventWalk,
    Query,
    is_worth_listing,
    read_markets,
)
from chalicelib.venues.kalshi.schemas import KalshiMarket, KalshiStatus
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import Transport

PAGES_PER_SCAN = 6
"""The list is read on in the next cycle, so that a cold start shows something soon."""
UPDATE_PAGES = 3
TICKERS_PER_CALL = 100
"""Tickers travel in the address, 20 to 50 characters each."""
OVERLAP = timedelta(minutes=1)
AT_ONCE = 4
"""The venue refuses more than a few requests a second to those without a key."""


class KalshiUniverse:
    """What the venue has open, kept between cycles.

    Between two readings of the full list, markets that are new, or that were changed or closed, are
    asked for by the time of their change. Markets and quotes are at most 15 seconds old.
    """

    def __init__(self, transport: Transport, settings: KalshiSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._catalogue = Catalogue(settings)
        self._reference = KalshiReference(transport, settings, clock)
        self._walk = EventWalk(settings)
        self._walked_events: set[str] = set()
        self._updated_at: datetime | None = None

    async def scan(self, held: Sequence[MarketId]) -> Scan:
        """The markets that are wanted or named, with quotes of this cycle."""
        deadline = self._transport.until(self._settings.budget_seconds)
        self._catalogue.begin(held)
        is_due = self._catalogue.is_due(self._clock.now())
        aside = list(await (self._read_list if is_due else self._read_updates)(deadline))
        aside += await self._ask_again(deadline)
        aside += await self._reference.read_series_of(self._catalogue.shown(), deadline)
        return self._catalogue.scan(aside, self._reference.completed)

    async def _read_list(self, deadline: float) -> Sequence[Quarantined]:
        """Read the full list, or read on; a failure is raised only if nothing is known yet."""
        aside: list[Quarantined] = []
        try:
            for _ in range(PAGES_PER_SCAN):
                aside += await self._read_on(deadline)
                if self._walk.is_complete:
                    self._end_walk()
                    break
        except VenueError as exc:
            self._walk = EventWalk(self._settings)
            self._catalogue.give_up_walk()
            if not self._catalogue.is_warm:
                raise
            aside.append(Quarantined(VENUE, "list of events", UNANSWERED, str(exc)))
        return aside

    async def _read_on(self, deadline: float) -> Sequence[Quarantined]:
        query = self._walk.query(self._clock.now())
        answer = await self._transport.get(EVENTS, query, deadline=deadline)
        seen_at = self._clock.now()
        read = self._walk.read(answer, seen_at)
        self._reference.keep_events(read.events)
        self._walked_events.update(event.event_ticker for event in read.events)
        self._catalogue.walk(read.listings, seen_at)
        return read.quarantined

    def _end_walk(self) -> None:
        self._catalogue.end_walk(self._clock.now())
        self._reference.forget_events_but(self._walked_events)
        self._updated_at = self._walk.began_at
        self._walk, self._walked_events = EventWalk(self._settings), set()

    async def _read_updates(self, deadline: float) -> Sequence[Quarantined]:
        """Ask what was changed since the last look; trading alone does not count as a change."""
        started_at = self._clock.now()
        since = (self._updated_at or started_at) - OVERLAP
        query: Query = [("min_updated_ts", str(int(since.timestamp()))), ("mve_filter", "exclude")]
        query.append(("limit", str(MARKETS_PER_PAGE)))
        cursor: str | None = None
        aside: list[Quarantined] = []
        for _ in range(UPDATE_PAGES):
            try:
                cursor = await self._read_update(query, cursor, aside, deadline)
            except VenueError as exc:
                return [*aside, Quarantined(VENUE, "changed markets", UNANSWERED, str(exc))]
            if cursor is None:
                break
        self._updated_at = started_at
        return aside

    async def _read_update(
        self, query: Query, cursor: str | None, aside: list[Quarantined], deadline: float
    ) -> str | None:
        asked = [*query, ("cursor", cursor)] if cursor else query
        answer = await self._transport.get(MARKETS, asked, deadline=deadline)
        sifted, following = read_markets(answer, "kalshi changed markets")
        aside += sifted.quarantined
        worth = [wire for wire in sifted.kept if is_worth_listing(wire, self._settings)]
        ended = [wire for wire in sifted.kept if wire.status is not KalshiStatus.ACTIVE]
        self._catalogue.forget(market_id_of(wire.ticker) for wire in ended)
        aside += await self._take_in(worth, deadline)
        return following

    async def _ask_again(self, deadline: float) -> Sequence[Quarantined]:
        """Ask by name for what is to be shown and was not among the answers so far."""
        tickers = tickers_of(self._catalogue.stale())
        calls = {
            f"markets {number}": self._named(part, deadline)
            for number, part in enumerate(parts(tickers, TICKERS_PER_CALL))
        }
        try:
            answered = await side_by_side(VENUE, calls, AT_ONCE)
        except VenueError as exc:
            if not self._catalogue.has_news:
                raise
            return [Quarantined(VENUE, "named markets", UNANSWERED, str(exc))]
        return [*answered.quarantined, *(q for aside in answered.kept for q in aside)]

    async def _named(self, tickers: Sequence[str], deadline: float) -> Sequence[Quarantined]:
        query = [("tickers", ",".join(tickers)), ("limit", str(MARKETS_PER_PAGE))]
        answer = await self._transport.get(MARKETS, query, deadline=deadline)
        sifted, _ = read_markets(answer, "kalshi named markets")
        self._catalogue.forget(market_id_of(ticker) for ticker in tickers)
        wanted = [wire for wire in sifted.kept if wire.ticker in set(tickers)]
        return [*sifted.quarantined, *await self._take_in(wanted, deadline)]

    async def _take_in(
        self, wires: Sequence[KalshiMarket], deadline: float
    ) -> Sequence[Quarantined]:
        """List markets whose events may still have to be read."""
        tickers = (wire.event_ticker for wire in wires)
        aside = [*await self._reference.read_events(tickers, deadline)]
        seen_at = self._clock.now()
        for wire in wires:
            event = self._reference.event(wire.event_ticker)
            try:
                listing = listing_of(wire, event, f"kalshi market {wire.ticker}", seen_at)
            except VenuePayloadError as exc:
                aside.append(Quarantined(VENUE, wire.ticker, UNREADABLE, str(exc)))
            else:
                self._catalogue.add((listing,), seen_at)
        return aside
