"""Rows of CSV, JSON-lines and Parquet files, each with its line number; nothing is believed yet."""

import csv
import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from chalicelib.domain.errors import InputError
from chalicelib.venues.text import clean_text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: its line, the column and value at fault (if one is), and why."""

    line: int
    column: str
    value: str
    reason: str

    @classmethod
    def of(cls, line: int, column: str, value: object, reason: str) -> "BadRow":
        """With the value made safe to print."""
        return cls(line, column, clean_text(str(value), _SHOWN), reason)

    @property
    def text(self) -> str:
        """One line for people."""
        where = f", {self.column} {self.value!r}" if self.column else ""
        return f"line {self.line}{where}: {self.reason}"


RawRow = tuple[int, Mapping[str, Any] | BadRow]


def raw_rows(path: Path) -> Iterator[RawRow]:
    """The rows of a file, by its ending; InputError when it is none that can be read."""
    reader = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path} is neither .csv, .jsonl nor .parquet", "Rename it after what it holds."
        )
    try:
        yield from reader(path)
    except OSError as exc:
        raise InputError(f"cannot read {path}: {exc.strerror or exc}", "Check the path.") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8 text: {exc.reason}", "Save it as UTF-8.") from exc


def _csv(path: Path) -> Iterator[RawRow]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        names = next(reader, [])
        try:
            for cells in reader:
                yield reader.line_num, _csv_row(reader.line_num, names, cells)
        except csv.Error as exc:
            yield reader.line_num, BadRow.of(reader.line_num, "", "", f"not CSV: {exc}")


def _csv_row(line: int, names: list[str], cells: list[str]) -> Mapping[str, Any] | BadRow:
    if len(cells) != len(names):
        return BadRow.of(line, "", "", f"{len(cells)} cells, the header has {len(names)}")
    return {name: _unquoted(cell) for name, cell in zip(names, cells, strict=True)}


def _unquoted(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def _jsonl(path: Path) -> Iterator[RawRow]:
    with path.open(encoding="utf-8") as stream:
        for line, text in enumerate(stream, 1):
            if text.strip():
                yield line, _json_row(line, text)


def _json_row(line: int, text: str) -> Mapping[str, Any] | BadRow:
    try:
        row = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as exc:
        return BadRow.of(line, "", "", f"not JSON, half-written perhaps: {exc}")
    return row if isinstance(row, dict) else BadRow.of(line, "", "", "not a JSON object")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _parquet(path: Path) -> Iterator[RawRow]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as exc:
        raise InputError(
            "reading Parquet needs pyarrow, which is not installed",
            "Install the extra: pip install 'market-strategy-tester[parquet]', or use CSV.",
        ) from exc
    try:
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    except ValueError as exc:
        # What pyarrow raises for a damaged file is a ValueError.
        raise InputError(f"{path} is not a sound Parquet file: {exc}", "Write it again.") from exc
    yield from enumerate(rows, 1)
