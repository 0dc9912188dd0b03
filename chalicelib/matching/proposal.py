"""Proposals from what was found: a pair as it is first kept, and as it is read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.market import MarketId
from chalicelib.matching.equivalence import ResolutionRecord
from chalicelib.matching.finding import Found, compare, find_pairs
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedLeg, MatchedPair, MatchStatus
from chalicelib.matching.profile import profile_of
from chalicelib.matching.text import LONGEST_TITLE, plain

KEPT_RULES = 1_500
"""Characters of a market's rules that are kept for the operator to read."""


def new_proposals(
    left: Iterable[Leg],
    right: Iterable[Leg],
    kept: Sequence[MatchedPair],
    most: int,
    now: datetime,
) -> list[MatchedPair]:
    """Likely pairs that are not kept yet and have not both closed, best first."""
    rejected = {pair.pair_id for pair in kept if pair.status is MatchStatus.REJECTED}
    living = [pair for pair in kept if pair.pair_id not in rejected]
    taken = {leg.market_id for pair in living for leg in pair.legs}
    found = (propose(pair, now) for pair in find_pairs(left, right, most, taken, rejected))
    return [pair for pair in found if not pair.ended(now)]


def propose(found: Found, now: datetime) -> MatchedPair:
    """What was found as a pair that waits for an operator."""
    scored, judged = found.score, found.judgement
    return MatchedPair(
        pair_id=found.pair_id,
        legs=(_leg(found.legs[0], found.records[0]), _leg(found.legs[1], found.records[1])),
        score=scored.value,
        agrees=scored.agrees,
        differs=scored.differs,
        unknown=scored.unknown,
        apart=scored.apart,
        verdict=judged.verdict,
        reasons=judged.reasons,
        status=MatchStatus.PROPOSED,
        version=0,
        proposed_at=now,
    )


def _leg(leg: Leg, record: ResolutionRecord) -> MatchedLeg:
    return MatchedLeg(
        leg.market_id,
        plain(leg.title, LONGEST_TITLE),
        plain(leg.rules, KEPT_RULES),
        leg.closes_at,
        leg.outcomes,
        leg.fingerprint,
        record,
    )


def read_again(pair: MatchedPair, legs: Mapping[MarketId, Leg], because: str) -> MatchedPair:
    """A pair of which a market was reworded: proposed anew, with what an operator said gone.

    Where the other market is not listed now, the pair keeps what was read of both.
    """
    revoked = because if pair.status is MatchStatus.CONFIRMED else pair.revoked
    one, other = (legs.get(leg.market_id) for leg in pair.legs)
    if one is None or other is None:
        fresh = pair
    else:
        fresh = propose(compare(profile_of(one), profile_of(other)), pair.proposed_at)
    return replace(
        fresh,
        status=MatchStatus.PROPOSED,
        version=pair.version + 1,
        decided_at=pair.decided_at,
        decided_by=pair.decided_by,
        reason=pair.reason,
        revoked=revoked,
    )
