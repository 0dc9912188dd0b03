"""The views of market matching: pairs with their reasons, and an operator's decision."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chalicelib.domain.errors import InputError
from chalicelib.matching.equivalence import Polarity, ResolutionRecord
from chalicelib.matching.pair import MatchedLeg, MatchedPair, MatchStatus
from chalicelib.operations import match_decisions
from chalicelib.operations.matching import list_matches
from chalicelib.web import cursor, wire
from chalicelib.web.http import Call


async def matches(call: Call) -> wire.Page[wire.MatchView]:
    """Pairs, those to decide first."""
    query: wire.MatchQuery = call.query
    listing = await list_matches(
        call.office.table,
        MatchStatus(query.status) if query.status else None,
        query.limit,
        cursor.verify(query.cursor, call.token, "matches"),
    )
    return wire.Page[wire.MatchView](
        items=[match_view(pair) for pair in listing.items],
        next=cursor.sign(listing.cursor, call.token, "matches"),
    )


async def decide_match(call: Call) -> wire.MatchView:
    """Confirm or reject a pair."""
    body: wire.MatchDecision = call.body
    wanted = match_decisions.WantedMatch(
        call.params["match_id"],
        MatchStatus(body.status),
        body.version,
        call.actor,
        body.reason,
        {market_id: _known(parts) for market_id, parts in (body.known or {}).items()},
        call.headers.get("idempotency-key"),
    )
    return match_view(
        await match_decisions.decide_match(call.office.table, wanted, call.office.now)
    )


def _known(parts: wire.KnownResolution) -> Mapping[str, object]:
    sent: dict[str, object] = parts.model_dump(exclude_none=True)
    return known_values(sent)


def known_values(sent: Mapping[str, object]) -> dict[str, object]:
    """What an operator typed, as values of a record; InputError for a time that is none."""
    known = dict(sent)
    if "polarity" in known:
        known["polarity"] = _polarity(str(known["polarity"]))
    if "cutoff" in known:
        known["cutoff"] = _moment(str(known["cutoff"]))
    return known


def _polarity(word: str) -> Polarity:
    try:
        return Polarity(word)
    except ValueError as exc:
        raise InputError(f"polarity is {word[:40]!r}", "Send 'same' or 'inverted'.") from exc


def _moment(text: str) -> datetime:
    hint = "Send ISO 8601 with its offset, e.g. 2026-09-30T23:59:00-04:00."
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InputError(f"the cut-off {text[:40]!r} is no time", hint) from exc
    if moment.tzinfo is None:
        raise InputError(f"the cut-off {text[:40]!r} has no offset from UTC", hint)
    return moment.astimezone(UTC)


def match_view(pair: MatchedPair) -> wire.MatchView:
    """A pair as it goes over the wire."""
    return wire.MatchView(
        id=pair.pair_id,
        legs=[_leg_view(leg) for leg in pair.legs],
        score=pair.score,
        agrees=list(pair.agrees),
        differs=list(pair.differs),
        unknown=list(pair.unknown),
        verdict=pair.verdict.value,
        reasons=list(pair.reasons),
        polarity=pair.polarity.value if pair.polarity else None,
        status=pair.status.value,
        version=pair.version,
        proposed_at=pair.proposed_at,
        decided_at=pair.decided_at,
        decided_by=pair.decided_by,
        reason=pair.reason,
        revoked=pair.revoked,
    )


def _leg_view(leg: MatchedLeg) -> wire.MatchLegView:
    return wire.MatchLegView(
        market_id=leg.market_id,
        venue=leg.venue,
        title=leg.title,
        rules=leg.rules,
        closes_at=leg.closes_at,
        outcomes=list(leg.outcomes),
        resolution=_resolution_view(leg.record),
    )


def _resolution_view(record: ResolutionRecord) -> wire.ResolutionView:
    return wire.ResolutionView(
        source=record.source,
        cutoff=record.cutoff,
        zone=record.zone,
        void_rule=record.void_rule,
        polarity=record.polarity.value if record.polarity else None,
        bucket=record.bucket,
        group=record.group,
        filled=list(record.filled),
        unknown=list(record.unknown),
    )
