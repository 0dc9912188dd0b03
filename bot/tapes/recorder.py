"""From the records of committed cycles to a tape."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.cycle import CycleRecord, cycle_time
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import Market, MarketId, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.tapes.facts import MarketFacts, TapeFacts, microseconds
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import Row, book_row, quote_row, table_of


@dataclass
class Recorder:
    """Collects cycles, oldest first, and makes a tape of what they saw.

    It keeps what strategies were shown and traded on: markets, quotes, books, and the results that
    were asked for. Decisions and accounts stay in the records.
    """

    _versions: dict[MarketId, list[Market]] = field(default_factory=dict)
    _listings: list[tuple[datetime, Market, int]] = field(default_factory=list)
    _quotes: list[tuple[datetime, Quote]] = field(default_factory=list)
    _books: list[tuple[datetime, OrderBook]] = field(default_factory=list)
    _moments: list[datetime] = field(default_factory=list)
    _resolutions: dict[MarketId, Resolution] = field(default_factory=dict)
    _origins: set[Origin] = field(default_factory=set)

    def add(self, record: CycleRecord) -> None:
        """What one cycle saw."""
        at = cycle_time(record.cycle_id)
        self._moments.append(at)
        self._origins.update(record.observation.origins.values())
        for market in record.observation.markets.values():
            self._listings.append((at, market, self._version(market)))
        self._quotes.extend((at, quote) for quote in record.observation.quotes.values())
        self._books.extend((at, book) for book in record.books.values())
        for resolution in record.observation.resolutions:
            self._resolutions.setdefault(resolution.market_id, resolution)

    def recording(self, title: str, source: str, licence: str) -> Recording:
        """The tape of all that was added."""
        names = {quote.instrument_id for _, quote in self._quotes}
        names |= {book.instrument_id for _, book in self._books}
        listed = (market for versions in self._versions.values() for market in versions)
        names |= {outcome.instrument_id for market in listed for outcome in market.outcomes}
        markets = tuple(
            MarketFacts(name, tuple(found)) for name, found in sorted(self._versions.items())
        )
        resolutions = tuple(found for _, found in sorted(self._resolutions.items()))
        facts = TapeFacts(
            title, self._origin(), tuple(sorted(names)), markets, resolutions, (source,), licence
        )
        return Recording(facts, {kind: table_of(kind, rows) for kind, rows in self._rows(facts)})

    def _origin(self) -> Origin:
        """Live if all of it was; what is partly made up counts as made up."""
        rank = (Origin.SIMULATED, Origin.UNKNOWN, Origin.RECORDED)
        return next((origin for origin in rank if origin in self._origins), Origin.LIVE)

    def _rows(self, facts: TapeFacts) -> Iterable[tuple[RowKind, list[Row]]]:
        places = {name: place for place, name in enumerate(facts.instruments)}
        numbers = {market.market_id: number for number, market in enumerate(facts.markets)}
        yield RowKind.MOMENTS, [{"time": microseconds(at)} for at in self._moments]
        yield (
            RowKind.LISTINGS,
            [
                {
                    "time": microseconds(at),
                    "market": numbers[market.market_id],
                    "version": version,
                    "volume_24h": market.volume_24h,
                    "liquidity": market.liquidity,
                }
                for at, market, version in self._listings
            ],
        )
        yield RowKind.QUOTES, [quote_row(quote, places, at) for at, quote in self._quotes]
        yield RowKind.BOOKS, [book_row(book, places, at) for at, book in self._books]

    def _version(self, market: Market) -> int:
        """The number of this version of a market, new if something but its volume has changed."""
        versions = self._versions.setdefault(market.market_id, [])
        now = lasting(market)
        for number, before in reversed(list(enumerate(versions))):
            if before == _as_first_asked(now, before):
                return number
        versions.append(now)
        return len(versions) - 1


def lasting(market: Market) -> Market:
    """The market without what changes with every look."""
    return replace(market, volume_24h=None, liquidity=None)


def _as_first_asked(now: Market, before: Market) -> Market:
    """``now``, with the instant at which its unknown fee was first asked for."""
    if isinstance(now.fee, FeeUnknown) and isinstance(before.fee, FeeUnknown):
        return replace(now, fee=replace(now.fee, at=before.fee.at))
    return now
