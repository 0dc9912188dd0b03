"""Put a scan together from pages of the catalogue, most traded markets first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.market import MarketId
from chalicelib.domain.money import ZERO
from chalicelib.domain.origin import Origin
from chalicelib.domain.quarantine import Quarantined
from chalicelib.ports import Scan
from chalicelib.venues.polymarket.parse import VENUE, Listing, read_listing
from chalicelib.venues.polymarket.schemas import GammaPage
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.rejection import sift

PAGE_SIZE = 100
MOST_PAGES = 100


@dataclass(slots=True)
class PagedScan:
    """The markets found so far, and where to go on."""

    settings: PolymarketSettings
    quarantined: list[Quarantined] = field(default_factory=list)
    _listings: dict[MarketId, Listing] = field(default_factory=dict)
    _held: list[Listing] = field(default_factory=list)
    _cursors: list[str] = field(default_factory=list)
    _is_complete: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether no later page can hold a market that is wanted."""
        return self._is_complete

    def query(self) -> list[tuple[str, str]]:
        """What to ask for the next page."""
        return [
            ("limit", str(PAGE_SIZE)),
            ("closed", "false"),
            ("order", "volume24hr"),
            ("ascending", "false"),
            ("liquidity_num_min", format(self.settings.min_liquidity, "f")),
            *(("after_cursor", cursor) for cursor in self._cursors[-1:]),
        ]

    def add(self, page: GammaPage, seen_at: datetime) -> None:
        """Take in a page; raise VenuePayloadError when paging does not advance."""
        number = len(self._cursors) + 1
        sifted = sift(
            VENUE,
            f"polymarket page {number} markets",
            page.markets,
            lambda entry, where: read_listing(entry, where, seen_at),
            name_field="conditionId",
        )
        self.quarantined.extend(sifted.quarantined)
        self._require_progress(sifted.kept, page.next_cursor)
        wanted = [listing for listing in sifted.kept if self._is_wanted(listing)]
        self._listings.update((listing.market.market_id, listing) for listing in wanted)
        self._is_complete = (
            page.next_cursor is None
            or len(self._listings) >= self.settings.max_markets
            or number >= MOST_PAGES
            or any(self._is_quiet(listing) for listing in sifted.kept)
        )
        self._cursors.append(page.next_cursor or "")

    def missing(self, held: Sequence[MarketId]) -> list[MarketId]:
        """Which of these markets no page has listed."""
        listed = {listing.market.market_id for listing in self._chosen()}
        return [market_id for market_id in held if market_id not in listed]

    def add_held(self, page: GammaPage, seen_at: datetime) -> None:
        """Take in markets that were asked for by name, whatever the filters say."""
        sifted = sift(
            VENUE,
            "polymarket held markets",
            page.markets,
            lambda entry, where: read_listing(entry, where, seen_at),
            name_field="conditionId",
        )
        self.quarantined.extend(sifted.quarantined)
        self._held.extend(sifted.kept)

    def _chosen(self) -> list[Listing]:
        return list(islice(self._listings.values(), self.settings.max_markets))

    def result(self) -> Scan:
        """The markets found, cut to the most that are wanted, and those held."""
        chosen = [*self._chosen(), *self._held]
        return Scan(
            markets={listing.market.market_id: listing.market for listing in chosen},
            quotes={quote.instrument_id: quote for listing in chosen for quote in listing.quotes},
            quarantined=tuple(self.quarantined),
            origin=Origin.LIVE,
        )

    def _require_progress(self, kept: Sequence[Listing], next_cursor: str | None) -> None:
        """Refuse to read the same page for ever, which is what a misnamed cursor leads to."""
        is_known = bool(kept) and all(item.market.market_id in self._listings for item in kept)
        if next_cursor is not None and (next_cursor in self._cursors or is_known):
            raise VenuePayloadError(
                f"polymarket page {len(self._cursors) + 1} repeats an earlier page",
                "The venue may have renamed the parameter after_cursor.",
            )

    def _is_quiet(self, listing: Listing) -> bool:
        """Whether it, and by the order of the pages every later one, trades too little."""
        volume = listing.market.volume_24h
        return volume is not None and volume < self.settings.min_volume_24h

    def _is_wanted(self, listing: Listing) -> bool:
        volume = listing.market.volume_24h or ZERO
        is_traded = volume >= self.settings.min_volume_24h
        return is_traded and listing.liquidity >= self.settings.min_liquidity
