"""Confirm or reject a pair of markets: once, by an operator, under the version that was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.aws.match_rows import PAIR, match_item
from chalicelib.aws.table import Equals, Put, Table
from chalicelib.domain.errors import ConflictError, InputError
from chalicelib.domain.market import MarketId
from chalicelib.matching.equivalence import Verdict, fill, judge
from chalicelib.matching.pair import MatchedPair, MatchStatus
from chalicelib.matching.twin import twin_of
from chalicelib.operations.asked import Asked, Change, change_as_read
from chalicelib.operations.matching import market_names, read_match, twin_writes


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


async def decide_match(table: Table, wanted: WantedMatch, now: datetime) -> MatchedPair:
    """Confirm or reject a pair under the version that was read, with its audit row.

    Raises NotFoundError for an unknown pair, ConflictError when it has moved on, InputError when
    it asks for two different things or what is filled in is stated by the market itself.
    """

    async def prepare() -> Change[MatchedPair]:
        pair = await read_match(table, wanted.pair_id)
        if pair.version != wanted.version:
            raise _stale(wanted, pair)
        decided = _decided(pair, wanted, now)
        unchanged = Equals("version", pair.version)
        words = f"pair {pair.pair_id} {decided.status} as {decided.verdict} ({market_names(pair)})"
        twins = await twin_writes(table, pair.pair_id, twin_of(decided))
        return Change(decided, words, [Put("match", match_item(decided), unchanged), *twins])

    return await change_as_read(table, wanted.asked, PAIR, prepare, now)


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


def _stale(wanted: WantedMatch, current: MatchedPair) -> ConflictError:
    return ConflictError(
        f"the pair is at version {current.version}, you sent {wanted.version}",
        "Read it again and send its version.",
        current,
    )
