"""How many markets an exclusive group has: the catalogue tells it of events, not of markets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import VenueError
from chalicelib.domain.market import Market
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.ports import Clock
from chalicelib.venues.catalogue import Listing
from chalicelib.venues.polymarket.hosts import EVENTS
from chalicelib.venues.polymarket.parse import VENUE, read_group_size
from chalicelib.venues.side_by_side import side_by_side
from chalicelib.venues.transport import Transport

GROUPS_PER_SCAN = 5
AT_ONCE = 5
KEPT_FOR = timedelta(hours=6)
"""A group that is not augmented gets no new markets; asked again in case that was wrong."""

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""How soon an event is asked for again that could not be had."""


class GroupSizes:
    """Sizes by event, asked for once each while several markets of it are shown."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._sizes: dict[str, int] = {}
        self._due: dict[str, datetime] = {}

    async def complete(
        self, shown: Iterable[Listing], deadline: float
    ) -> Sequence[Quarantined]:  # fmt: skip
        """Ask for the events of groups whose size is not known; what fails is asked for later."""
        events = self._wanted(shown, self._clock.now())
        calls = {f"event {event}": self._ask(event, deadline) for event in events}
        try:
            return (await side_by_side(VENUE, calls, AT_ONCE)).quarantined
        except VenueError as exc:
            return [Quarantined(VENUE, "events", UNANSWERED, str(exc))]

    def finish(self, listing: Listing) -> Market:
        """The market with the size of its group, as far as it is known."""
        market = listing.market
        if market.exclusive_group is None or market.group_size:
            return market
        return replace(market, group_size=self._sizes.get(market.event, 0))

    def _wanted(self, shown: Iterable[Listing], now: datetime) -> list[str]:
        """Events of which more than one market is shown: a single one is no group to trade."""
        members = Counter(
            item.market.event
            for item in shown
            if item.market.exclusive_group and item.market.event and not item.market.group_size
        )
        self._due = {event: due for event, due in self._due.items() if event in members}
        self._sizes = {event: size for event, size in self._sizes.items() if event in members}
        due = [e for e, count in members.items() if count > 1 and self._due.get(e, now) <= now]
        return due[:GROUPS_PER_SCAN]

    async def _ask(self, event: str, deadline: float) -> None:
        self._due[event] = self._clock.now() + ASK_AGAIN_AFTER
        self._sizes.pop(event, None)
        answer = await self._transport.get(f"{EVENTS}/{event}", deadline=deadline)
        self._sizes[event] = read_group_size(answer, f"polymarket event {event}")
        self._due[event] = self._clock.now() + KEPT_FOR
