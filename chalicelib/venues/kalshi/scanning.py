"""Read lists of events and markets. Pure; one bad entry is set aside, the others are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.quarantine import Quarantined
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.kalshi.contracts import VENUE
from chalicelib.venues.kalshi.parse import listing_of, read_market
from chalicelib.venues.kalshi.schemas import (
    EventsPage,
    KalshiEvent,
    KalshiMarket,
    KalshiStatus,
    MarketsPage,
)
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import Sifted, sift

EVENTS_PER_PAGE = 200
MARKETS_PER_PAGE = 1000
MOST_PAGES = 150
"""30,000 events, several times what the venue has open."""

Query = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EventsRead:
    """What a page of events held."""

    events: Sequence[KalshiEvent]
    listings: Sequence[Listing]
    quarantined: Sequence[Quarantined]


@dataclass(slots=True)
class EventWalk:
    """How far the list of open events, with their markets, has been read."""

    settings: KalshiSettings
    is_complete: bool = False
    began_at: datetime | None = None
    """When its first page was asked for: later changes may be missing on the pages read by then."""
    _cursors: list[str] = field(default_factory=list)

    def query(self, at: datetime) -> Query:
        """What to ask for the next page. The list leaves out markets that combine others."""
        self.began_at = self.began_at or at
        query = [("limit", str(EVENTS_PER_PAGE)), ("status", "open")]
        query.append(("with_nested_markets", "true"))
        if self.settings.min_minutes_to_close:
            earliest = at + timedelta(minutes=self.settings.min_minutes_to_close)
            query.append(("min_close_ts", str(int(earliest.timestamp()))))
        return [*query, *(("cursor", cursor) for cursor in self._cursors[-1:])]

    def read(self, raw: object, seen_at: datetime) -> EventsRead:
        """Read the next page; raise VenuePayloadError when paging does not advance."""
        number = len(self._cursors) + 1
        page = read_model(EventsPage, raw, f"kalshi page {number}")
        if page.cursor is not None and page.cursor in self._cursors:
            raise VenuePayloadError(
                f"kalshi page {number} repeats an earlier page",
                "The venue may have renamed the parameter cursor.",
            )
        self._cursors.append(page.cursor or "")
        self.is_complete = page.cursor is None or number >= MOST_PAGES
        return read_events(page, f"kalshi page {number} events", self._is_worth_it, seen_at)

    def _is_worth_it(self, wire: KalshiMarket) -> bool:
        return is_worth_listing(wire, self.settings)


def is_worth_listing(wire: KalshiMarket, settings: KalshiSettings) -> bool:
    """Whether a market trades, as far as the market alone can say; most do hardly."""
    contracts = wire.volume_24h if wire.volume_24h_fp is None else wire.volume_24h_fp
    # A contract costs less than a dollar, so that fewer contracts cannot be worth enough.
    is_traded = (contracts or 0) >= settings.min_volume_24h
    return wire.status is KalshiStatus.ACTIVE and is_traded


def read_events(
    page: EventsPage, path: str, is_wanted: Callable[[KalshiMarket], bool], seen_at: datetime
) -> EventsRead:
    """The events of a page, and those of their markets that are wanted."""
    listings: list[Listing] = []
    aside: list[Quarantined] = []

    def read(raw: object, where: str) -> KalshiEvent:
        event = read_model(KalshiEvent, raw, where)
        found = _listings(event, where, is_wanted, seen_at)
        listings.extend(found.kept)
        aside.extend(found.quarantined)
        return event.model_copy(update={"markets": None})

    events = sift(VENUE, path, page.events, read, name_field="event_ticker")
    return EventsRead(events.kept, listings, (*events.quarantined, *aside))


def _listings(
    event: KalshiEvent, path: str, is_wanted: Callable[[KalshiMarket], bool], seen_at: datetime
) -> Sifted[Listing]:
    def read(raw: object, where: str) -> Listing | None:
        wire = read_market(raw, where)
        if wire is None or not is_wanted(wire):
            return None
        return listing_of(wire, event, where, seen_at)

    return sift(VENUE, f"{path}.markets", event.markets or (), read, name_field="ticker")


def read_markets(raw: object, path: str) -> tuple[Sifted[KalshiMarket], str | None]:
    """The markets of a page as they came, and where the list goes on."""
    page = read_model(MarketsPage, raw, path)
    sifted = sift(VENUE, f"{path} markets", page.markets, read_market, name_field="ticker")
    return sifted, page.cursor
