"""Several tapes as one. What contradicts itself is refused, with the names of both tapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np

from bot.tapes.cut import renumbered
from chalicelib.domain.errors import InputError
from chalicelib.domain.market import Market, MarketId, Resolution
from chalicelib.tapes.facts import MarketFacts, TapeFacts
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import IDENTITY, RowKind
from chalicelib.tapes.rows import Row, rows_of
from chalicelib.tapes.table import TapeTable, join

Named = tuple[str, Recording]
"""A tape and what to call it in a message."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Several tapes as one. ``same`` rows were in more than one tape, digit for digit.

    ``overruled`` rows said something else than a row of the same time and subject in a tape that
    was named earlier, and were left out.
    """

    recording: Recording
    same: int
    overruled: int


def merge(tapes: Sequence[Named]) -> Merged:
    """All rows of all tapes. Of two rows about one thing at one time the first tape's counts.

    Raises InputError, naming both tapes, when they contradict each other in what cannot both be
    true: their origin, what a market is, what it was at one moment, or how it resolved.
    """
    facts = _merged_facts(tapes)
    parts = [_with_versions_of(facts, tape) for _, tape in tapes]
    _require_one_listing([name for name, _ in tapes], facts, parts)
    tables: dict[RowKind, TapeTable] = {}
    same = overruled = 0
    for kind in RowKind:
        tables[kind], equal, other = _first_of_each([part.table(kind) for part in parts])
        same, overruled = same + equal, overruled + other
    return Merged(_in_order_of_versions(Recording(facts, tables)), same, overruled)


def _merged_facts(tapes: Sequence[Named]) -> TapeFacts:
    (first_name, first), *rest = tapes
    for name, tape in rest:
        if tape.facts.origin is not first.facts.origin:
            raise InputError(
                f"{first_name} is {first.facts.origin} and {name} is {tape.facts.origin}",
                "One tape has one origin: keep them apart.",
            )
    every = [tape.facts for _, tape in tapes]
    return replace(
        first.facts,
        instruments=tuple(sorted({name for facts in every for name in facts.instruments})),
        markets=_merged_markets(tapes),
        resolutions=_merged_resolutions(tapes),
        sources=_each_once(source for facts in every for source in facts.sources),
        licence="\n".join(_each_once(facts.licence for facts in every if facts.licence)),
    )


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _merged_markets(tapes: Sequence[Named]) -> tuple[MarketFacts, ...]:
    found: dict[MarketId, tuple[str, list[Market]]] = {}
    for name, tape in tapes:
        for facts in tape.facts.markets:
            first, versions = found.setdefault(facts.market_id, (name, []))
            for version in facts.versions:
                _require_one_market(first, versions, name, version)
                if version not in versions:
                    versions.append(version)
    return tuple(MarketFacts(key, tuple(versions)) for key, (_, versions) in sorted(found.items()))


def _require_one_market(first: str, known: Sequence[Market], name: str, other: Market) -> None:
    """A market may change its end, its fee or its tick, but not what it is."""
    for market in known[:1]:
        for field in ("venue", "kind", "outcomes"):
            mine, theirs = getattr(market, field), getattr(other, field)
            if mine != theirs:
                raise _contradiction(first, name, f"{field} of {market.market_id}", mine, theirs)


def _contradiction(first: str, second: str, what: str, mine: object, theirs: object) -> InputError:
    return InputError(
        f"{first} and {second} contradict each other: {what} is {mine} in the one and {theirs} in "
        "the other",
        "They cannot both be true: find out which one is, and leave the other out.",
    )


def _merged_resolutions(tapes: Sequence[Named]) -> tuple[Resolution, ...]:
    found: dict[MarketId, tuple[str, Resolution]] = {}
    for name, tape in tapes:
        for resolution in tape.facts.resolutions:
            first, known = found.setdefault(resolution.market_id, (name, resolution))
            if known.payouts != resolution.payouts:
                what = f"payout of {resolution.market_id}"
                raise _contradiction(first, name, what, known.payouts, resolution.payouts)
    return tuple(resolution for _, (_, resolution) in sorted(found.items()))


def _with_versions_of(facts: TapeFacts, tape: Recording) -> Recording:
    """The rows by the numbers that merged facts give to instruments, markets and versions."""
    moves = {}
    known = {market.market_id: market.versions for market in facts.markets}
    for number, market in enumerate(tape.facts.markets):
        for version, listed in enumerate(market.versions):
            moves[number, version] = known[market.market_id].index(listed)
    return renumbered(_moved(tape, moves), facts)


def _moved(recording: Recording, moves: Mapping[tuple[int, int], int]) -> Recording:
    """The same listings with other numbers of versions, by market and version."""
    listings = recording.table(RowKind.LISTINGS)
    numbers = np.array([moves[pair] for pair in _listed(listings)], np.int64)
    moved = listings.with_numbers("version", numbers)
    return Recording(recording.facts, {**recording.tables, RowKind.LISTINGS: moved})


def _listed(listings: TapeTable) -> Iterable[tuple[int, int]]:
    markets, versions = listings.numbers("market"), listings.numbers("version")
    return zip(markets.tolist(), versions.tolist(), strict=True)


def _require_one_listing(
    names: Sequence[str], facts: TapeFacts, parts: Sequence[Recording]
) -> None:
    """No market can have been two things at one moment."""
    seen: dict[tuple[int, int], tuple[str, int]] = {}
    for name, part in zip(names, parts, strict=True):
        listings = part.table(RowKind.LISTINGS)
        for time, (market, version) in zip(listings.times.tolist(), _listed(listings), strict=True):
            first, known = seen.setdefault((time, market), (name, version))
            if known != version:
                versions = facts.markets[market].versions
                raise _two_things(first, name, versions[known], versions[version])


def _two_things(first: str, second: str, mine: Market, theirs: Market) -> InputError:
    field = next(f.name for f in fields(Market) if getattr(mine, f.name) != getattr(theirs, f.name))
    what = f"{field} of {mine.market_id} at one moment"
    return _contradiction(first, second, what, getattr(mine, field), getattr(theirs, field))


def _first_of_each(tables: Sequence[TapeTable]) -> tuple[TapeTable, int, int]:
    """All rows but those of which an earlier table has one; how many were the same and not."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return tables[0], 0, 0
    if _follow_each_other(filled):
        return join(filled), 0, 0
    known: dict[tuple[object, ...], Row] = {}
    kept: list[TapeTable] = []
    same = overruled = 0
    for table in filled:
        rows = [(identity(table.kind, row), row) for row in rows_of(table)]
        places = [place for place, (key, _) in enumerate(rows) if key not in known]
        equal = sum(known.get(key) == row for key, row in rows)
        same, overruled = same + equal, overruled + len(rows) - len(places) - equal
        kept.append(table.take(np.array(places, np.int64)))
        known = dict(reversed(rows)) | known
    return join(kept), same, overruled


def _follow_each_other(tables: Sequence[TapeTable]) -> bool:
    """Whether no two of them have a moment in common: parts of one tape, mostly."""
    spans = sorted((int(table.times[0]), int(table.times[-1])) for table in tables)
    return all(before[1] < after[0] for before, after in pairwise(spans))


def identity(kind: RowKind, row: Mapping[str, Any]) -> tuple[object, ...]:
    """What tells a row from every other of its kind."""
    subject = row.get("market", row.get("instrument"))
    return (row["time"], subject, *(row[name] for name in IDENTITY.get(kind, ())))


def _in_order_of_versions(recording: Recording) -> Recording:
    """Versions in the order in which they were first listed: the same however tapes were cut."""
    order: dict[int, list[int]] = {}
    for market, version in dict.fromkeys(_listed(recording.table(RowKind.LISTINGS))):
        order.setdefault(market, []).append(version)
    moves: dict[tuple[int, int], int] = {}
    markets = []
    for number, market_facts in enumerate(recording.facts.markets):
        places = list(dict.fromkeys([*order.get(number, ()), *range(len(market_facts.versions))]))
        versions = tuple(market_facts.versions[place] for place in places)
        markets.append(replace(market_facts, versions=versions))
        moves |= {(number, version): place for place, version in enumerate(places)}
    facts = replace(recording.facts, markets=tuple(markets))
    return Recording(facts, _moved(recording, moves).tables)
