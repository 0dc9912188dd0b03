"""Closed trades and entries, small enough to be read and written with their account every minute.

Both memories are kept as the text that is stored: equal texts are equal memories, comparing and
writing them costs next to nothing, and only what asks for a single trade takes the text apart.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import Field

from chalicelib.domain.market import InstrumentId, MarketId

MOST_CLOSED = 50
"""Closed trades an account remembers: enough for every rule of its protections."""

NAME_LENGTH = 12
"""Digits of a hash that stand for an id: among 50 trades no two ids share them by chance."""

NO_NAME = "-"

NO_ENTRY, MOST_ENTRIES = "#", 90
"""A minute without an entry, and the most that one may have: n entries are the character n places
after none, and 90 trades of an account in a cycle are the most that can be committed."""


@dataclass(frozen=True, slots=True)
class ClosedTrade:
    """A position that was given up, or the parts of it so far: what protections count.

    ``at`` is the time of its cycle, ``profit`` is after fees. ``reason`` is a code: the exit rule,
    ``strategy``, ``flatten``, ``unwind`` or ``settlement``. Both sides of a market that end
    together are one trade.
    """

    at: datetime
    instrument_id: InstrumentId
    market_id: MarketId
    profit: Decimal
    reason: str


class Remembered(NamedTuple):
    """A closed trade as an account remembers it; short names stand for the two ids.

    A name that no later trade can be compared with any more is ``-``.
    """

    minute: int
    instrument: str
    market: str
    profit: Decimal
    reason: str

    @classmethod
    def of(cls, trade: ClosedTrade) -> "Remembered":
        """The trade without what nobody asks for later."""
        minute = int(trade.at.timestamp()) // 60
        names = short_name(trade.instrument_id), short_name(trade.market_id)
        return cls(minute, *names, trade.profit, trade.reason)

    def for_later(self, minute: int, held: Collection[str]) -> "Remembered":
        """The trade without names that are of no use after this minute.

        Its market counts within its own minute, its instrument as long as a part is still held.
        """
        if self.minute == minute or (self.instrument == NO_NAME and self.market == NO_NAME):
            return self
        instrument = self.instrument if self.instrument in held else NO_NAME
        return self._replace(instrument=instrument, market=NO_NAME)


@lru_cache(maxsize=4096)
def short_name(identity: str) -> str:
    """Twelve characters for an id that may have a hundred; the same on every machine."""
    return hashlib.sha256(identity.encode()).hexdigest()[:NAME_LENGTH]


@dataclass(frozen=True, slots=True)
class ClosedTrades:
    """The newest closed trades, oldest first: ``minute instrument market profit reason,...``."""

    text: Annotated[
        str,
        Field(pattern=r"^(\d+ (-|[0-9a-f]{12}) (-|[0-9a-f]{12}) -?\d+(\.\d+)? [a-z-]+(,|$))*$"),
    ] = ""

    @classmethod
    def of(cls, trades: Iterable[Remembered]) -> "ClosedTrades":
        """The newest of these, as many as an account remembers."""
        newest = list(trades)[-MOST_CLOSED:]
        return cls(",".join(f"{t[0]} {t[1]} {t[2]} {t[3].normalize():f} {t[4]}" for t in newest))

    def __iter__(self) -> Iterator[Remembered]:
        """Every trade, oldest first."""
        for line in self.text.split(",") if self.text else ():
            minute, instrument, market, profit, reason = line.split(" ")
            yield Remembered(int(minute), instrument, market, Decimal(profit), reason)

    def of_minute(self, at: datetime) -> list[Remembered]:
        """The trades that ended in this minute, if it is the newest one in which any did."""
        minute = int(at.timestamp()) // 60
        if not self.text.rpartition(",")[2].startswith(f"{minute} "):
            return []
        return [trade for trade in self if trade.minute == minute]


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries by minute over the last day: one character a minute, the last for ``cycle_id``.

    The first character always counts something, so that two equal memories are equal texts.
    """

    cycle_id: int = -1
    text: Annotated[str, Field(pattern=r"^([$-}][#-}]*)?$")] = ""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> "Entries":
        """From pairs of a cycle and the entries made in it, oldest first."""
        entries = cls()
        for cycle_id, made in pairs:
            entries = entries.with_more(cycle_id, made)
        return entries

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Each cycle in which something was entered, with the number of entries."""
        first = self.cycle_id - len(self.text) + 1
        for place, character in enumerate(self.text):
            if character != NO_ENTRY:
                yield first + place, ord(character) - ord(NO_ENTRY)

    def with_more(self, cycle_id: int, made: int) -> "Entries":
        """These and ``made`` more in a later cycle; ValueError for what no cycle can have made."""
        if cycle_id <= self.cycle_id or not 0 < made <= MOST_ENTRIES:
            raise ValueError(f"{made} entries in cycle {cycle_id} cannot follow {self.cycle_id}")
        idle = NO_ENTRY * (cycle_id - self.cycle_id - 1) if self.text else ""
        return Entries(cycle_id, f"{self.text}{idle}{chr(ord(NO_ENTRY) + made)}")

    def after(self, cycle_id: int) -> "Entries":
        """Those of later cycles than this one."""
        kept = self.cycle_id - cycle_id
        if kept >= len(self.text):
            return self
        text = self.text[-kept:].lstrip(NO_ENTRY) if kept > 0 else ""
        return Entries(self.cycle_id, text) if text else Entries()

    @property
    def total(self) -> int:
        """How many they are."""
        busy = self.text.encode("ascii").translate(None, NO_ENTRY.encode("ascii"))
        return sum(busy) - ord(NO_ENTRY) * len(busy)
