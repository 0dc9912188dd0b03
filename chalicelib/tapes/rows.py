"""Domain values as rows of a tape, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.book import Level, OrderBook, Quote
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, PriceBasis, PublicTrade
from chalicelib.tapes.column import Column, IntColumn, LevelsColumn, TextColumn
from chalicelib.tapes.decimals import DecimalColumn
from chalicelib.tapes.facts import microseconds, moment_of
from chalicelib.tapes.kinds import COLUMNS, ColumnType, RowKind
from chalicelib.tapes.table import TapeTable

Places = Mapping[InstrumentId, int]
Row = Mapping[str, Any]
"""One row by column: integers for times and numbers, decimals or None, texts, lists of levels."""

MICROSECOND = timedelta(microseconds=1)


def table_of(kind: RowKind, rows: Sequence[Row]) -> TapeTable:
    """A table of these rows, in the order of a tape; ValueError for a number it cannot hold."""
    columns = {
        name: _column(held, [row[name] for row in rows]) for name, held in COLUMNS[kind].items()
    }
    return TapeTable(kind, columns).ordered()


def _column(held: ColumnType, values: list[Any]) -> Column:
    if held is ColumnType.DECIMAL:
        return DecimalColumn.of(values)
    if held is ColumnType.TEXT:
        return TextColumn.of(values)
    if held is ColumnType.LEVELS:
        return LevelsColumn.of(values)
    return IntColumn.of(values)


def quote_row(quote: Quote, places: Places, at: datetime) -> Row:
    """A quote that was looked at ``at``."""
    return {
        "time": microseconds(at),
        "instrument": places[quote.instrument_id],
        "bid": quote.bid,
        "ask": quote.ask,
        "bid_size": quote.bid_size,
        "ask_size": quote.ask_size,
        "occurred_at": microseconds(quote.occurred_at),
        "seen_at": microseconds(quote.seen_at),
    }


def book_row(book: OrderBook, places: Places, at: datetime) -> Row:
    """A book that was fetched in the look ``at``."""
    return {
        "time": microseconds(at),
        "instrument": places[book.instrument_id],
        "bids": [(level.price, level.size) for level in book.bids],
        "asks": [(level.price, level.size) for level in book.asks],
        "occurred_at": microseconds(book.occurred_at),
        "seen_at": microseconds(book.seen_at),
    }


def candle_row(candle: Candle, places: Places) -> Row:
    """A candle; its time is its start."""
    return {
        "time": microseconds(candle.start),
        "instrument": places[candle.instrument_id],
        "interval": candle.interval // MICROSECOND,
        "open": candle.open,
        "high": candle.high,
        "low": candle.low,
        "close": candle.close,
        "volume": candle.volume,
        "bid": candle.bid,
        "ask": candle.ask,
        "basis": candle.basis.value,
    }


def trade_row(trade: PublicTrade, places: Places) -> Row:
    """A trade of others."""
    return {
        "time": microseconds(trade.occurred_at),
        "instrument": places[trade.instrument_id],
        "trade_id": trade.trade_id,
        "price": trade.price,
        "size": trade.size,
        "taker_side": "" if trade.taker_side is None else trade.taker_side.value,
    }


def rows_of(table: TapeTable) -> Iterable[Row]:
    """The rows of a table, one by one."""
    names = COLUMNS[table.kind]
    values = [_values(table, name, held) for name, held in names.items()]
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def _values(table: TapeTable, name: str, held: ColumnType) -> list[Any]:
    if held is ColumnType.DECIMAL:
        return list(table.decimals(name).decimals())
    if held is ColumnType.TEXT:
        return list(table.texts(name))
    if held is ColumnType.LEVELS:
        return list(table.levels(name).ladders())
    return list(table.numbers(name).tolist())


def quotes(table: TapeTable, instruments: Sequence[InstrumentId]) -> list[Quote]:
    """The quotes in a table."""
    return [
        Quote(
            instruments[row["instrument"]], row["bid"], row["bid_size"], row["ask"],
            row["ask_size"], moment_of(row["occurred_at"]), moment_of(row["seen_at"]),
        )
        for row in rows_of(table)
    ]  # fmt: skip


def books(table: TapeTable, instruments: Sequence[InstrumentId]) -> list[OrderBook]:
    """The books in a table; ValueError for a crossed one, which is no book."""
    return [
        OrderBook(
            instruments[row["instrument"]], _levels(row["bids"]), _levels(row["asks"]),
            moment_of(row["occurred_at"]), moment_of(row["seen_at"]),
        )
        for row in rows_of(table)
    ]  # fmt: skip


def _levels(ladder: Sequence[tuple[Decimal, Decimal]]) -> tuple[Level, ...]:
    return tuple(Level(price, size) for price, size in ladder)


def candles(table: TapeTable, instruments: Sequence[InstrumentId]) -> list[Candle]:
    """The candles in a table."""
    return [
        Candle(
            instruments[row["instrument"]], moment_of(row["time"]), row["interval"] * MICROSECOND,
            row["open"], row["high"], row["low"], row["close"], row["volume"],
            PriceBasis(row["basis"]), row["bid"], row["ask"],
        )
        for row in rows_of(table)
    ]  # fmt: skip


def trades(table: TapeTable, instruments: Sequence[InstrumentId]) -> list[PublicTrade]:
    """The trades in a table."""
    return [
        PublicTrade(
            instruments[row["instrument"]], row["trade_id"], row["price"], row["size"],
            Side(row["taker_side"]) if row["taker_side"] else None, moment_of(row["time"]),
        )
        for row in rows_of(table)
    ]  # fmt: skip
