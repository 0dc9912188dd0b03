"""Which fee row is in force for a market at an instant. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import combinations

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import ANY, SCOPE_KINDS, FeeTerms, FeeUnknown

Rank = tuple[int, bool, int, datetime]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row with its scope and tiers taken apart once, names in lower case."""

    row: FeeTerms
    kind: str
    names: tuple[str, ...]
    tiers: frozenset[str]

    def matching(self, said: Mapping[str, str]) -> list[str]:
        """The names of this row's scope that fit what is said of a market."""
        if self.kind == ANY:
            return [ANY]
        name = said[self.kind]
        if not name:
            return []
        return [n for n in self.names if n == name or (ANY in n and fnmatchcase(name, n))]

    def rank(self, matching: list[str]) -> Rank:
        """The more specific, the greater; the newest start decides between equals."""
        narrowness = len(SCOPE_KINDS) if self.kind == ANY else SCOPE_KINDS.index(self.kind)
        best = max(matching, key=lambda pattern: (ANY not in pattern, len(pattern)))
        return -narrowness, ANY not in best, len(best), self.row.valid_from


class FeeTable:
    """All fee rows. Construction refuses rows of which two would be in force at once."""

    def __init__(self, rows: Iterable[FeeTerms]) -> None:
        self.rows = tuple(rows)
        self._by_venue: dict[str, list[_Entry]] = defaultdict(list)
        for row in self.rows:
            self._by_venue[row.venue].append(_entry(row))
        _require_distinct_names(self.rows)
        for entries in self._by_venue.values():
            _require_no_overlap(entries)

    def in_force(
        self,
        venue: str,
        market_id: str,
        series: str,
        category: str,
        at: datetime,
        *,
        fee_type: str = "",
        tier: str = "base",
        stated: FeeTerms | FeeUnknown | None = None,
    ) -> FeeTerms | FeeUnknown:
        """The row to charge at ``at``, or why there is none: never a silent zero.

        ``stated`` is what the venue itself says of this market; it wins over every row while it is
        in force. Then the narrowest scope wins (market, series, fee type, category, ``*``; within
        one, a full name before a pattern), then the newest start. Case does not matter.
        """
        if isinstance(stated, FeeUnknown) or (stated is not None and stated.covers(at)):
            return stated
        said = {
            "market": market_id.lower(),
            "series": series.lower(),
            "type": fee_type.lower(),
            "category": category.lower(),
        }
        entries = [e for e in self._by_venue.get(venue, []) if tier in e.tiers]
        ranked = [
            (entry.rank(matching), entry.row)
            for entry in entries
            if entry.row.covers(at) and (matching := entry.matching(said))
        ]
        if ranked:
            return max(ranked, key=_by_rank)[1]
        return FeeUnknown(venue, market_id, at, _why_none(venue, tier, said, entries))


def _entry(row: FeeTerms) -> _Entry:
    kind, _, names = row.scope.partition(":")
    return _Entry(row, kind, tuple(names.lower().split("|")), frozenset(row.tier.split("|")))


def _by_rank(ranked: tuple[Rank, FeeTerms]) -> Rank:
    return ranked[0]


def _why_none(venue: str, tier: str, said: Mapping[str, str], entries: list[_Entry]) -> str:
    if not entries:
        return f"no fee row of venue '{venue}' and tier '{tier}'; add it to the fee schedule"
    known = ", ".join(f"{kind} '{name}'" for kind, name in said.items() if kind != "market")
    fitting = [entry.row for entry in entries if entry.matching(said)]
    spans = "; ".join(
        f"'{row.name}' from {row.valid_from:%Y-%m-%d} until {row.valid_until or 'now'}"
        for row in fitting
    )
    return f"no fee row of tier '{tier}' for {known} is in force then ({spans or 'none fits'})"


def _require_distinct_names(rows: tuple[FeeTerms, ...]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.name in seen:
            raise InputError(
                f"two fee rows are named '{row.name}'",
                "a fill names the row it was charged by; give each its own name",
            )
        seen.add(row.name)


def _require_no_overlap(entries: list[_Entry]) -> None:
    for first, second in combinations(entries, 2):
        one, other = first.row, second.row
        if _share_scope(first, second) and _share_time(one, other):
            raise InputError(
                f"fee rows '{one.name}' and '{other.name}' are both in force for {one.scope} "
                f"from {max(one.valid_from, other.valid_from):%Y-%m-%d}",
                "end the older row where the newer one starts, or narrow a scope",
            )


def _share_scope(one: _Entry, other: _Entry) -> bool:
    same_names = one.kind == other.kind and not set(one.names).isdisjoint(other.names)
    return same_names and not one.tiers.isdisjoint(other.tiers)


def _share_time(one: FeeTerms, other: FeeTerms) -> bool:
    starts_before_end = one.valid_until is None or other.valid_from < one.valid_until
    return starts_before_end and (other.valid_until is None or one.valid_from < other.valid_until)
