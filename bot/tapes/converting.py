"""Tapes as CSV and JSON lines, for people and other programs; `import` reads them back."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from bot.tapes.sources import FORMULA_STARTS
from chalicelib.domain.market import InstrumentId
from chalicelib.tapes.facts import moment_of
from chalicelib.tapes.kinds import COLUMNS, ColumnType
from chalicelib.tapes.rows import Row, rows_of
from chalicelib.tapes.table import TapeTable

MICROSECONDS = 1_000_000


def csv_lines(table: TapeTable, instruments: Sequence[InstrumentId]) -> Iterator[str]:
    """A header and one line a row; no cell can be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    cells = ([_safe(cell) for cell in row.values()] for row in plain_rows(table, instruments))
    for row in _chained(list(COLUMNS[table.kind]), cells):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _chained(first: list[str], rest: Iterable[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _safe(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def json_lines(table: TapeTable, instruments: Sequence[InstrumentId]) -> Iterator[str]:
    """One JSON object a line; decimals are texts, so that no reader rounds them."""
    for row in plain_rows(table, instruments):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def plain_rows(table: TapeTable, instruments: Sequence[InstrumentId]) -> Iterator[dict[str, Any]]:
    """The rows with times in ISO 8601, decimals as text, and instruments by name."""
    types = COLUMNS[table.kind]
    for row in rows_of(table):
        yield {name: _plain(name, held, row, instruments) for name, held in types.items()}


def _plain(name: str, held: ColumnType, row: Row, instruments: Sequence[InstrumentId]) -> Any:
    value = row[name]
    if name == "instrument":
        return instruments[value]
    if name == "interval":
        return value // MICROSECONDS
    if held is ColumnType.TIME:
        return moment_of(value).isoformat()
    if held is ColumnType.LEVELS:
        return [[_digits(price), _digits(size)] for price, size in value]
    return _digits(value) if isinstance(value, Decimal) else value


def _digits(value: Decimal) -> str:
    return f"{value:f}"
