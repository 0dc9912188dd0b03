"""The kinds of rows that a tape has, and the columns of each."""

from collections.abc import Mapping
from enum import StrEnum


class RowKind(StrEnum):
    """What a row is.

    MOMENTS are the times at which the venues were looked at, LISTINGS the markets listed then.
    QUOTES are tops of book, BOOKS whole ones. CANDLES and TRADES are what venues publish.
    """

    MOMENTS = "moments"
    LISTINGS = "listings"
    QUOTES = "quotes"
    BOOKS = "books"
    CANDLES = "candles"
    TRADES = "trades"


class ColumnType(StrEnum):
    """What a column holds; TIME is microseconds since 1970 in UTC."""

    TIME = "time"
    NUMBER = "number"
    DECIMAL = "decimal"
    TEXT = "text"
    LEVELS = "levels"


_TIME, _NUMBER, _DECIMAL = ColumnType.TIME, ColumnType.NUMBER, ColumnType.DECIMAL
_SEEN = {"occurred_at": _TIME, "seen_at": _TIME}

DTYPES: Mapping[ColumnType, tuple[str, ...]] = {
    ColumnType.TIME: ("<i8",),
    ColumnType.NUMBER: ("<i8",),
    ColumnType.DECIMAL: ("<u8", "<u8", "i1"),
    ColumnType.TEXT: ("<i8", "u1"),
    ColumnType.LEVELS: ("<i8", "<u8", "<u8", "i1", "<u8", "<u8", "i1"),
}
"""The arrays of a column: what ``Column.arrays`` gives and ``column_of`` takes."""

COLUMNS: Mapping[RowKind, Mapping[str, ColumnType]] = {
    RowKind.MOMENTS: {"time": _TIME},
    RowKind.LISTINGS: {
        "time": _TIME,
        "market": _NUMBER,
        "version": _NUMBER,
        "volume_24h": _DECIMAL,
        "liquidity": _DECIMAL,
    },
    RowKind.QUOTES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "bid": _DECIMAL,
        "ask": _DECIMAL,
        "bid_size": _DECIMAL,
        "ask_size": _DECIMAL,
        **_SEEN,
    },
    RowKind.BOOKS: {
        "time": _TIME,
        "instrument": _NUMBER,
        "bids": ColumnType.LEVELS,
        "asks": ColumnType.LEVELS,
        **_SEEN,
    },
    RowKind.CANDLES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "interval": _NUMBER,
        "open": _DECIMAL,
        "high": _DECIMAL,
        "low": _DECIMAL,
        "close": _DECIMAL,
        "volume": _DECIMAL,
        "bid": _DECIMAL,
        "ask": _DECIMAL,
        "basis": ColumnType.TEXT,
    },
    RowKind.TRADES: {
        "time": _TIME,
        "instrument": _NUMBER,
        "trade_id": ColumnType.TEXT,
        "price": _DECIMAL,
        "size": _DECIMAL,
        "taker_side": ColumnType.TEXT,
    },
}
"""The columns of each kind, in the order in which they are stored.

``time`` is what a range of time is about: the look at the venues for MOMENTS, LISTINGS, QUOTES and
BOOKS, the start of a candle, the instant of a trade. ``interval`` is microseconds.
"""

SUBJECT = {RowKind.MOMENTS: None, RowKind.LISTINGS: "market"}
"""What a row is about besides its time; ``instrument`` for all kinds that are not named here."""

IDENTITY = {RowKind.CANDLES: ("interval", "basis"), RowKind.TRADES: ("trade_id",)}
"""What else tells two rows of one kind, time and subject apart."""
