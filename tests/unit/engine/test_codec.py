"""What is stored reads back exactly, and what cannot be read says so."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import rows
from chalicelib.codec import Codec
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.cycle import Config, CycleOutcome, CycleReport, HistoryRow, StrategySetting
from chalicelib.domain.errors import StoreError
from chalicelib.domain.order import Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.settle import mark
from chalicelib.ports import OutboxEntry
from tests.builders import CYCLE, NOW, SEVEN, YES, account, fill, quote, settlement

HOLDING = mark(
    apply_fill(account(), fill(Side.BUY, 10, "0.50", YES, SEVEN)),
    {YES: quote(YES, "0.45", "0.47")},
    NOW,
)
FILL = fill(Side.SELL, "12.34", "0.70", YES, SEVEN)
PAID = settlement(YES, 10, "0.5", 4)
SETTINGS = {"momentum": StrategySetting(False, True, {"window": 7, "min_rise": 0.1, "why": None})}
CONFIG = Config(SETTINGS, RiskLimits(cash_per_entry=Decimal("12.50")), 3)
REPORT = CycleReport(
    CYCLE, NOW, CycleOutcome.COMMITTED, "schedule", "", "RUNNING", NOW, "records/x", 4, 8, 1, 1,
    {"no-book": 2}, ("a: b",), ("c: d",), {"test": Decimal("999.99")}, NOW,
)  # fmt: skip

STORED: list[tuple[Any, Any, Any]] = [
    (HOLDING, rows.account_item, rows.account_from),
    (account(), rows.account_item, rows.account_from),
    (CONFIG, rows.config_item, rows.config_from),
    (FILL, rows.trade_item, rows.trade_from),
    (PAID, rows.trade_item, rows.trade_from),
    (OutboxEntry(CYCLE, 1, (FILL,), (PAID,)), rows.outbox_item, rows.outbox_from),
    (REPORT, lambda report: rows.cycle_item(report, NOW), rows.report_from),
]
kinds = pytest.mark.parametrize(
    ("value", "write", "read"), STORED, ids=[type(v).__name__ for v, _, _ in STORED]
)


@kinds
def test_codec_stored_row_reads_back_exactly(value: Any, write: Any, read: Any) -> None:
    assert read(write(value)) == value
    assert write(read(write(value))) == write(value)


@kinds
@pytest.mark.parametrize("schema", [0, 3, None, "1"])
def test_codec_row_of_another_schema_is_refused(
    value: Any, write: Any, read: Any, schema: Any
) -> None:
    with pytest.raises(StoreError, match="this version reads 1"):
        read({**write(value), "schema": schema})


@kinds
@pytest.mark.parametrize("body", ["", "{}", "null", "[1]", '{"cash": "NaN"}'])
def test_codec_damaged_row_is_a_store_error(value: Any, write: Any, read: Any, body: str) -> None:
    with pytest.raises(StoreError, match="cannot be read") as refused:
        read({**write(value), "body": body})
    assert "bot doctor" in refused.value.hint


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 10**9))
def test_codec_money_survives_to_the_last_digit(cash: Decimal, version: int) -> None:
    codec = Codec[Account](Account, "account")
    rich = replace(account(), cash=cash, version=version)
    assert str(codec.decode(codec.encode(rich)).cash) == str(cash)


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_codec_history_survives_to_the_last_bit(values: list[float | None]) -> None:
    codec = Codec[HistoryRow](HistoryRow, "history row")
    kept = HistoryRow(CYCLE, (), (tuple(values),))
    assert codec.decode(codec.encode(kept)) == kept


def test_codec_error_names_the_field() -> None:
    codec = Codec[Account](Account, "account")
    broken = codec.text(account()).replace('"1000"', '"plenty"')
    with pytest.raises(StoreError, match="stored account cannot be read: starting_cash"):
        codec.decode(broken)


def test_codec_trade_rows_sort_by_cycle_within_their_strategy() -> None:
    earlier, later = (rows.trade_item(replace(FILL, cycle_id=c)) for c in (999, 1000))
    assert earlier["pk"] == later["pk"] == "TRADE#test"
    assert earlier["sk"] < later["sk"]
