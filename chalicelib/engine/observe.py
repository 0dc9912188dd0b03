"""Look at every venue at once. A venue that fails is a fault; its markets are simply not there.

What the venues say leaves this module validated and in no other way: nothing else in the engine
names a raw scan or raw books.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.breaker import RESULTS, VenueBreaker, not_to_ask
from chalicelib.domain.cycle import Observation
from chalicelib.domain.errors import VenueError
from chalicelib.domain.fault import FaultKind, VenueFault
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.domain.portfolio import Account
from chalicelib.domain.quality import QualityRules
from chalicelib.engine.runtime import Runtime
from chalicelib.ports import Depth, Results, Scan
from chalicelib.validation.books import validate_depths
from chalicelib.validation.findings import add_counts
from chalicelib.validation.jump import ROWS
from chalicelib.validation.look import Look
from chalicelib.validation.results import Expected, validate_results
from chalicelib.validation.scans import validate_scans
from chalicelib.validation.trusted import TrustedDepth, TrustedResults, TrustedScan

SCAN, BOOKS = "scan", "books"


async def observe(
    runtime: Runtime,
    accounts: Mapping[str, Account],
    at: datetime,
    breakers: Iterable[VenueBreaker] = (),
    rules: QualityRules | None = None,
) -> Observation:
    """Scan all venues, then ask about held markets that may have finished.

    A venue whose breaker is open is not asked at all. One whose breaker waits for a probe is
    scanned like any other: the scan is the probe, and what fails it is not asked further.
    """
    shut = not_to_ask(breakers, at)
    venues = [venue for venue in runtime.venues.values() if venue.name not in shut]
    held = {name: _held_at(name, accounts.values()) for name in runtime.venues}
    answers = await runtime.together(
        [venue.scan(at, held[venue.name]) for venue in venues], runtime.venue_deadline_seconds
    )
    scans, failed = _sort_out([v.name for v in venues], answers, Scan, SCAN)
    faults = (*(shut[name] for name in runtime.venues if name in shut), *failed)
    everything_held = frozenset(name for names in held.values() for name in names)
    look = Look(at, rules or QualityRules(), everything_held, runtime.history.past(ROWS))
    trusted = validate_scans(scans, look)
    results, more = await _resolutions(runtime, accounts.values(), trusted.markets, look, faults)
    return _observation(trusted, results, (*faults, *more))


def _observation(
    trusted: TrustedScan, results: TrustedResults, faults: tuple[VenueFault, ...]
) -> Observation:
    return Observation(
        dict(trusted.markets),
        dict(trusted.quotes),
        results.resolutions,
        faults,
        (*trusted.quarantined, *results.quarantined),
        dict(trusted.references),
        add_counts(trusted.quality, results.quality),
        trusted.consensus,
        trusted.doubted,
    )


def _held_at(venue: str, accounts: Iterable[Account]) -> list[MarketId]:
    """Markets of a venue in which something is held or waits: they are listed in any case."""
    found = {p.market_id for account in accounts for p in account.positions.values()}
    found.update(o.market_id for account in accounts for o in account.orders.values())
    return sorted(name for name in found if name.partition(":")[0] == venue)


def _maybe_finished(
    accounts: Iterable[Account], markets: Mapping[MarketId, Market], at: datetime
) -> list[MarketId]:
    """Held markets that are no longer open, or past their end, or not listed any more."""
    held = {p.market_id for account in accounts for p in account.positions.values()}
    return sorted(m for m in held if not _still_open(markets.get(m), at))


def _still_open(market: Market | None, at: datetime) -> bool:
    if market is None or not market.is_tradable:
        return False
    return market.closes_at is None or market.closes_at > at


async def _resolutions(
    runtime: Runtime,
    accounts: Collection[Account],
    markets: Mapping[MarketId, Market],
    look: Look,
    before: Sequence[VenueFault],
) -> tuple[TrustedResults, list[VenueFault]]:
    asked = _by_venue(runtime, _maybe_finished(accounts, markets, look.at), before)
    answers = await runtime.together(
        [runtime.venues[name].resolutions(ids, look.at) for name, ids in asked.items()],
        runtime.follow_up_deadline_seconds,
    )
    found, faults = _sort_out(list(asked), answers, Results, RESULTS)
    held: dict[MarketId, set[InstrumentId]] = {}
    for position in (p for account in accounts for p in account.positions.values()):
        held.setdefault(position.market_id, set()).add(position.instrument_id)
    return validate_results(found, Expected(asked, markets, held), look), faults


async def fetch_books(
    runtime: Runtime,
    instrument_ids: Sequence[InstrumentId],
    at: datetime,
    seen: Observation,
    rules: QualityRules | None = None,
) -> tuple[TrustedDepth, list[VenueFault]]:
    """Fetch the books to trade on: after the decision, so that latency is real.

    A venue that could not be ``seen`` in this cycle is left alone.
    """
    asked = _by_venue(runtime, instrument_ids, seen.faults)
    answers = await runtime.together(
        [runtime.venues[name].books(ids, at) for name, ids in asked.items()],
        runtime.follow_up_deadline_seconds,
    )
    found, faults = _sort_out(list(asked), answers, Depth, BOOKS)
    look = Look(at, rules or QualityRules())
    return validate_depths(found, seen.market_of, instrument_ids, look), faults


def _by_venue(
    runtime: Runtime, ids: Iterable[str], before: Iterable[VenueFault]
) -> dict[str, list[str]]:
    """Ids by the venue that they belong to, without the venues that are left alone."""
    grouped: dict[str, list[str]] = {}
    away = {f.venue for f in before if f.call == SCAN or f.code == FaultKind.BREAKER_OPEN}
    for identity in ids:
        venue = identity.partition(":")[0]
        if venue in runtime.venues and venue not in away:
            grouped.setdefault(venue, []).append(identity)
    return grouped


def _sort_out(
    names: Sequence[str], answers: Sequence[Any], kind: type, call: str
) -> tuple[dict[str, Any], list[VenueFault]]:
    """Good answers by venue, and a fault for each of the others."""
    good: dict[str, Any] = {}
    faults = []
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, kind):
            good[name] = answer
        else:
            faults.append(fault_of(name, answer, call))
    return good, faults


def fault_of(name: str, answer: object, call: str) -> VenueFault:
    """What is the matter with an answer that is none: it was raised, or came too late."""
    if isinstance(answer, VenueError):
        return VenueFault(name, answer.kind, answer.message, answer.retry_after, call)
    reason = f"{type(answer).__name__}: {answer}"
    return VenueFault(name, FaultKind.DEFECT, reason, call=call)
