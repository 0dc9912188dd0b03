"""Bad data as a reason to stop: which venues it keeps out of new entries, and what to show. Pure.

A venue's bad cycles are counted in a row, and not while it is paused: a pause that was released,
by time or by an operator, needs as many bad cycles again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.consensus import Consensus
from chalicelib.domain.house import House
from chalicelib.domain.protection import DATA_QUALITY, Protection, ProtectionRules, Scope
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import NOT_BAD, Quarantined

THE_HOUSE = ""
MOST_EXAMPLES = 20
"""Examples of quarantined data in a cycle's summary, and assets whose consensus it states."""
EXAMPLES_OF_ONE_CODE = 3


def judge_quality(
    house: House, rules: ProtectionRules, quality: Sequence[VenueQuality], at: datetime
) -> House:
    """The house with the pauses that bad data trips now, and its count of bad cycles by venue."""
    paused = {p.subject for p in house.protections if p.rule == DATA_QUALITY}
    bad = {name: why for name, why in _bad(quality, rules).items() if name not in paused}
    before = dict(house.bad_data)
    counts = {name: before.get(name, 0) + 1 for name in sorted(bad)}
    tripped = [name for name, count in counts.items() if count >= rules.bad_data_in_a_row]
    if not counts and not before:
        return house
    return replace(
        house,
        protections=(*house.protections, *(_pause(n, bad[n], rules, at) for n in tripped)),
        bad_data=tuple((name, n) for name, n in counts.items() if name not in tripped),
    )


def _bad(quality: Sequence[VenueQuality], rules: ProtectionRules) -> dict[str, str]:
    """Venues with too much bad data in this cycle, and the house when it saw nothing else."""
    share, least = rules.bad_data_share, rules.bad_data_at_least
    if share is None:
        return {}
    found = {
        one.venue: _words(one.venue, [one])
        for one in quality
        if one.bad >= least and one.share >= share
    }
    nothing_good = not any(one.quotes for one in quality)
    if nothing_good and sum(one.bad for one in quality) >= least:
        found[THE_HOUSE] = _words("all venues together", quality)
    return found


def _words(whose: str, quality: Sequence[VenueQuality]) -> str:
    counts: Counter[str] = Counter()
    for one in quality:
        counts.update({c: n for c, n in one.counts.items() if c not in NOT_BAD})
    bad, good = counts.total(), sum(one.quotes for one in quality)
    most = ", ".join(f"{code} {n}" for code, n in counts.most_common(3))
    return f"{bad} of {bad + good} prices of {whose} were not believed ({most})"


def _pause(name: str, why: str, rules: ProtectionRules, at: datetime) -> Protection:
    scope = Scope.VENUE if name else Scope.HOUSE
    reason = f"{why}, for {rules.bad_data_in_a_row} cycles in a row"
    until = at + timedelta(minutes=rules.bad_data_pause_minutes)
    return Protection(DATA_QUALITY, scope, name, reason, at, until)


def data_pauses(house: House) -> tuple[str, ...]:
    """The venues that bad data keeps out of new entries; an empty name is the whole house."""
    return tuple(p.subject for p in house.protections if p.rule == DATA_QUALITY)


def examples(quarantined: Iterable[Quarantined]) -> tuple[Quarantined, ...]:
    """A few of every kind, for a cycle's summary."""
    seen: Counter[tuple[str, str]] = Counter()
    chosen: list[Quarantined] = []
    for one in quarantined:
        seen[one.venue, one.code] += 1
        if seen[one.venue, one.code] <= EXAMPLES_OF_ONE_CODE:
            chosen.append(one)
    return tuple(chosen[:MOST_EXAMPLES])


def notable(consensus: Iterable[Consensus]) -> tuple[Consensus, ...]:
    """The assets that a cycle's summary states, those first on which somebody deviates."""
    ordered = sorted(consensus, key=lambda one: (all(s.believed for s in one.sightings), one.asset))
    return tuple(ordered[:MOST_EXAMPLES])
