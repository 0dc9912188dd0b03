"""Walk through the catalogue page by page, most traded markets first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.market import MarketId
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.polymarket.parse import VENUE, read_listing
from chalicelib.venues.polymarket.schemas import GammaPage
from chalicelib.venues.polymarket.settings import PolymarketSettings
from chalicelib.venues.rejection import Sifted, sift

PAGE_SIZE = 100
MOST_PAGES = 200
"""20,000 markets: those after them hardly trade."""


@dataclass(slots=True)
class PageWalk:
    """How far the catalogue has been read. It is filtered by the venue as far as it can."""

    settings: PolymarketSettings
    is_complete: bool = False
    """Whether no later page can hold a market that is wanted."""
    _cursors: list[str] = field(default_factory=list)
    _seen: set[MarketId] = field(default_factory=set)

    def query(self, at: datetime) -> list[tuple[str, str]]:
        """What to ask for the next page."""
        return [
            ("limit", str(PAGE_SIZE)),
            ("closed", "false"),
            ("include_tag", "true"),
            ("order", "volume24hr"),
            ("ascending", "false"),
            ("liquidity_num_min", format(self.settings.min_liquidity, "f")),
            *self._ends(at),
            *(("after_cursor", cursor) for cursor in self._cursors[-1:]),
        ]

    def _ends(self, at: datetime) -> list[tuple[str, str]]:
        chosen = self.settings
        bounds = []
        if chosen.min_minutes_to_close:
            earliest = at + timedelta(minutes=chosen.min_minutes_to_close)
            bounds.append(("end_date_min", f"{earliest:%Y-%m-%dT%H:%M:%SZ}"))
        if chosen.max_days_to_close is not None:
            latest = at + timedelta(days=chosen.max_days_to_close)
            bounds.append(("end_date_max", f"{latest:%Y-%m-%dT%H:%M:%SZ}"))
        return bounds

    def read(self, page: GammaPage, seen_at: datetime) -> Sifted[Listing]:
        """Read the next page; raise VenuePayloadError when paging does not advance."""
        number = len(self._cursors) + 1
        sifted = sift(
            VENUE,
            f"polymarket page {number} markets",
            page.markets,
            lambda entry, where: read_listing(entry, where, seen_at),
            name_field="conditionId",
        )
        self._require_progress(sifted.kept, page.next_cursor)
        self._seen.update(listing.market.market_id for listing in sifted.kept)
        self.is_complete = (
            page.next_cursor is None
            or number >= MOST_PAGES
            or any(self._is_quiet(listing) for listing in sifted.kept)
        )
        self._cursors.append(page.next_cursor or "")
        return sifted

    def _require_progress(self, kept: Sequence[Listing], next_cursor: str | None) -> None:
        """Refuse to read the same page for ever, which is what a misnamed cursor leads to."""
        is_known = bool(kept) and all(item.market.market_id in self._seen for item in kept)
        if next_cursor is not None and (next_cursor in self._cursors or is_known):
            raise VenuePayloadError(
                f"polymarket page {len(self._cursors) + 1} repeats an earlier page",
                "The venue may have renamed the parameter after_cursor.",
            )

    def _is_quiet(self, listing: Listing) -> bool:
        """Whether it, and by the order of the pages every later one, trades too little."""
        volume = listing.market.volume_24h
        return volume is not None and volume < self.settings.min_volume_24h
