"""What a news feed says happened: words and a time, and never an instruction."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline of a feed; times are UTC. ``seen_at`` is when the feed was read."""

    feed: str
    title: str
    published_at: datetime
    seen_at: datetime
