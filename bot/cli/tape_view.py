"""How tapes are shown by the commands that make, list and measure them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from bot.cli.output import answer, err, out, say
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.reader import TapeReader, read_bytes

SUMMARY = (
    "kind", "rows", "first (UTC)", "last (UTC)", "gaps", "longest", "covered", "crossed", "empty",
)  # fmt: skip


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
    """Tapes as a table."""
    table = Table(
        Column("tape", overflow="fold"), "bytes", "first (UTC)", "last (UTC)", "rows", "state"
    )
    for one in found:
        rows = ", ".join(f"{count:,} {kind}" for kind, count in one.get("rows", {}).items())
        table.add_row(
            escape(one["tape"]), f"{one['bytes']:,}", _minute(one.get("first")),
            _minute(one.get("last")), rows, escape(one["state"]),
        )  # fmt: skip
    out.print(table)


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
    table = Table(Column("instrument", min_width=12, overflow="fold"), *SUMMARY)
    for one in document["instruments"]:
        table.add_row(
            escape(one["instrument_id"]), one["kind"], f"{one['rows']:,}", _minute(one["first"]),
            _minute(one["last"]), _or_none(one["gaps"], "d"), str(one["longest_gap"] or ""),
            *(_or_none(one[name], ".1%") for name in ("covered", "crossed", "empty")),
        )  # fmt: skip
    out.print(table)


def _or_none(value: float | None, shape: str) -> str:
    return "" if value is None else format(value, shape)


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
