"""Answers kept for a short while, within bounds. Pure: time comes in.

Bodies are kept as bytes and parsed for every caller, so that the bound is one of memory, and no
caller can change what the next one sees.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

MOST_ANSWERS = 64
MOST_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A body with its headers, when it was fetched, and when the host last said that it holds.

    ``checked`` is that second time on the monotonic clock.
    """

    body: bytes
    headers: Mapping[str, str]
    fetched_at: datetime
    confirmed_at: datetime
    checked: float

    def conditions(self) -> dict[str, str]:
        """Request headers that ask for a body only if it has changed."""
        names = (("etag", "if-none-match"), ("last-modified", "if-modified-since"))
        return {ours: self.headers[theirs] for theirs, ours in names if self.headers.get(theirs)}

    def confirmed(self, at: datetime, now: float) -> "Kept":
        """The same body, known to be current at this time."""
        return replace(self, confirmed_at=at, checked=now)


@dataclass(slots=True)
class AnswerCache:
    """The answers used last, at most so many and so large."""

    most_answers: int = MOST_ANSWERS
    most_bytes: int = MOST_BYTES
    size: int = 0
    _kept: OrderedDict[bytes, Kept] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> Kept | None:
        """What is kept under a key, however old."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an answer; those used longest ago make room. One too large is not kept."""
        before = self._kept.pop(key, None)
        self.size -= len(before.body) if before else 0
        if len(kept.body) > self.most_bytes:
            return
        self._kept[key] = kept
        self.size += len(kept.body)
        while len(self._kept) > self.most_answers or self.size > self.most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self.size -= len(oldest.body)
