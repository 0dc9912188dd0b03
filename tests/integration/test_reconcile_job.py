"""The hourly function, through Chalice: it finds nothing wrong, or it stops the product."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.aws import rows
from chalicelib.aws.table import Put
from chalicelib.domain.control import ControlState
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.operations.reading import list_activity, read_overview
from chalicelib.venues.recorded import TAPE_START
from tests.cloud_fixtures import run

MINUTES = 31


def tick(client: Client, minute: int) -> None:
    event = {
        **dict.fromkeys(("version", "id", "detail-type", "account", "region"), ""),
        "resources": [],
        "source": "bot.metronome",
        "time": (TAPE_START + timedelta(minutes=minute)).isoformat(),
        "detail": {"sent_at": datetime.now(UTC).isoformat()},
    }
    client.lambda_.invoke("cycle", event)


@pytest.fixture
def client(deployed: None) -> Iterator[Client]:
    """The application after half an hour of the tape."""
    start = WantedControl(ControlState.RUNNING, "start", "test", 0)
    run(change_control(bootstrap.table(), start, datetime.now(UTC)))
    with Client(app.app, stage_name="test") as found:
        for minute in range(MINUTES):
            tick(found, minute)
        yield found


def reconcile(client: Client) -> dict[str, Any]:
    event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    answered: dict[str, Any] = client.lambda_.invoke("reconcile", event).payload
    return answered


def metrics(out: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in out.splitlines() if '"_aws"' in line]
    return {k: v for line in lines for k, v in line.items() if k.startswith(("Rec", "Acc", "serv"))}


def test_reconciliation_of_a_sound_system_counts_and_changes_nothing(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    before = run(read_overview(bootstrap.table()))
    capsys.readouterr()
    answered = reconcile(client)
    assert answered["drifts"] == []
    assert answered["paused"] is False
    assert answered["accounts"] == len(before.accounts) > 0
    assert answered["trades"] > 0
    assert run(read_overview(bootstrap.table())) == before
    counted = metrics(capsys.readouterr().out)
    assert counted["ReconcileDrift"] == [0.0]
    assert counted["service"] == "cycle"


def test_reconciliation_that_finds_drift_alarms_and_pauses(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    table = bootstrap.table()
    item = run(table.get(rows.account_key("momentum")))
    assert item is not None
    sound = rows.account_from(item)
    harmed = replace(sound, realised=sound.realised + Decimal("0.000001"))
    run(table.write(Put("account", rows.account_item(harmed))))
    capsys.readouterr()
    answered = reconcile(client)
    assert answered["paused"] is True
    assert any("momentum: realised profit" in text for text in answered["drifts"])
    assert metrics(capsys.readouterr().out)["ReconcileDrift"][0] >= 1
    control = run(read_control(table))
    assert (control.state, control.actor) == (ControlState.PAUSED, "reconciliation")
    told = run(list_activity(table, 5, None, datetime.now(UTC))).items
    assert any("differ from their trade log" in entry["text"] for entry in told)


def test_reconciliation_that_cannot_read_the_state_fails_loudly(client: Client) -> None:
    item = run(bootstrap.table().get(rows.account_key("momentum")))
    assert item is not None
    run(bootstrap.table().write(Put("account", {**item, "schema": 99})))
    with pytest.raises(Exception, match="schema 99"):
        reconcile(client)
