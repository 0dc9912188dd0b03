"""How tapes are shown by the commands that make, list and measure them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.markup import escape

from bot.cli.output import answer, err, say
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.reader import TapeReader, read_bytes


def entry(name: str, reader: TapeReader) -> dict[str, Any]:
    """A tape as one document; reads all of it to say whether it is sound."""
    return {
        "tape": name,
        "bytes": reader.size,
        "title": reader.facts.title,
        "origin": reader.facts.origin.value,
        "venues": list(reader.facts.venues),
        "first": reader.index.first,
        "last": reader.index.last,
        "rows": {kind.value: reader.rows(kind) for kind in RowKind if reader.rows(kind)},
        "checksum": reader.checksum,
        "state": "; ".join(reader.damage()) or "sound",
    }


def show_list(found: list[dict[str, Any]]) -> None:
    """Tapes, one a line."""
    for one in found:
        rows = ", ".join(f"{count:,} {kind}" for kind, count in one.get("rows", {}).items())
        span = f"{_minute(one['first'])} to {_minute(one['last'])}" if one.get("first") else "empty"
        say(f"{one['tape']}: {one['bytes']:,} bytes, {span}, {rows or 'no rows'}; {one['state']}")


def written(path: Path, body: bytes, more: dict[str, Any], as_json: bool) -> None:
    """Answer a tape that was written, as it can be read again."""
    document = {**entry(str(path), read_bytes(body, str(path))), **more}

    def human() -> None:
        show_list([document])
        for name, value in more.items():
            if value:
                err.print(escape(f"{name}: {value}"), soft_wrap=True)

    answer(document, as_json, human)


def show_summary(document: dict[str, Any]) -> None:
    """A tape and the coverage of its instruments."""
    say(f"{document['title']} ({document['origin']}, {', '.join(document['venues'])})")
    say(f"sources: {'; '.join(document['sources'])}")
    if document["licence"]:
        say(f"licence: {document['licence']}")
    for one in document["instruments"]:
        say(f"{one['instrument_id']}: {', '.join(_coverage(one))}")


def _coverage(one: dict[str, Any]) -> Iterator[str]:
    """What the tape has of one kind of one instrument, in words."""
    yield f"{one['rows']:,} {one['kind']}, {_minute(one['first'])} to {_minute(one['last'])}"
    if one["step"] is not None:
        gaps = f"{one['gaps']} gaps up to {one['longest_gap']}" if one["gaps"] else "no gap"
        yield f"{one['covered']:.1%} of steps of {one['step']} covered, {gaps}"
    if one["crossed"] is not None:
        yield f"{one['crossed']:.1%} crossed, {one['empty']:.1%} empty"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
