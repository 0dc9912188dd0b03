"""Pairs of markets that may ask the same: look for them, keep them, list them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.match_rows import (
    MATCHES,
    TWINS_KEY,
    match_from,
    match_item,
    match_key,
    twins_from,
    twins_item,
)
from chalicelib.aws.table import Absent, Delete, Equals, Item, Put, Table
from chalicelib.domain.errors import NotFoundError, TransactionCancelled
from chalicelib.domain.market import MarketId
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair, MatchStatus, changed_leg
from chalicelib.matching.twin import ConfirmedTwin, twin_of
from chalicelib.operations.asked import Asked, Change, store_change
from chalicelib.operations.reading import Listing

MOST_PAIRS = 500
"""Pairs kept at once, so that one query reads them all."""

MOST_NEW = 50
"""Pairs proposed in one go: what an operator may still look through."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a search changed; ``more``: there were likely pairs for which there was no room."""

    new: int = 0
    revoked: int = 0
    dropped: int = 0
    more: bool = False


async def read_matches(table: Table) -> list[MatchedPair]:
    """Every pair that is kept: those to decide first, then the most alike."""
    page = await table.query(MATCHES)
    order = list(MatchStatus)
    pairs = [match_from(item) for item in page.items]
    return sorted(pairs, key=lambda p: (order.index(p.status), -p.score, p.pair_id))


async def read_match(table: Table, pair_id: str) -> MatchedPair:
    """One pair, or NotFoundError."""
    item = await table.get(match_key(pair_id))
    if item is None:
        raise NotFoundError(
            f"no match {pair_id[:40]!r}", "`bot matches list` shows those there are."
        )
    return match_from(item)


async def list_matches(
    table: Table, status: MatchStatus | None, limit: int, cursor: str | None
) -> Listing:
    """Pairs of this status, or all; ``cursor`` is how many were seen before."""
    pairs = [p for p in await read_matches(table) if status is None or p.status is status]
    start = int(cursor) if cursor else 0
    end = start + limit
    return Listing(pairs[start:end], f"{end}" if end < len(pairs) else None)


async def propose_matches(
    table: Table,
    left: Sequence[Leg],
    right: Sequence[Leg],
    now: datetime,
    at: datetime | None = None,
) -> Proposed:
    """Look for pairs between two listings, keep new ones, and end what no longer holds.

    A confirmation whose market was reworded since is revoked and says why. What was rejected is
    not proposed again. Pairs whose markets have both closed are dropped; ``at`` is the market's
    time, where that is not the wall clock's ``now``.
    """
    from chalicelib.matching.proposal import new_proposals  # noqa: PLC0415 - the readers, only here

    kept = await read_matches(table)
    ended = [pair for pair in kept if pair.ended(at or now)]
    dropped = [await _written(table, Delete("match", match_key(p.pair_id), _at(p))) for p in ended]
    living = [pair for pair in kept if not pair.ended(at or now)]
    revoked = await _reread(table, living, {leg.market_id: leg for leg in (*left, *right)}, now)
    room = max(0, min(MOST_NEW, MOST_PAIRS - len(living)))
    found = new_proposals(left, right, living, room + 1, now)
    await _tidy_twins(table)
    writes = [Put("match", match_item(pair), Absent("pk")) for pair in found[:room]]
    new = [await _written(table, write) for write in writes]
    return Proposed(sum(new), revoked, sum(dropped), len(found) > room)


async def _reread(
    table: Table, pairs: Iterable[MatchedPair], legs: Mapping[MarketId, Leg], now: datetime
) -> int:
    """Read pairs again whose market was reworded; answers how many confirmations that ended."""
    from chalicelib.matching.proposal import read_again  # noqa: PLC0415 - the readers, only here

    revoked = 0
    for pair in pairs:
        because = changed_leg(pair, legs)
        if not because or pair.status is MatchStatus.REJECTED:
            continue
        again = read_again(pair, legs, because)
        write = Put("match", match_item(again), _at(pair))
        if pair.status is MatchStatus.CONFIRMED:
            revoked += await _revoked(table, pair, write, because, now)
        elif again.legs != pair.legs:
            await _written(table, write)
    return revoked


async def _revoked(
    table: Table, pair: MatchedPair, write: Put, because: str, now: datetime
) -> bool:  # fmt: skip
    asked = Asked("match", f"revoke|{pair.pair_id}|{pair.version}", "matching", because)
    try:
        words = f"confirmation of pair {pair.pair_id} revoked ({market_names(pair)})"
        writes = [write, *await twin_writes(table, pair.pair_id, None)]
        await store_change(table, asked, Change(pair, words, writes), write.item["body"], now)
    except TransactionCancelled:
        return False  # an operator was faster; the next search looks again
    return True


async def twin_writes(table: Table, pair_id: str, twin: ConfirmedTwin | None) -> list[Put]:
    """What brings the twins that cycles read in step with a change of one pair."""
    stored = await table.get(TWINS_KEY)
    before = twins_from(stored)
    others = [each for each in before if each.pair_id != pair_id]
    return _twins_put(stored, before, others if twin is None else [*others, twin])


async def _tidy_twins(table: Table) -> None:
    """Leave only what is confirmed now: pairs that ended are dropped without a decision."""
    stored = await table.get(TWINS_KEY)
    twins = (twin_of(pair) for pair in await read_matches(table))
    wanted = [twin for twin in twins if twin is not None]
    for put in _twins_put(stored, twins_from(stored), wanted):
        await _written(table, put)  # decided meanwhile: the next search looks again


def _twins_put(
    stored: Item | None, before: Sequence[ConfirmedTwin], after: Sequence[ConfirmedTwin]
) -> list[Put]:
    """The row as it is to be, on condition that nobody changed it; nothing to write if it is so."""
    if sorted(before, key=_pair_of) == sorted(after, key=_pair_of):
        return []
    version = stored["version"] if stored else 0
    unchanged = Equals("version", version) if stored else Absent("pk")
    return [Put("twins", twins_item(sorted(after, key=_pair_of), version + 1), unchanged)]


def _pair_of(twin: ConfirmedTwin) -> str:
    return twin.pair_id


def _at(pair: MatchedPair) -> Equals:
    return Equals("version", pair.version)


async def _written(table: Table, write: Put | Delete) -> bool:
    """Whether the row was still as it was read; an operator's decision is never overwritten."""
    try:
        await table.write(write)
    except TransactionCancelled:
        return False
    return True


def market_names(pair: MatchedPair) -> str:
    """Both markets of a pair by their ids."""
    return " and ".join(leg.market_id for leg in pair.legs)
