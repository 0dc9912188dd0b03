"""What a venue has listed, kept between the cycles of a warm process. Pure: time comes in.

The full list is read rarely and over several cycles if it is long; between that only the markets
that are wanted are asked for again. A process that starts cold begins with an empty catalogue and
shows what it has read so far. Nothing is shown that was not read in the same cycle.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.book import Quote
from chalicelib.domain.market import Market, MarketId, MarketStatus
from chalicelib.domain.money import ZERO
from chalicelib.domain.quarantine import Quarantined
from chalicelib.ports import Scan
from chalicelib.venues.filters import MarketFilter

SPARE = 2
"""How many times the markets of a scan are remembered, to fill up when some of them end."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One market with the top of book of its outcomes.

    ``handle`` is what the venue wants to be asked by, where that is not the market's own id.
    ``free_until`` is until when the venue waives its fees.
    """

    market: Market
    quotes: tuple[Quote, ...]
    handle: str = ""
    free_until: datetime | None = None


def _as_listed(listing: Listing) -> Market:
    return listing.market


@dataclass(slots=True)
class Catalogue:
    """The markets that a scan may show, best traded first, and when the full list was read."""

    wanted: MarketFilter
    _known: dict[MarketId, Listing] = field(default_factory=dict)
    _named: frozenset[MarketId] = frozenset()
    _fresh: set[MarketId] = field(default_factory=set)
    _walked: set[MarketId] = field(default_factory=set)
    _complete_at: datetime | None = None
    is_warm: bool = field(default=False, init=False)
    """Whether something was known when the cycle began."""

    def begin(self, named: Iterable[MarketId]) -> None:
        """Start a cycle in which ``named`` markets and the watchlist are shown in any case."""
        ours = f"{self.wanted.venue}:"
        asked = (*named, *self.wanted.watchlist)
        self._named = frozenset(name for name in asked if name.startswith(ours))
        self._fresh.clear()
        self.is_warm = bool(self._known)

    @property
    def has_news(self) -> bool:
        """Whether anything was read in this cycle."""
        return bool(self._fresh)

    @property
    def is_complete(self) -> bool:
        """Whether the full list was read at least once."""
        return self._complete_at is not None

    def is_due(self, at: datetime) -> bool:
        """Whether the full list has to be read, or read on."""
        return self._complete_at is None or self._complete_at + self.wanted.refresh <= at

    def walk(self, listings: Iterable[Listing], at: datetime) -> None:
        """Take in a part of the full list."""
        found = tuple(listings)
        self.add(found, at)
        walked = (listing.market.market_id for listing in found)
        self._walked.update(name for name in walked if name in self._fresh)

    @property
    def walked(self) -> int:
        """How many wanted markets this reading of the full list has found so far."""
        return len(self._walked)

    def give_up_walk(self) -> None:
        """Forget how far the full list was read: it has to be read from its start."""
        self._walked.clear()

    def end_walk(self, at: datetime) -> None:
        """Note that the full list was read; drop what is not on it any more."""
        self._keep(self._walked | self._fresh | self._named)
        self._walked.clear()
        self._complete_at = at

    def add(self, listings: Iterable[Listing], at: datetime) -> None:
        """Take in markets as they are now; those not wanted any more are dropped."""
        for listing in listings:
            name = listing.market.market_id
            if name in self._named or self._is_wanted(listing.market, at):
                self._known[name] = listing
                self._fresh.add(name)
            else:
                self.forget((name,))

    def forget(self, names: Iterable[MarketId]) -> None:
        """Drop markets that the venue does not list any more."""
        for name in names:
            self._known.pop(name, None)
            self._fresh.discard(name)

    def get(self, name: MarketId) -> Listing | None:
        """A market as it was last read, maybe in an earlier cycle."""
        return self._known.get(name)

    def stale(self) -> list[MarketId]:
        """Markets to show that have not been read in this cycle, or never."""
        return [name for name in self._to_show() if name not in self._fresh]

    def shown(self) -> list[Listing]:
        """The markets to show, as far as they were read in this cycle."""
        return [self._known[name] for name in self._to_show() if name in self._fresh]

    def scan(
        self, quarantined: Sequence[Quarantined], finish: Callable[[Listing], Market] = _as_listed
    ) -> Scan:
        """What the cycle gets to see; ``finish`` adds what is not known of a market by itself."""
        shown = self.shown()
        self._keep({*self._ranked()[: SPARE * self.wanted.max_markets], *self._named})
        return Scan(
            markets={item.market.market_id: finish(item) for item in shown},
            quotes={quote.instrument_id: quote for item in shown for quote in item.quotes},
            quarantined=tuple(quarantined),
        )

    def _to_show(self) -> list[MarketId]:
        """The best traded markets, then those asked for by name."""
        chosen = self._ranked()[: self.wanted.max_markets]
        return list(dict.fromkeys((*chosen, *sorted(self._named))))

    def _ranked(self) -> list[MarketId]:
        def rank(name: MarketId) -> tuple[Decimal, MarketId]:
            return -(self._known[name].market.volume_24h or ZERO), name

        return sorted(self._known, key=rank)

    def _is_wanted(self, market: Market, at: datetime) -> bool:
        return market.status is MarketStatus.OPEN and self.wanted.wants(market, at)

    def _keep(self, names: Set[MarketId]) -> None:
        self._known = {name: item for name, item in self._known.items() if name in names}
