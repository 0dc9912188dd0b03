"""From what venues say that finished markets pay to what may be paid out.

Every venue here pays a dollar on a binary market as a whole, also where it ends without an answer:
Kalshi's void pays Yes some part and No the rest, Polymarket's split pays each side half.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field

from chalicelib.domain.market import InstrumentId, Market, MarketId, MarketKind, Resolution
from chalicelib.domain.money import ONE
from chalicelib.domain.origin import Origin
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import DUPLICATE, FOREIGN, PAYOUT, TIME, UNLISTED
from chalicelib.ports import Results
from chalicelib.validation.findings import Findings
from chalicelib.validation.listing import Fault
from chalicelib.validation.look import Look
from chalicelib.validation.single import CYCLE_AT_MOST
from chalicelib.validation.trusted import SEAL, TrustedResults


@dataclass(frozen=True, slots=True)
class Expected:
    """What results are held against: the markets asked about at each venue, and what is known.

    ``listed`` are markets of this cycle's scan; one that is over is often not among them any more.
    ``held`` are the instruments held in each market.
    """

    asked: Mapping[str, Collection[MarketId]]
    listed: Mapping[MarketId, Market] = field(default_factory=dict)
    held: Mapping[MarketId, Set[InstrumentId]] = field(default_factory=dict)


def validate_results(
    results: Mapping[str, Results], expected: Expected, look: Look
) -> TrustedResults:
    """Judge the results, by venue name; what is set aside pays nothing, and is asked for again."""
    believed: list[Resolution] = []
    qualities, examples = [], []
    for venue, answer in results.items():
        findings = Findings(venue, answer.quarantined)
        times = Counter(result.market_id for result in answer.resolutions)
        for result in answer.resolutions:
            fault = _fault(venue, result, times, expected, look)
            if fault is None:
                believed.append(result)
            else:
                findings.add(result.market_id, *fault)
        examples.extend(findings.examples)
        qualities.append(VenueQuality(venue, Origin.UNKNOWN, 0, 0, findings.by_code()))
    return TrustedResults(tuple(believed), tuple(qualities), tuple(examples), SEAL)


def _fault(
    venue: str,
    result: Resolution,
    times: Mapping[MarketId, int],
    expected: Expected,
    look: Look,
) -> Fault | None:
    name, prefix = result.market_id, f"{venue}:"
    if not all(each.startswith(prefix) for each in (name, *result.payouts)):
        return FOREIGN, "it tells of another venue's market or outcome"
    if name not in expected.asked.get(venue, ()):
        return UNLISTED, "nobody asked for its result"
    if times[name] > 1:
        return DUPLICATE, f"{times[name]} results of it came, so nobody knows which holds"
    if result.known_at.tzinfo is None or result.known_at > look.at + CYCLE_AT_MOST:
        return TIME, f"known at {result.known_at.isoformat()}, which is to come or in no time zone"
    held = expected.held.get(name, frozenset())
    return _payout_fault(result, expected.listed.get(name), held)


def _payout_fault(
    result: Resolution, market: Market | None, held: Set[InstrumentId]
) -> Fault | None:
    """What is wrong with what it pays, and on what."""
    paid = result.payouts.keys()
    if market is not None and market.kind is not MarketKind.BINARY:
        return PAYOUT, "it is a market that never ends"
    if market is not None and paid != {outcome.instrument_id for outcome in market.outcomes}:
        return PAYOUT, f"it pays {', '.join(sorted(paid)) or 'nothing'}, not the market's outcomes"
    if not held <= paid:
        return PAYOUT, f"it says nothing of {', '.join(sorted(held - paid))}, which is held"
    whole = sum(result.payouts.values())
    if whole != ONE:
        return PAYOUT, f"its outcomes pay {whole} dollars together, expected 1"
    return None
