"""Which headlines are new: kept between cycles, so that each counts in one row and no other."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib.domain.headline import Headline

MOST_KNOWN = 2_000
"""Headlines that are remembered of a feed; feeds list some tens, at most some hundreds."""


class Newsroom:
    """The headlines of each feed that were seen before."""

    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[str, datetime], None]] = {}

    def fresh(
        self, feed: str, listed: Iterable[Headline], since: datetime | None
    ) -> Sequence[Headline]:  # fmt: skip
        """Those that appeared since the last look at the feed.

        At the first look all are new to us: those count that were published after ``since``, the
        time of the row before, and none where there was no row.
        """
        first = feed not in self._known
        known = self._known.setdefault(feed, {})
        new = [each for each in listed if (each.title, each.published_at) not in known]
        for each in new:
            known[each.title, each.published_at] = None
        while len(known) > MOST_KNOWN:
            del known[next(iter(known))]
        if not first:
            return new
        return [each for each in new if since is not None and each.published_at > since]
