"""Foreign tables as tapes: each row is read, checked as what it claims to be, or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.tapes.foreign import Wanted, read_row
from bot.tapes.merge import identity
from bot.tapes.sources import BadRow, RawRow
from chalicelib.domain.errors import InputError
from chalicelib.tapes.facts import TapeFacts
from chalicelib.tapes.file import Recording
from chalicelib.tapes.rows import Row, table_of


@dataclass(frozen=True, slots=True)
class Imported:
    """A tape of the good rows, the bad rows, and how many good ones were out of order."""

    recording: Recording
    bad: tuple[BadRow, ...]
    unordered: int


def imported(rows: Iterable[RawRow], wanted: Wanted, facts: TapeFacts, where: str) -> Imported:
    """Read all rows. Raises InputError when no row is good, or a column is missing."""
    good: list[tuple[int, str, Row]] = []
    bad: list[BadRow] = []
    lines: dict[tuple[object, ...], int] = {}
    for line, raw in rows:
        if isinstance(raw, BadRow):
            bad.append(raw)
            continue
        found = read_row(line, raw, wanted, where)
        if isinstance(found, BadRow):
            bad.append(found)
            continue
        first = lines.setdefault((found[0], *identity(wanted.kind, found[1])), line)
        if first == line:
            good.append((line, *found))
        else:
            reason = f"{found[0]} has a row of this time in line {first}"
            bad.append(BadRow.of(line, "time", raw.get(wanted.theirs("time"), ""), reason))
    if not good:
        raise _nothing(where, wanted, bad)
    return _as_tape(good, bad, wanted, facts)


def _nothing(where: str, wanted: Wanted, bad: Sequence[BadRow]) -> InputError:
    first = f"; the first of {len(bad)} bad ones: {bad[0].text}" if bad else ""
    return InputError(
        f"{where} holds no good row of {wanted.kind}{first}",
        "docs/tapes.md says which columns are read, and how --column renames them.",
    )


def _as_tape(
    good: Sequence[tuple[int, str, Row]], bad: Sequence[BadRow], wanted: Wanted, facts: TapeFacts
) -> Imported:
    names = sorted({name for _, name, _ in good})
    places = {name: place for place, name in enumerate(names)}
    rows = [{**row, "instrument": places[name]} for _, name, row in good]
    newest: dict[str, int] = {}
    unordered = 0
    for _, name, row in good:
        unordered += row["time"] < newest.get(name, row["time"])
        newest[name] = max(row["time"], newest.get(name, row["time"]))
    described = TapeFacts(
        facts.title, facts.origin, tuple(names), (), (), facts.sources, facts.licence
    )
    table = table_of(wanted.kind, rows)
    return Imported(Recording(described, {wanted.kind: table}), tuple(bad), unordered)
