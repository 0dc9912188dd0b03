"""One row of a foreign table: read, checked as what it claims to be, or refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.tapes.cells import (
    TimeFormat,
    levels_cell,
    number_cell,
    seconds_cell,
    text_cell,
    time_cell,
)
from bot.tapes.sources import BadRow
from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.errors import InputError
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import Row, book_row, candle_row, quote_row, trade_row

Cell = Callable[[Any], Any]

REQUIRED: Mapping[RowKind, tuple[str, ...]] = {
    RowKind.QUOTES: ("time", "instrument", "bid", "ask"),
    RowKind.BOOKS: ("time", "instrument", "bids", "asks"),
    RowKind.CANDLES: ("time", "instrument", "interval", "open", "high", "low", "close"),
    RowKind.TRADES: ("time", "instrument", "price", "size"),
}
OPTIONAL: Mapping[RowKind, tuple[str, ...]] = {
    RowKind.QUOTES: ("bid_size", "ask_size", "occurred_at", "seen_at"),
    RowKind.BOOKS: ("occurred_at", "seen_at"),
    RowKind.CANDLES: ("volume", "bid", "ask", "basis"),
    RowKind.TRADES: ("trade_id", "taker_side"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is in a foreign table.

    ``names`` gives the file's name for a column of ours where they differ; ``fixed`` are values
    that hold for all rows.
    """

    kind: RowKind
    names: Mapping[str, str]
    fixed: Mapping[str, str]
    time_format: TimeFormat = TimeFormat.ISO

    def __post_init__(self) -> None:
        """Refuse a name of ours that rows of this kind do not have."""
        known = (*REQUIRED[self.kind], *OPTIONAL[self.kind])
        for name in (*self.names, *self.fixed):
            if name not in known:
                raise InputError(
                    f"{self.kind} have no column {name!r}", f"Columns: {', '.join(known)}."
                )

    def theirs(self, column: str) -> str:
        """What the file calls a column of ours."""
        return self.names.get(column, column)


class BadCell(Exception):
    """A cell that cannot be what it should."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True, slots=True)
class Cells:
    """One raw row under our names."""

    wanted: Wanted
    raw: Mapping[str, Any]

    def need(self, column: str, read: Cell) -> Any:
        """A cell that must be there."""
        found = self.may(column, read)
        if found is None:
            raise BadCell(column, "", "is empty")
        return found

    def may(self, column: str, read: Cell) -> Any:
        """A cell, or None for an empty one or for a column that the file lacks."""
        fixed = self.wanted.fixed.get(column)
        cell = self.raw.get(self.wanted.theirs(column)) if fixed is None else fixed
        if cell is None or cell == "":
            return None
        try:
            return read(cell)
        except ValueError as exc:
            raise BadCell(column, cell, str(exc)) from exc

    def time(self, column: str = "time") -> datetime:
        """A time that must be there."""
        found: datetime = self.need(column, self._time)
        return found

    def time_or(self, column: str, otherwise: datetime) -> datetime:
        """A time, or another where none is said."""
        return self.may(column, self._time) or otherwise

    def _time(self, cell: Any) -> datetime:
        return time_cell(cell, self.wanted.time_format)


def read_row(
    line: int, raw: Mapping[str, Any], wanted: Wanted, where: str
) -> tuple[str, Row] | BadRow:
    """Its instrument and itself, or why not; InputError when the file lacks a column."""
    _require_columns(raw, wanted, where)
    cells = Cells(wanted, raw)
    try:
        name = cells.need("instrument", _instrument)
        return name, READERS[wanted.kind](cells, name, line)
    except BadCell as exc:
        return BadRow.of(line, exc.column, exc.value, exc.reason)
    except ValueError as exc:
        return BadRow.of(line, "", "", str(exc))


def _require_columns(raw: Mapping[str, Any], wanted: Wanted, where: str) -> None:
    for column in REQUIRED[wanted.kind]:
        if column not in wanted.fixed and wanted.theirs(column) not in raw:
            raise InputError(
                f"{where} has no column {wanted.theirs(column)!r}; it has {', '.join(raw)}",
                f"Say which one it is: --column {column}=NAME, or --set {column}=VALUE.",
            )


def _instrument(cell: Any) -> str:
    name = text_cell(cell)
    venue, _, rest = name.partition(":")
    if not venue or not rest:
        raise ValueError("is not VENUE:ID")
    return name


def _quote(cells: Cells, name: str, _line: int) -> Row:
    at = cells.time()
    quote = Quote(
        name,
        cells.may("bid", number_cell),
        cells.may("bid_size", number_cell),
        cells.may("ask", number_cell),
        cells.may("ask_size", number_cell),
        cells.time_or("occurred_at", at),
        cells.time_or("seen_at", at),
    )
    return quote_row(quote, {name: 0}, at)


def _book(cells: Cells, name: str, _line: int) -> Row:
    at = cells.time()
    bids, asks = (_levels(cells.may(side, levels_cell) or ()) for side in ("bids", "asks"))
    occurred_at, seen_at = (cells.time_or(column, at) for column in ("occurred_at", "seen_at"))
    return book_row(OrderBook(name, bids, asks, occurred_at, seen_at), {name: 0}, at)


def _levels(pairs: Iterable[tuple[Decimal, Decimal]]) -> tuple[Level, ...]:
    return tuple(Level(price, size) for price, size in pairs)


def _candle(cells: Cells, name: str, _line: int) -> Row:
    interval: timedelta = cells.need("interval", seconds_cell)
    candle = Candle(
        name,
        cells.time(),
        interval,
        *(cells.need("open", number_cell), cells.need("high", number_cell)),
        *(cells.need("low", number_cell), cells.need("close", number_cell)),
        cells.may("volume", number_cell),
        cells.may("basis", PriceBasis) or PriceBasis.TRADE,
        cells.may("bid", number_cell),
        cells.may("ask", number_cell),
    )
    return candle_row(candle, {name: 0})


def _trade(cells: Cells, name: str, line: int) -> Row:
    trade = PublicTrade(
        name,
        cells.may("trade_id", text_cell) or f"line {line}",
        cells.need("price", number_cell),
        cells.need("size", number_cell),
        cells.may("taker_side", Side),
        cells.time(),
    )
    return trade_row(trade, {name: 0})


READERS: Mapping[RowKind, Callable[[Cells, str, int], Row]] = {
    RowKind.QUOTES: _quote,
    RowKind.BOOKS: _book,
    RowKind.CANDLES: _candle,
    RowKind.TRADES: _trade,
}
