"""A foreign table becomes a tape of its good rows; each bad one is named with line and value."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from pyarrow import parquet

from bot.tapes.cells import TimeFormat
from bot.tapes.converting import csv_lines, json_lines
from bot.tapes.foreign import Wanted
from bot.tapes.importing import Imported, imported
from bot.tapes.sources import raw_rows
from chalicelib.domain.errors import InputError
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import books, candles, quotes, table_of, trades
from tests.unit.tapes.recordings import FACTS, recordings

HEADER = "time,instrument,bid,ask,bid_size,ask_size\n"
GOOD = "2026-09-28T00:00:00Z,test:a,0.40,0.5,10,20\n"
NAMES: Mapping[str, str] = {}


def read(
    path: Path, kind: RowKind = RowKind.QUOTES, names: Mapping[str, str] = NAMES,
    time: TimeFormat = TimeFormat.ISO, fixed: Mapping[str, str] = NAMES,
) -> Imported:  # fmt: skip
    return imported(raw_rows(path), Wanted(kind, names, fixed, time), FACTS, path.name)


def from_csv(folder: Path, body: str, **how: Any) -> Imported:
    path = folder / "quotes.csv"
    path.write_text(body, "utf-8")
    return read(path, **how)


def test_import_of_quotes_keeps_every_digit(tmp_path: Path) -> None:
    found = from_csv(tmp_path, HEADER + GOOD)
    (quote,) = quotes(found.recording.table(RowKind.QUOTES), found.recording.facts.instruments)
    assert (str(quote.bid), str(quote.ask)) == ("0.40", "0.5")
    assert quote.occurred_at == quote.seen_at == datetime(2026, 9, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("2026-09-28T00:01:00Z,test:a,nan,0.5,1,1", "bid", "nan", "is not a number"),
        ("2026-09-28T00:01:00Z,test:a,inf,0.5,1,1", "bid", "inf", "is not a number"),
        ("2026-09-28T00:01:00Z,test:a,0.4,-0.5,1,1", "ask", "-0.5", "of at least 0"),
        ("2026-09-28T00:01:00Z,test:a,0.4,0x5,1,1", "ask", "0x5", "is not a number"),
        (f"2026-09-28T00:01:00Z,test:a,0.4,0.5,1,{'1' * 39}", "ask_size", "1" * 39, "not a number"),
        ("2026-09-28T00:01:00,test:a,0.4,0.5,1,1", "time", "2026-09-28T00:01:00", "no time zone"),
        ("yesterday,test:a,0.4,0.5,1,1", "time", "yesterday", "no ISO 8601 time"),
        (",test:a,0.4,0.5,1,1", "time", "", "is empty"),
        ("2026-09-28T00:01:00Z,a,0.4,0.5,1,1", "instrument", "a", "is not VENUE:ID"),
        ("2026-09-28T00:01:00Z,test:a,0,0.5,1,1", "", "", "bid of test:a is 0"),
        ("2026-09-28T00:01:00Z,test:a,0.4,0.5,1", "", "", "5 cells, the header has 6"),
        ("2026-09-28T00:00:00Z,test:a,0.3,0.5,1,1", "time", "2026-09-28T00:00:00Z", "in line 2"),
        ('2026-09-28T00:01:00Z,test:a,"0.4', "", "", "not CSV"),
    ],
)
def test_import_names_a_bad_row_with_line_column_value_and_reason(
    tmp_path: Path, row: str, column: str, value: str, reason: str
) -> None:
    found = from_csv(tmp_path, f"{HEADER}{GOOD}{row}\n")
    (bad,) = found.bad
    assert (bad.line, bad.column, bad.value) == (3, column, value)
    assert reason in bad.reason
    assert len(found.recording.table(RowKind.QUOTES)) == 1


def test_import_of_times_in_several_zones_makes_them_one(tmp_path: Path) -> None:
    rows = (
        "2026-09-28T02:01:00+02:00,test:a,0.4,0.5,1,1\n2026-09-27T20:02:00-04:00,test:a,,0.5,,1\n"
    )
    found = from_csv(tmp_path, HEADER + GOOD + rows)
    made = quotes(found.recording.table(RowKind.QUOTES), found.recording.facts.instruments)
    assert [q.occurred_at.isoformat() for q in made] == [
        f"2026-09-28T00:0{n}:00+00:00" for n in range(3)
    ]
    assert made[2].bid is None


def test_import_of_the_same_instant_in_two_zones_is_a_duplicate(tmp_path: Path) -> None:
    found = from_csv(tmp_path, HEADER + GOOD + "2026-09-28T02:00:00+02:00,test:a,0.3,0.5,1,1\n")
    assert [bad.line for bad in found.bad] == [3]


def test_import_sorts_rows_that_are_out_of_order_and_counts_them(tmp_path: Path) -> None:
    rows = "".join(f"2026-09-28T00:0{n}:00Z,test:a,0.4,0.5,1,1\n" for n in (3, 1, 2, 4))
    found = from_csv(tmp_path, HEADER + rows)
    times = found.recording.table(RowKind.QUOTES).times
    assert (times[1:] > times[:-1]).all()
    assert found.unordered == 2


@pytest.mark.parametrize("body", ["", HEADER, f"{HEADER}x,y,z\n"], ids=["empty", "header", "bad"])
def test_import_without_a_good_row_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(InputError, match=r"quotes\.csv holds no good row of quotes") as refusal:
        from_csv(tmp_path, body)
    assert "--column" in refusal.value.hint


def test_import_of_a_file_without_a_column_says_how_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'time'; it has ts, instrument") as refusal:
        from_csv(tmp_path, "ts,instrument,bid,ask\n1,test:a,0.4,0.5\n")
    assert "--column time=NAME" in refusal.value.hint


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("s", "1790553600"),
        ("ms", "1790553600000"),
        ("us", "1790553600000000"),
        ("s", "1.7905536E9"),
    ],
)
def test_import_with_other_names_and_times_in_units(
    tmp_path: Path, written: str, cell: str
) -> None:
    found = from_csv(
        tmp_path, f"ts,b,a\n{cell},0.4,0.5\n", names={"time": "ts", "bid": "b", "ask": "a"},
        time=TimeFormat(written), fixed={"instrument": "test:a"},
    )  # fmt: skip
    (quote,) = quotes(found.recording.table(RowKind.QUOTES), found.recording.facts.instruments)
    assert quote.seen_at == datetime(2026, 9, 28, tzinfo=UTC)


def test_import_refuses_a_column_that_rows_of_the_kind_do_not_have() -> None:
    with pytest.raises(InputError, match="quotes have no column 'close'"):
        Wanted(RowKind.QUOTES, {"close": "c"}, {})


def test_import_of_half_written_json_lines_names_the_last_line(tmp_path: Path) -> None:
    path = tmp_path / "trades.jsonl"
    row = '{"time": "2026-09-28T00:00:00Z", "instrument": "test:a", "price": 0.40, "size": "3"}\n'
    path.write_text(row + row[:30], "utf-8")
    found = read(path, RowKind.TRADES)
    (trade,) = trades(found.recording.table(RowKind.TRADES), found.recording.facts.instruments)
    assert (str(trade.price), str(trade.size)) == ("0.40", "3")
    assert found.bad[0].line == 2
    assert "not JSON, half-written perhaps" in found.bad[0].reason


@pytest.mark.parametrize("value", ["NaN", "Infinity", "true", "null", "[1]", '"1e99999"', "-1"])
def test_import_of_json_with_an_impossible_price_refuses_the_row(
    tmp_path: Path, value: str
) -> None:
    path = tmp_path / "trades.jsonl"
    row = '{"time": "2026-09-28T00:0%d:00Z", "instrument": "test:a", "price": %s, "size": 1}\n'
    path.write_text(row % (0, "0.4") + row % (1, value), "utf-8")
    assert [bad.line for bad in read(path, RowKind.TRADES).bad] == [2]


def test_import_refuses_a_crossed_book_and_a_candle_outside_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    row = (
        '{"time": "2026-09-28T00:0%d:00Z", "instrument": "test:a", '
        '"bids": %s, "asks": [["0.5", 1]]}\n'
    )
    path.write_text(row % (0, '[["0.4", 2], ["0.3", 1]]') + row % (1, '[["0.6", 2]]'), "utf-8")
    found = read(path, RowKind.BOOKS)
    assert len(books(found.recording.table(RowKind.BOOKS), ["test:a"])) == 1
    assert "is crossed" in found.bad[0].reason
    path = tmp_path / "candles.csv"
    head = "time,instrument,interval,open,high,low,close\n"
    row = "2026-09-28T00:0%d:00Z,test:a,60,5,%d,4,5\n"
    path.write_text(head + row % (0, 6) + row % (1, 3), "utf-8")
    found = read(path, RowKind.CANDLES)
    assert len(candles(found.recording.table(RowKind.CANDLES), ["test:a"])) == 1
    assert "outside its low and high" in found.bad[0].reason


def test_import_of_a_file_that_is_no_text_or_has_another_ending_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read(path)
    with pytest.raises(InputError, match=r"neither \.csv, \.jsonl nor \.parquet"):
        read(tmp_path / "quotes.xls")
    with pytest.raises(InputError, match="cannot read"):
        read(tmp_path / "none.csv")


def parquet_file(folder: Path, rows: list[dict[str, Any]], **types: Any) -> Path:
    """A file as pyarrow writes it; columns without a type get the one that their values have."""
    names = list(rows[0])
    columns = {name: pyarrow.array([r[name] for r in rows], types.get(name)) for name in names}
    path = folder / "quotes.parquet"
    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_import_of_parquet_reads_typed_cells(tmp_path: Path) -> None:
    """Times with a zone, exact decimals, binary floats, and nothing or NaN for missing ones."""
    at = datetime(2026, 9, 28, tzinfo=UTC)
    rows = [
        {"time": at + n * timedelta(minutes=1), "instrument": "test:a", "bid": bid, "ask": "0.50"}
        for n, bid in enumerate([0.1, float("nan"), None])
    ]
    found = read(
        parquet_file(
            tmp_path,
            [{**row, "ask": Decimal(row["ask"])} for row in rows],
            time=pyarrow.timestamp("us", tz="UTC"),
            bid=pyarrow.float64(),
            ask=pyarrow.decimal128(10, 2),
        )
    )
    first, third = quotes(found.recording.table(RowKind.QUOTES), ["test:a"])
    assert (str(first.bid), str(first.ask), first.seen_at) == ("0.1", "0.50", at)
    assert (third.bid, third.seen_at) == (None, at + timedelta(minutes=2))
    assert [(bad.line, bad.column) for bad in found.bad] == [(2, "bid")]


def test_import_of_parquet_refuses_times_in_no_zone(tmp_path: Path) -> None:
    row = {"time": datetime(2026, 9, 28), "instrument": "test:a", "bid": 0.1, "ask": 0.5}  # noqa: DTZ001
    with pytest.raises(InputError, match=r"line 1, time '.*has no time zone"):
        read(parquet_file(tmp_path, [row]))


def test_import_of_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match="needs pyarrow") as refusal:
        read(tmp_path / "quotes.parquet")
    assert "[parquet]" in refusal.value.hint


@pytest.mark.parametrize("left", [0, 20, -20])
def test_import_of_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path, left: int) -> None:
    row = {
        "time": datetime(2026, 9, 28, tzinfo=UTC),
        "instrument": "test:a",
        "bid": 0.4,
        "ask": 0.5,
    }
    path = parquet_file(tmp_path, [row])
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(InputError, match="not a sound Parquet file"):
        read(path)


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_tape_converted_to_text_and_back_has_the_same_values(made: Recording) -> None:
    for kind in (RowKind.QUOTES, RowKind.BOOKS, RowKind.CANDLES):
        table = made.table(kind)
        for write, ending in ((csv_lines, ".csv"), (json_lines, ".jsonl")):
            again = _again(write(table, made.facts.instruments), kind, ending)
            assert again == _distinct(_values(made, kind), kind)


def _again(lines: Any, kind: RowKind, ending: str) -> list[Any]:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{ending}"
        path.write_text("".join(lines), "utf-8", newline="")
        try:
            return _values(read(path, kind).recording, kind)
        except InputError:
            return []


def _values(made: Recording, kind: RowKind) -> list[Any]:
    readers: dict[RowKind, Any] = {
        RowKind.QUOTES: quotes, RowKind.BOOKS: books, RowKind.CANDLES: candles,
    }  # fmt: skip
    return list(readers[kind](made.table(kind), made.facts.instruments))


def _distinct(values: list[Any], kind: RowKind) -> list[Any]:
    """The first value of each instrument and time: what an import takes."""
    found: dict[object, Any] = {}
    for value in values:
        if kind is RowKind.CANDLES:
            key: object = (value.instrument_id, value.start, value.interval, value.basis)
        else:
            key = (value.instrument_id, value.occurred_at)
        found.setdefault(key, value)
    return list(found.values())


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_cell_that_a_spreadsheet_would_run_is_written_as_text_and_read_back(
    tmp_path: Path, start: str
) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    row = {
        "time": 0, "instrument": 0, "trade_id": name, "price": Decimal(1), "size": Decimal(1),
        "taker_side": "",
    }  # fmt: skip
    path = tmp_path / "trades.csv"
    path.write_text("".join(csv_lines(table_of(RowKind.TRADES, [row]), ["test:a"])), newline="")
    assert f",'{start}cmd" in path.read_text()
    found = read(path, RowKind.TRADES)
    assert found.recording.table(RowKind.TRADES).texts("trade_id") == [name]


@pytest.mark.parametrize("start", ["\t", "\r"])
def test_csv_cell_that_starts_with_a_control_character_is_written_as_text(start: str) -> None:
    row = {
        "time": 0, "instrument": 0, "trade_id": f"{start}=cmd", "price": Decimal(1),
        "size": Decimal(1), "taker_side": "",
    }  # fmt: skip
    lines = list(csv_lines(table_of(RowKind.TRADES, [row]), ["test:a"]))
    assert f"'{start}=cmd" in lines[1]
