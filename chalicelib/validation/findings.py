"""What was found wrong at one venue: all of it counted, the first of each kind in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import Quarantined

MOST_EXAMPLES = 20
"""Of one code at one venue: a flood of one kind must not hide the others."""


class Findings:
    """Counts by code, and examples."""

    def __init__(self, venue: str, before: Iterable[Quarantined] = ()) -> None:
        self.venue = venue
        self.counts: Counter[str] = Counter()
        self.examples: list[Quarantined] = []
        for found in before:
            if self.has_room(found.code):
                self.examples.append(found)
            self.counts[found.code] += 1

    def has_room(self, code: str) -> bool:
        """Whether the next one of this code would be kept in words."""
        return self.counts[code] < MOST_EXAMPLES

    def add(self, subject: str, code: str, reason: str) -> None:
        """Count one."""
        if self.has_room(code):
            self.examples.append(Quarantined(self.venue, subject, code, reason))
        self.counts[code] += 1

    def add_silently(self, code: str, number: int) -> None:
        """Count some more of what there are examples of already."""
        self.counts[code] += number

    def by_code(self) -> dict[str, int]:
        """The counts in the order of their codes."""
        return dict(sorted((code, n) for code, n in self.counts.items() if n))


def add_counts(
    quality: Iterable[VenueQuality], more: Iterable[VenueQuality]
) -> tuple[VenueQuality, ...]:
    """What was seen of each venue, with what was seen later in the same cycle.

    A venue whose scan failed is in neither: it is a fault, and was not judged.
    """
    later: dict[str, list[VenueQuality]] = {}
    for one in more:
        later.setdefault(one.venue, []).append(one)
    return tuple(_sum(one, later.get(one.venue, [])) for one in quality)


def _sum(first: VenueQuality, more: Iterable[VenueQuality]) -> VenueQuality:
    counts = Counter(first.counts)
    quotes = first.quotes
    for one in more:
        counts.update(one.counts)
        quotes += one.quotes
    return replace(first, quotes=quotes, counts=dict(sorted(counts.items())))
