"""Rows and domain values: what is stored comes back, and what is damaged never trades."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.errors import StoreError
from chalicelib.domain.risk import RiskLimits
from chalicelib.ports import OutboxEntry
from tests.builders import CYCLE, NOW, control
from tests.unit.aws.samples import fill, report, settlement, trading

CONFIG = Config(
    {"momentum": StrategySetting(True, True, {"window": 4, "min_rise": 0.07})},
    RiskLimits(cash_per_entry=Decimal("12.50")),
    3,
)
ENTRY = OutboxEntry(CYCLE, 2, (fill("momentum"),), (settlement("momentum"),))
REPORT = report(trading("momentum"))
ACCOUNT = replace(trading("momentum").accounts["momentum"], version=4, last_cycle=CYCLE)


def test_everything_that_is_stored_comes_back_exactly() -> None:
    assert rows.account_from(rows.account_item(ACCOUNT)) == ACCOUNT
    assert rows.config_from(rows.config_item(CONFIG)) == CONFIG
    assert rows.outbox_from(rows.outbox_item(ENTRY)) == ENTRY
    assert rows.report_from(rows.cycle_item(REPORT, NOW)) == REPORT
    for trade in (*ENTRY.fills, *ENTRY.settlements):
        assert rows.trade_from(rows.trade_item(trade)) == trade


@pytest.mark.parametrize("state", ControlState)
def test_a_control_comes_back_exactly(state: ControlState) -> None:
    switch = control(state, version=9)
    assert rows.control_from(rows.control_item(switch)) == switch


def test_no_control_row_is_killed_and_says_how_to_start() -> None:
    assert rows.control_from(None) == Control(
        ControlState.KILLED,
        0,
        "there is no control row; start with `bot resume`",
        "system",
        None,
    )


DAMAGES: dict[str, dict[str, Any]] = {
    "state unknown": {"state": "WALKING"},
    "state in lower case": {"state": "running"},
    "state a number": {"state": 1},
    "state empty": {"state": ""},
    "version text": {"version": "4"},
    "version zero": {"version": 0},
    "version negative": {"version": -1},
    "version true": {"version": True},
    "version a fraction": {"version": Decimal("1.5")},
    "version null": {"version": None},
    "schema of tomorrow": {"schema": 2},
    "schema text": {"schema": "1"},
    "reason a number": {"reason": 5},
    "actor null": {"actor": None},
    "time unreadable": {"changed_at": "yesterday"},
    "time without a zone": {"changed_at": "2026-09-28T08:00:00"},
    "time a number": {"changed_at": 5},
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_control_row_is_killed(damage: dict[str, Any]) -> None:
    read = rows.control_from({**rows.control_item(control()), **damage})
    assert (read.state, read.version, read.actor) == (ControlState.KILLED, 0, "system")
    assert "cannot be read" in read.reason
    assert "bot resume" in read.reason


@pytest.mark.parametrize("lost", ["schema", "state", "version", "reason", "actor", "changed_at"])
def test_a_control_row_that_lacks_a_field_is_killed(lost: str) -> None:
    item = rows.control_item(control())
    del item[lost]
    assert rows.control_from(item).state is ControlState.KILLED


def test_no_configuration_row_means_the_defaults() -> None:
    assert rows.config_from(None) == Config({}, RiskLimits(), 0)


Reader = Callable[[dict[str, Any]], object]
STORED: list[tuple[Reader, dict[str, Any]]] = [
    (rows.account_from, rows.account_item(ACCOUNT)),
    (rows.config_from, rows.config_item(CONFIG)),
    (rows.outbox_from, rows.outbox_item(ENTRY)),
    (rows.report_from, rows.cycle_item(REPORT, NOW)),
    (rows.trade_from, rows.trade_item(fill("momentum"))),
]


@pytest.mark.parametrize(("read", "item"), STORED)
@pytest.mark.parametrize("schema", [0, 3, "1", None])
def test_a_row_of_another_schema_is_refused_and_says_what_to_do(
    read: Reader, item: dict[str, Any], schema: object
) -> None:
    with pytest.raises(StoreError, match=f"stored in schema {schema!r}, this version reads 1") as e:
        read({**item, "schema": schema})
    assert "bot doctor" in e.value.hint


@pytest.mark.parametrize(("read", "item"), STORED)
@pytest.mark.parametrize("body", ["", "{", "[]", '{"strategy": 5}'])
def test_a_damaged_body_is_a_store_error_and_never_a_guess(
    read: Reader, item: dict[str, Any], body: str
) -> None:
    with pytest.raises(StoreError, match="cannot be read") as raised:
        read({**item, "body": body})
    assert "bot doctor" in raised.value.hint


def test_what_expires_is_expired_from_that_second_on() -> None:
    item = {"ttl": rows.epoch(NOW)}
    assert rows.expired(item, NOW)
    assert not rows.expired({"ttl": rows.epoch(NOW) + 1}, NOW)
    assert not rows.expired({}, NOW)


def test_only_what_is_meant_to_expire_does() -> None:
    summary = rows.cycle_item(REPORT, NOW)
    assert summary["ttl"] == rows.epoch(NOW) + 90 * 86_400
    assert rows.activity_item(NOW, "x", [])["ttl"] == rows.epoch(NOW) + 30 * 86_400
    for item in (rows.account_item(ACCOUNT), rows.trade_item(fill("m")), rows.outbox_item(ENTRY)):
        assert "ttl" not in item


def test_rows_sort_by_time() -> None:
    trades = [rows.trade_item(fill("m", cycle_id=cycle))["sk"] for cycle in (9, 10, 29_842_560)]
    assert trades == sorted(trades)
    outbox = [
        rows.outbox_key(replace(ENTRY, cycle_id=cycle, chunk=chunk)).sk
        for cycle, chunk in ((9, 1), (9, 2), (10, 0))
    ]
    assert outbox == sorted(outbox)
