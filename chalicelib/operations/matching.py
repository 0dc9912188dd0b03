"""Pairs of markets that may ask the same: propose, list, confirm once, reject."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.aws.match_rows import MATCHES, PAIR, match_from, match_item, match_key
from chalicelib.aws.table import Absent, Delete, Equals, Put, Table
from chalicelib.domain.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    StoreUnavailable,
    TransactionCancelled,
)
from chalicelib.domain.market import MarketId
from chalicelib.matching.equivalence import Verdict, fill, judge
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair, MatchStatus, changed_leg
from chalicelib.operations.asked import ATTEMPTS, Asked, answered_before, store_change
from chalicelib.operations.reading import Listing

MOST_PAIRS = 500
"""Pairs kept at once, so that one query reads them all."""

MOST_NEW = 50
"""Pairs proposed in one go: what an operator may still look through."""


@dataclass(frozen=True, slots=True)
class WantedMatch:
    """A decision about a pair. ``filled`` is what the operator knows of a leg, by market id."""

    pair_id: str
    status: MatchStatus
    version: int
    actor: str
    reason: str
    filled: Mapping[MarketId, Mapping[str, object]] = field(default_factory=dict)
    idempotency_key: str | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        known = {leg: dict(parts) for leg, parts in self.filled.items()}
        request = f"match|{self.pair_id}|{self.status}|{self.version}|{known}|{self.reason}"
        return Asked("match", request, self.actor, self.reason, self.idempotency_key)


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


async def decide_match(table: Table, wanted: WantedMatch, now: datetime) -> MatchedPair:
    """Confirm or reject a pair under the version that was read, with its audit row.

    Raises NotFoundError for an unknown pair, ConflictError when it has moved on, InputError when
    it asks for two different things or what is filled in is stated by the market itself.
    """
    asked = wanted.asked
    for _ in range(ATTEMPTS):
        answered = await answered_before(table, asked)
        if answered is not None:
            return PAIR.decode(answered)
        pair = await read_match(table, wanted.pair_id)
        if pair.version != wanted.version:
            raise _stale(wanted, pair)
        decided = _decided(pair, wanted, now)
        unchanged = Equals("version", pair.version)
        words = f"pair {pair.pair_id} {decided.status} as {decided.verdict} ({_names(pair)})"
        try:
            write = Put("match", match_item(decided), unchanged)
            await store_change(table, asked, words, [write], PAIR.text(decided), now)
        except TransactionCancelled:
            continue  # somebody else was faster: read the pair again
        return decided
    raise StoreUnavailable("the pair kept changing while it was being written", "Try again.")


def _decided(pair: MatchedPair, wanted: WantedMatch, now: datetime) -> MatchedPair:
    if wanted.status is MatchStatus.PROPOSED:
        raise InputError("a decision confirms or rejects", "Send 'confirmed' or 'rejected'.")
    filled = _filled(pair, wanted.filled)
    if wanted.status is MatchStatus.CONFIRMED and filled.verdict is Verdict.DIFFERENT:
        raise InputError(
            f"the two ask for different things: {'; '.join(filled.reasons)}"[:400],
            "Reject the pair; what is different cannot be confirmed as the same.",
        )
    return replace(
        filled,
        status=wanted.status,
        version=pair.version + 1,
        decided_at=now,
        decided_by=wanted.actor,
        reason=wanted.reason,
        revoked="",
    )


def _filled(
    pair: MatchedPair, supplied: Mapping[MarketId, Mapping[str, object]]
) -> MatchedPair:  # fmt: skip
    """The pair with what an operator knows in its records, judged again."""
    if not supplied:
        return pair
    known = {leg.market_id for leg in pair.legs}
    for market_id in supplied:
        if market_id not in known:
            raise InputError(
                f"{market_id[:80]!r} is no leg of this pair", f"Legs: {', '.join(sorted(known))}."
            )
    one, other = (
        replace(leg, record=fill(leg.record, supplied.get(leg.market_id, {}))) for leg in pair.legs
    )
    judged = judge(one.record, other.record, pair.apart)
    return replace(pair, legs=(one, other), verdict=judged.verdict, reasons=judged.reasons)


def _names(pair: MatchedPair) -> str:
    return " and ".join(leg.market_id for leg in pair.legs)


def _stale(wanted: WantedMatch, current: MatchedPair) -> ConflictError:
    return ConflictError(
        f"the pair is at version {current.version}, you sent {wanted.version}",
        "Read it again and send its version.",
        current,
    )


async def propose_matches(
    table: Table, left: Sequence[Leg], right: Sequence[Leg], now: datetime
) -> Proposed:
    """Look for pairs between two listings, keep new ones, and end what no longer holds.

    A confirmation whose market was reworded since is revoked and says why. What was rejected is
    not proposed again. Pairs whose markets have both closed are dropped.
    """
    from chalicelib.matching.proposal import new_proposals  # noqa: PLC0415 - the readers, only here

    kept = await read_matches(table)
    ended = [pair for pair in kept if pair.ended(now)]
    dropped = [await _written(table, Delete("match", match_key(p.pair_id), _at(p))) for p in ended]
    living = [pair for pair in kept if not pair.ended(now)]
    revoked = await _reread(table, living, {leg.market_id: leg for leg in (*left, *right)}, now)
    room = max(0, min(MOST_NEW, MOST_PAIRS - len(living)))
    found = new_proposals(left, right, living, room + 1, now)
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
        words = f"confirmation of pair {pair.pair_id} revoked ({_names(pair)})"
        await store_change(table, asked, words, [write], write.item["body"], now)
    except TransactionCancelled:
        return False  # an operator was faster; the next search looks again
    return True


def _at(pair: MatchedPair) -> Equals:
    return Equals("version", pair.version)


async def _written(table: Table, write: Put | Delete) -> bool:
    """Whether the row was still as it was read; an operator's decision is never overwritten."""
    try:
        await table.write(write)
    except TransactionCancelled:
        return False
    return True
