"""Kalshi's events and series, kept between cycles: they change rarely and cost requests."""

from collections import Counter
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueError
from chalicelib.domain.market import Market
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.kalshi.contracts import VENUE, tickers_of
from chalicelib.venues.kalshi.fees import fee_of
from chalicelib.venues.kalshi.hosts import EVENTS, SERIES
from chalicelib.venues.kalshi.parse import category_of, sources_of
from chalicelib.venues.kalshi.schemas import (
    KalshiEvent,
    KalshiSeries,
    OneEvent,
    OneSeries,
    SeriesList,
)
from chalicelib.venues.kalshi.settings import KalshiSettings
from chalicelib.venues.payload import read_model
from chalicelib.venues.rejection import sift
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import NotThere, Transport

SERIES_GOOD_FOR = timedelta(hours=6)
LIST_FROM = 4
"""From so many missing series of a category on, the list of all of them is one request for all."""
SERIES_PER_SCAN = 20
LISTS_PER_SCAN = 6
EVENTS_PER_SCAN = 10
AT_ONCE = 4


class KalshiReference:
    """What markets do not say themselves: category, group, fees, whose word settles them."""

    def __init__(self, transport: Transport, settings: KalshiSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._events: dict[str, KalshiEvent] = {}
        self._series: dict[str, tuple[datetime, KalshiSeries | None]] = {}
        self._listed: dict[str, datetime] = {}

    def event(self, ticker: str) -> KalshiEvent | None:
        """An event as it was last read."""
        return self._events.get(ticker)

    def keep_events(self, events: Iterable[KalshiEvent]) -> None:
        """Take in events that were read elsewhere."""
        self._events |= {event.event_ticker: event for event in events}

    def forget_events_but(self, tickers: Iterable[str]) -> None:
        """Drop events that ended, when a full list has been read."""
        self._events = {name: self._events[name] for name in tickers if name in self._events}

    async def read_events(self, tickers: Iterable[str], deadline: float) -> Sequence[Quarantined]:
        """Read those that are not known yet, a few in each cycle."""
        missing = [ticker for ticker in dict.fromkeys(tickers) if ticker not in self._events]
        calls = {name: self._read_event(name, deadline) for name in missing[:EVENTS_PER_SCAN]}
        try:
            return (await side_by_side(VENUE, calls, AT_ONCE)).quarantined
        except VenueError as exc:
            return [Quarantined(VENUE, "events", UNANSWERED, str(exc))]

    async def _read_event(self, ticker: str, deadline: float) -> None:
        answer = await self._transport.get(f"{EVENTS}/{ticker}", deadline=deadline)
        event = read_model(OneEvent, answer, f"kalshi event {ticker}").event
        self._events[ticker] = event.model_copy(update={"markets": None})

    async def read_series_of(
        self, listings: Iterable[Listing], deadline: float
    ) -> list[Quarantined]:
        """Read the series of these markets that are not known, or not any more."""
        needed = {item.market.series: self._category(item.market.event) for item in listings}
        lists = {name: self._read_list(name, deadline) for name in self._lists_to_read(needed)}
        aside = await self._all(lists)
        missing = [ticker for ticker in needed if self._is_old(ticker)][:SERIES_PER_SCAN]
        return aside + await self._all({name: self._read_one(name, deadline) for name in missing})

    def _category(self, event_ticker: str) -> str:
        """The category by which the venue lists an event's series."""
        event = self.event(event_ticker)
        return "" if event is None else event.category or ""

    def completed(self, listing: Listing) -> Market:
        """The market with what its event and its series say of it."""
        market = listing.market
        kept = self._series.get(market.series)
        series = None if kept is None else kept[1]
        (ticker,) = tickers_of([market.market_id])
        fee = fee_of(
            ticker,
            self.event(market.event),
            series,
            self._clock.now(),
            waived_until=listing.free_until,
            tier=self._settings.fee_tier,
        )
        return replace(
            market,
            fee=fee,
            category=market.category or category_of(series),
            resolution_source=market.resolution_source or sources_of(series),
        )

    async def _all(self, calls: Mapping[str, Awaitable[None]]) -> list[Quarantined]:
        try:
            return list((await side_by_side(VENUE, calls, AT_ONCE)).quarantined)
        except VenueError as exc:
            return [Quarantined(VENUE, "series", UNANSWERED, str(exc))]

    def _lists_to_read(self, needed: Mapping[str, str]) -> list[str]:
        """Categories of which so many series are missing that their whole list is cheaper."""
        missing = Counter(needed[ticker] for ticker in needed if self._is_old(ticker))
        worth = (name for name, number in missing.most_common() if name and number >= LIST_FROM)
        return [name for name in worth if self._is_past(self._listed.get(name))][:LISTS_PER_SCAN]

    async def _read_list(self, category: str, deadline: float) -> None:
        answer = await self._transport.get(SERIES, [("category", category)], deadline=deadline)
        path = f"kalshi series of {category}"
        entries = read_model(SeriesList, answer, path).series or ()
        now = self._clock.now()
        for series in sift(VENUE, path, entries, _read_entry, name_field="ticker").kept:
            self._series[series.ticker] = now, series
        self._listed[category] = now

    async def _read_one(self, ticker: str, deadline: float) -> None:
        try:
            answer = await self._transport.get(f"{SERIES}/{ticker}", deadline=deadline)
        except NotThere:
            self._series[ticker] = self._clock.now(), None
            raise
        series = read_model(OneSeries, answer, f"kalshi series {ticker}").series
        self._series[ticker] = self._clock.now(), series

    def _is_old(self, ticker: str) -> bool:
        kept = self._series.get(ticker)
        return self._is_past(None if kept is None else kept[0])

    def _is_past(self, read_at: datetime | None) -> bool:
        return read_at is None or read_at + SERIES_GOOD_FOR <= self._clock.now()


def _read_entry(raw: object, path: str) -> KalshiSeries:
    return read_model(KalshiSeries, raw, path)
