"""The converter loses nothing, refuses what it cannot hold, and always writes the same bytes."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.venues.recorded.tape_file import decode_tape, read_tape

TOOL = Path(__file__).parents[3] / "tools" / "convert_resolvedkit.py"


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("convert_resolvedkit", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = load_tool()

MARKET = {
    "market_id": "0x1",
    "slug": "a-market",
    "question": "Up or down?",
    "end_ts": 1790586900000,
    "payout_up": 1.0,
    "payout_down": 0.0,
}


def book(**changes: Any) -> dict[str, Any]:
    row = {
        "market_id": "0x1",
        "ts": 1790585112649,
        "side": "UP",
        "bid_px": [0.5, 0.49],
        "bid_sz": [205.0, 232.25],
        "ask_px": [0.501],
        "ask_sz": [0.01],
    }
    return row | changes


levels = st.dictionaries(st.integers(1, 999), st.integers(1, 20_000_000), max_size=8)
snapshot = st.tuples(st.integers(0, 90_000), st.sampled_from(["UP", "DOWN"]), levels, levels)


def to_row(ts: int, side: str, bids: dict[int, int], asks: dict[int, int]) -> dict[str, Any]:
    descending = sorted(bids, reverse=True)
    return book(
        ts=1790585112649 + ts,
        side=side,
        bid_px=[price / 1000 for price in descending],
        bid_sz=[bids[price] / 100 for price in descending],
        ask_px=[price / 1000 for price in sorted(asks)],
        ask_sz=[asks[price] / 100 for price in sorted(asks)],
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(snapshot, min_size=1, max_size=12, unique_by=lambda row: row[:2]))
def test_convert_any_books_come_back_equal(drawn: list[Any]) -> None:
    rows = [to_row(*row) for row in drawn]
    books = decode_tape(tool.convert(rows, [MARKET]), "tape").books("a-market")
    expected = tool.sort_snapshots(tool.to_snapshot(row) for row in rows)
    assert tool.snapshots_of(books) == expected


def test_convert_same_input_gives_same_bytes() -> None:
    rows = [book(), book(side="DOWN"), book(ts=1790585113649)]
    assert tool.convert(rows, [MARKET]) == tool.convert(list(reversed(rows)), [MARKET])


def test_convert_binary_noise_becomes_the_decimal_that_was_meant() -> None:
    found = tool.to_snapshot(book(ask_sz=[1.9300000000000002]))
    assert found.asks == ((501, 193),)


@pytest.mark.parametrize(
    "change",
    [
        {"ask_px": [0.5015]},
        {"ask_sz": [0.015]},
        {"ask_sz": [0.0]},
        {"ask_px": [-0.5]},
        {"bid_px": [0.5, 0.5]},
        {"market_id": "0x2"},
        {"ask_px": []},
    ],
)
def test_convert_what_the_tape_cannot_hold_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        tool.convert([book(), book(**change, ts=1790585113649)], [MARKET])


def test_compare_lost_level_is_refused() -> None:
    content = tool.convert([book()], [MARKET])
    other = [tool.to_snapshot(book(bid_px=[0.5], bid_sz=[205.0]))]
    with pytest.raises(ValueError, match="does not give back"):
        tool.compare(content, [(MARKET, other)])


def test_main_writes_a_tape_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = {Path("books"): [book()], Path("markets"): [MARKET]}
    monkeypatch.setattr(tool, "read_parquet", inputs.__getitem__)
    target = tmp_path / "tape.bin"
    assert tool.main(["books", "markets", "--output", str(target)]) == 0
    assert list(read_tape(target).markets) == ["a-market"]


def test_main_unusable_value_exits_with_a_message_and_keeps_the_old_tape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {Path("books"): [book(ask_px=[0.5015])], Path("markets"): [MARKET]}
    monkeypatch.setattr(tool, "read_parquet", inputs.__getitem__)
    target = tmp_path / "tape.bin"
    target.write_bytes(b"old")
    assert tool.main(["books", "markets", "--output", str(target)]) == 1
    assert "0.5015" in capsys.readouterr().err
    assert target.read_bytes() == b"old"
