"""What the local cloud was told, it remembers; and what it cannot read, it does not overwrite."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cloud import emulator, processes
from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout

pytestmark = pytest.mark.rehearsal

ROOT = Path(__file__).parents[3]
KEYS = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
TYPES = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    emulator.ensure_environment(Layout(ROOT))
    layout = Layout(tmp_path)
    layout.emulator_venv.symlink_to(Layout(ROOT).emulator_venv)
    yield layout
    emulator.stop(layout)


def begin(layout: Layout) -> Any:
    """Start the emulator on any port; a client of its tables."""
    port = processes.free_port(0)
    emulator.start(layout, port)
    return Cloud.local(port).client("dynamodb")


def make_table(client: Any) -> None:
    client.create_table(TableName="rows", BillingMode="PAY_PER_REQUEST", **KEYS, **TYPES)
    # A table is part of what a deployment makes, and saved as such, within seconds.
    time.sleep(3)


def put(client: Any, key: str) -> None:
    client.put_item(TableName="rows", Item={"pk": {"S": key}})


def add(client: Any) -> None:
    client.update_item(
        TableName="rows",
        Key={"pk": {"S": "counter"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def die(layout: Layout) -> None:
    pid = processes.running(layout, emulator.NAME)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while processes.running(layout, emulator.NAME):
        time.sleep(0.01)


def kept(client: Any) -> dict[str, Any]:
    return {item["pk"]["S"]: item for item in client.scan(TableName="rows")["Items"]}


def test_acknowledged_writes_survive_a_kill_and_happen_once(layout: Layout) -> None:
    client = begin(layout)
    make_table(client)
    for number in range(50):
        put(client, f"row-{number}")
        add(client)
    for _ in range(2):
        die(layout)
        client = begin(layout)
        rows = kept(client)
        assert len(rows) == 51
        assert rows["counter"]["n"] == {"N": "50"}


def test_write_torn_by_the_death_of_the_process_is_passed_over(layout: Layout) -> None:
    client = begin(layout)
    make_table(client)
    put(client, "whole")
    die(layout)
    (journal,) = layout.state.glob("journal-*.jsonl")
    with journal.open("ab") as file:
        file.write(b'["000000000000","us-east-1","DynamoDB_2012')
    assert set(kept(begin(layout))) == {"whole"}


@pytest.mark.parametrize("victim", ["dynamodb.json", "cloudformation.json"])
def test_unreadable_state_refuses_to_start_and_changes_nothing(layout: Layout, victim: str) -> None:
    client = begin(layout)
    make_table(client)
    emulator.stop(layout)
    (layout.state / victim).write_text('{"torn": ')
    before = {f.name: f.read_bytes() for f in layout.state.iterdir() if f.is_file()}
    with pytest.raises(CloudError, match=victim) as refused:
        begin(layout)
    assert "--fresh" in refused.value.hint
    after = {f.name: f.read_bytes() for f in layout.state.iterdir() if f.is_file()}
    assert {name: after[name] for name in before} == before
